using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Segments;

/// <summary>One run of a job on one node, as all that was heard of it says.</summary>
/// <param name="Run">Its <see cref="JobRun.Nodes"/> is empty: <see cref="Said"/> names them.</param>
/// <param name="Said">What the highest source said last.</param>
public sealed record NodeJob(JobRun Run, JobEvent Said);

/// <summary>Facts of one node to runs. A pure function of the set of facts: the order in which they came changes nothing.</summary>
internal static class JobRunResolver
{
    /// <summary>How far the accounting's "still running" may lag behind: seen 2-5 s. An epilog earlier than that is of another run.</summary>
    public const long LagMs = 120_000;

    /// <param name="facts">Any order.</param>
    /// <returns>By start, then id.</returns>
    public static IReadOnlyList<NodeJob> Resolve(IEnumerable<JobEvent> facts)
    {
        var jobs = new List<NodeJob>();
        foreach (var job in facts.GroupBy(f => f.JobId, StringComparer.Ordinal))
        {
            var epilogs = job.Where(f => f.StartMs is null).Select(f => f.EndMs!.Value).Order().ToArray();
            var runs = Runs(job.Where(f => f.StartMs is not null), epilogs);
            for (var i = 0; i < runs.Count; i++)
                Add(jobs, runs[i], i + 1 < runs.Count ? runs[i + 1].StartMs : null, epilogs);
        }
        jobs.Sort((a, b) => a.Run.StartMs != b.Run.StartMs
            ? a.Run.StartMs.CompareTo(b.Run.StartMs)
            : string.CompareOrdinal(a.Run.JobId, b.Run.JobId));
        return jobs;
    }

    /// <summary>Of each run the word of the highest source, by start.</summary>
    private static List<JobEvent> Runs(IEnumerable<JobEvent> facts, long[] epilogs)
    {
        var runs = new List<JobEvent>();
        foreach (var source in facts.GroupBy(f => f.Source).OrderByDescending(g => g.Key))
        {
            var higher = runs.Count;
            foreach (var fact in source)
            {
                var known = false;
                for (var i = 0; i < higher && !known; i++)
                    known = Covers(runs[i], fact.StartMs!.Value, epilogs);
                if (!known)
                    runs.Add(fact);
            }
        }
        runs.Sort((a, b) => a.StartMs!.Value.CompareTo(b.StartMs!.Value));
        return runs;
    }

    /// <summary>Whether a lower source's start is that of this run, whose source is higher.</summary>
    public static bool Covers(JobEvent run, long startMs, long[] epilogs)
    {
        var from = run.StartMs!.Value;
        if (startMs < from)
            return from - startMs <= RunTolerance.BeforeStartMs;
        // An open run covers all that follows, until an epilog says that it is over: then the next prolog is the next run's.
        return run.EndMs is { } end ? startMs <= end + RunTolerance.AfterEndMs : Epilog(run, epilogs) is not { } over || startMs < over;
    }

    private static long? Epilog(JobEvent run, long[] epilogs)
    {
        var after = run.StartMs!.Value;
        if (run.Source != JobEventSource.Hook)
            after = Math.Max(after, run.AsOfMs - LagMs);
        var at = Array.FindIndex(epilogs, e => e >= after);
        return at < 0 ? null : epilogs[at];
    }

    /// <param name="nextMs">One id runs once at a time: the next run's start ends this one.</param>
    private static void Add(List<NodeJob> jobs, JobEvent run, long? nextMs, long[] epilogs)
    {
        var start = run.StartMs!.Value;
        var end = run.EndMs ?? Epilog(run, epilogs);
        if (nextMs < (end ?? long.MaxValue))
            end = nextMs;
        if (end <= start)
            return;
        jobs.Add(new NodeJob(new JobRun(run.JobId, run.JobName, run.User, start, end, []), run));
    }
}
