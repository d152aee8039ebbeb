using Tocsin.Actors.Persistence;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Daemon.Serve.Labels;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

/// <summary>Keeps what it is handed, and answers as it is told.</summary>
internal sealed class FakeBackend : IBackend, ISampleSink, IJobEventSink, INodeStateSink, IAlertReader, IHistoryReader
{
    private readonly Lock _lock = new();

    public Func<CancellationToken, ValueTask<AppendResult>> Answer { get; set; } = _ => ValueTask.FromResult(AppendResult.Done);

    public List<(string Node, long TimeMs, string Series, double Value)> Taken { get; } = [];

    /// <summary>Of <see cref="Taken"/>, while it may still grow.</summary>
    public IReadOnlyList<(string Node, long TimeMs, string Series, double Value)> Snapshot()
    {
        lock (_lock)
            return [.. Taken];
    }

    public List<JobEvent> Events { get; } = [];

    public IReadOnlyList<JobEvent> EventsNow()
    {
        lock (_lock)
            return [.. Events];
    }

    public CheckResult Health { get; set; } = CheckResult.Good("");

    public IReadOnlyList<IPart> Foundations { get; init; } = [];

    public IReadOnlyList<IPart> Workers { get; init; } = [];

    public List<Alert> Stored { get; } = [];

    /// <summary>Not null: the store cannot be asked.</summary>
    public string? StoreTrouble { get; set; }

    public MemoryOutbox Rows { get; } = new();

    public IOutbox Outbox => Rows;

    public IAlertReader Alerts => this;

    public IHistoryReader History => this;

    public FakeDesk Desk { get; } = new();

    public FakePatterns Edits { get; } = new();

    public IPatternDesk Patterns => Edits;

    public FakeLabels Marked { get; } = new();

    public ILabelDesk Labels => Marked;

    public ILibraryDesk Libraries => Desk;

    public FakeActions Acted { get; } = new();

    public IActionDesk Actions => Acted;

    public FakeVerdicts Judged { get; } = new();

    public IVerdictDesk Verdicts => Judged.Desk;

    public List<SegmentRow> Segments { get; } = [];

    public JobQuery? AskedJobs { get; private set; }

    public SegmentQuery? AskedSegments { get; private set; }

    public ValueTask<IReadOnlyList<JobEvent>> FindAsync(JobQuery query, CancellationToken stop)
    {
        AskedJobs = query;
        return ValueTask.FromResult<IReadOnlyList<JobEvent>>([.. Events.Take(query.Limit)]);
    }

    public ValueTask<IReadOnlyList<SegmentRow>> FindAsync(SegmentQuery query, CancellationToken stop)
    {
        AskedSegments = query;
        return ValueTask.FromResult<IReadOnlyList<SegmentRow>>([.. Segments.Take(query.Limit)]);
    }

    public ISampleSink Samples => this;

    public IJobEventSink JobEvents => this;

    public INodeStateSink NodeStates => this;

    public void Worked(TimeSpan passed, TimeSpan processor)
    {
    }

    public IReadOnlyDictionary<string, long> Waiting { get; set; } = new Dictionary<string, long>();

    public void AddChecks(Readiness readiness) => readiness.Add("log", () => Health);

    public void AddMeters(System.Diagnostics.Metrics.Meter meter)
    {
    }

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        var result = await Answer(stop);
        if (result is Appended)
        {
            lock (_lock)
                Taken.AddRange(batches.SelectMany(b => b.Samples.Select(s => (b.Node.Name, b.TimeMs, s.Series.Name, s.Value))));
        }
        return result;
    }

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop)
    {
        var result = await Answer(stop);
        if (result is Appended)
        {
            lock (_lock)
                Events.AddRange(events);
        }
        return result;
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<NodeState> states, CancellationToken stop) => Answer(stop);

    public ValueTask<IReadOnlyList<Alert>> FindAsync(AlertQuery query, CancellationToken stop) => StoreTrouble is { } why
        ? throw new Tocsin.Shared.DependencyException(why)
        : ValueTask.FromResult<IReadOnlyList<Alert>>([.. Stored.Where(a => Wants(query, a)).OrderByDescending(a => a.Id.Number).Take(query.Limit)]);

    public ValueTask<Alert?> FindAsync(AlertId id, CancellationToken stop) => ValueTask.FromResult(Stored.Find(a => a.Id == id));

    private static bool Wants(AlertQuery q, Alert a) =>
        (q.FromMs is null || a.ClearedMs is null || a.ClearedMs >= q.FromMs)
        && (q.UntilMs is null || a.RaisedMs < q.UntilMs)
        && (q.Node is null || a.Labels.Node == q.Node || a.Nodes.Contains(q.Node))
        && (q.Job is null || a.Job?.JobId == q.Job || a.Labels.Job == q.Job)
        && (q.Kind is null || a.Kind == q.Kind)
        && (q.AtLeast is null || a.Severity >= q.AtLeast)
        && (q.Open is null || a.Open == q.Open)
        && (q.Before is null || a.Id.Number < q.Before);
}
