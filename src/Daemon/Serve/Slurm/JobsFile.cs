using Tocsin.Daemon.Config;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Slurm;

/// <summary>A table of jobs that someone else keeps up to date: read again when it changes, and what is new in it goes into the log.</summary>
internal sealed class JobsFile(string path, IJobEventSink sink, OwnLog say, TimeProvider clock)
{
    private const int Batch = 1000;

    /// <summary>With the dots that say that it was cut.</summary>
    private const int MaxText = JobEvent.MaxText - 3;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly Dictionary<JobKey, JobRun> _told = [];
    private (DateTime, long) _seen;

    /// <summary>Runs that are in the log.</summary>
    public int Runs { get; private set; }

    /// <summary>Null while it can be read and all of it is in the log.</summary>
    public string? Trouble { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            var trouble = await LookAsync(stop);
            if (trouble is not null && trouble != Trouble)
                say.Warning("jobs_file", trouble);
            Trouble = trouble;
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <summary>Null where all that it says is in the log; else why not, and it is tried again.</summary>
    private async Task<string?> LookAsync(CancellationToken stop)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return $"slurm.jobs_file: there is no '{path}'";
            var stamp = (file.LastWriteTimeUtc, file.Length);
            if (stamp == _seen)
                return Trouble;
            var jobs = JobTable.Read(path, new Rejections());
            var trouble = await TellAsync(jobs, stop);
            if (trouble is null || !trouble.StartsWith("the log", StringComparison.Ordinal))
                _seen = stamp;
            return trouble;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TocsinException)
        {
            return $"slurm.jobs_file: {e.Message}";
        }
    }

    private async Task<string?> TellAsync(IReadOnlyList<JobRun> jobs, CancellationToken stop)
    {
        var fresh = jobs.Where(j => j.Nodes.Count > 0 && j.JobId.Length <= JobEvent.MaxJobId && !(_told.TryGetValue(new JobKey(j.JobId, j.StartMs), out var known) && Same(known, j))).ToList();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var part in fresh.Chunk(Batch))
        {
            if (await sink.AppendAsync([.. part.Select(j => Event(j, now))], stop) is not Appended)
                return "the log does not take jobs now";
            foreach (var job in part)
                _told[new JobKey(job.JobId, job.StartMs)] = job;
        }
        Runs = _told.Count;
        var everywhere = jobs.Count(j => j.Nodes.Count == 0);
        return everywhere == 0 ? null : $"{everywhere} jobs have no NodeList and are left out: live, a job has to say where it runs";
    }

    private static bool Same(JobRun a, JobRun b) => a.EndMs == b.EndMs && a.JobName == b.JobName && a.Nodes.SequenceEqual(b.Nodes);

    private static JobEvent Event(JobRun job, long nowMs)
    {
        var nodes = job.Nodes.Distinct(StringComparer.Ordinal).ToList();
        return new JobEvent
        {
            Source = JobEventSource.File,
            JobId = job.JobId,
            JobName = OneLine.Of(job.JobName, MaxText),
            User = job.User is null ? null : OneLine.Of(job.User, MaxText),
            StartMs = job.StartMs,
            EndMs = job.EndMs,
            State = job.EndMs is null ? JobState.Running : JobState.Completed,
            AsOfMs = nowMs,
            NodeList = Hostlist.CompressSorted(nodes),
            NodeCount = nodes.Count,
        };
    }
}
