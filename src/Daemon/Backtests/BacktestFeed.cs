using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>Hands a recording's samples to the chain with the jobs' starts and ends between them, in the order of time.</summary>
internal sealed class BacktestFeed : ISampleSink
{
    private readonly BacktestChain _chain;
    private readonly TimeRangeMs _range;
    private readonly long _cadenceMs;
    private readonly List<(long AtMs, JobEvent Event)> _words = [];
    private int _next;
    private long _stepMs = long.MinValue / 2;

    /// <param name="nodes">Where jobs ran that name no node.</param>
    public BacktestFeed(BacktestChain chain, IReadOnlyList<JobRun> jobs, IReadOnlyCollection<string> nodes, TimeRangeMs range, long cadenceMs)
    {
        (_chain, _range, _cadenceMs) = (chain, range, cadenceMs);
        foreach (var job in jobs.Where(j => j.StartMs < range.UntilMs && (j.EndMs ?? long.MaxValue) > range.FromMs))
        {
            var on = job.Nodes.Count == 0 ? nodes : job.Nodes;
            var list = Hostlist.Compress(on);
            var started = new JobEvent
            {
                Source = JobEventSource.Accounting,
                JobId = job.JobId,
                JobName = job.JobName,
                User = job.User,
                StartMs = job.StartMs,
                State = JobState.Running,
                AsOfMs = job.StartMs,
                NodeList = list,
                NodeCount = on.Count,
            };
            _words.Add((Math.Max(job.StartMs, range.FromMs), started));
            if (job.EndMs is { } end)
                _words.Add((end, started with { EndMs = end, State = JobState.Completed, AsOfMs = end }));
        }
        _words.Sort((a, b) => a.AtMs.CompareTo(b.AtMs));
    }

    public long FirstMs { get; private set; } = long.MaxValue;

    public long LastMs { get; private set; } = long.MinValue;

    /// <summary>Scrapes of a node in the range.</summary>
    public Dictionary<string, long> Scrapes { get; } = new(StringComparer.Ordinal);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        foreach (var batch in batches.Where(b => b.TimeMs >= _range.FromMs && b.TimeMs < _range.UntilMs))
        {
            WordsUntil(batch.TimeMs);
            if (batch.TimeMs >= _stepMs + _cadenceMs)
            {
                _chain.Step(batch.TimeMs);
                _stepMs = batch.TimeMs;
            }
            _chain.Take([batch], batch.TimeMs);
            (FirstMs, LastMs) = (Math.Min(FirstMs, batch.TimeMs), Math.Max(LastMs, batch.TimeMs));
            Scrapes[batch.Node.Name] = Scrapes.GetValueOrDefault(batch.Node.Name) + 1;
        }
        return ValueTask.FromResult(AppendResult.Done);
    }

    /// <summary>What is still held becomes an alert or does not.</summary>
    public void End(TimeSpan longer)
    {
        WordsUntil(LastMs);
        var until = LastMs + (long)longer.TotalMilliseconds;
        for (var now = LastMs; now <= until; now += Math.Max(1000, _cadenceMs))
            _chain.Step(now);
    }

    private void WordsUntil(long timeMs)
    {
        while (_next < _words.Count && _words[_next].AtMs <= timeMs)
            _chain.Take([_words[_next++].Event]);
    }
}

/// <summary>Unix milliseconds, the end exclusive.</summary>
internal readonly record struct TimeRangeMs(long FromMs, long UntilMs)
{
    public double Hours => (UntilMs - FromMs) / 3_600_000.0;
}
