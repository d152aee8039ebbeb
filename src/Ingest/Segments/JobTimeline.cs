using Tocsin.Shared;

namespace Tocsin.Ingest.Segments;

/// <summary>The set of jobs on one node over time: spans between two changes, the first from the beginning of time and the last without an end.</summary>
public sealed class JobTimeline
{
    private readonly List<JobSpan> _spans = [];

    /// <param name="jobs">Of this node; a job without an end runs for ever.</param>
    public JobTimeline(IEnumerable<JobRun> jobs)
    {
        var changes = new SortedDictionary<long, (List<JobRun> Ends, List<JobRun> Starts)>();
        foreach (var job in jobs)
        {
            // A job that never ran changes nothing.
            if (job.EndMs <= job.StartMs)
                continue;
            At(changes, job.StartMs).Starts.Add(job);
            if (job.EndMs is { } end)
                At(changes, end).Ends.Add(job);
        }
        var running = new List<JobRun>();
        var start = long.MinValue;
        foreach (var (time, (ends, starts)) in changes)
        {
            _spans.Add(new JobSpan(start, time, running.ToArray()));
            running.RemoveAll(j => ends.Any(e => ReferenceEquals(e, j)));
            running.AddRange(starts);
            running.Sort(ByStart);
            start = time;
        }
        _spans.Add(new JobSpan(start, null, running.ToArray()));
    }

    /// <summary>In order of time, without holes.</summary>
    public IReadOnlyList<JobSpan> Spans => _spans;

    /// <summary>The first time from <paramref name="fromMs"/> on at which another set of runs is on the node there than here; null = none.</summary>
    /// <remarks>A run that ends at another time differs from then on, not from its start.</remarks>
    public long? FirstDifference(JobTimeline other, long fromMs)
    {
        for (int a = 0, b = 0; a < _spans.Count && b < other._spans.Count;)
        {
            var (ours, theirs) = (_spans[a], other._spans[b]);
            var end = Math.Min(ours.EndMs ?? long.MaxValue, theirs.EndMs ?? long.MaxValue);
            if (end > fromMs && !ours.SameJobs(theirs))
                return Math.Max(fromMs, Math.Max(ours.StartMs, theirs.StartMs));
            if (ours.EndMs == end)
                a++;
            if (theirs.EndMs == end)
                b++;
            if (end == long.MaxValue)
                break;
        }
        return null;
    }

    private static int ByStart(JobRun a, JobRun b) =>
        a.StartMs != b.StartMs ? a.StartMs.CompareTo(b.StartMs) : string.CompareOrdinal(a.JobId, b.JobId);

    private static (List<JobRun> Ends, List<JobRun> Starts) At(SortedDictionary<long, (List<JobRun>, List<JobRun>)> changes, long time)
    {
        if (!changes.TryGetValue(time, out var change))
            changes.Add(time, change = ([], []));
        return change;
    }
}

/// <param name="StartMs">long.MinValue before the first change.</param>
/// <param name="EndMs">Exclusive; null after the last.</param>
public sealed record JobSpan(long StartMs, long? EndMs, IReadOnlyList<JobRun> Jobs)
{
    /// <summary>The same runs, by (id, start).</summary>
    public bool SameJobs(JobSpan other)
    {
        if (Jobs.Count != other.Jobs.Count)
            return false;
        for (var i = 0; i < Jobs.Count; i++)
        {
            if (Jobs[i].JobId != other.Jobs[i].JobId || Jobs[i].StartMs != other.Jobs[i].StartMs)
                return false;
        }
        return true;
    }
}
