using Tocsin.Daemon.Serve;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

/// <summary>Keeps what it is handed, and answers as it is told.</summary>
internal sealed class FakeBackend : IBackend, ISampleSink, IJobEventSink
{
    private readonly Lock _lock = new();

    public Func<CancellationToken, ValueTask<AppendResult>> Answer { get; set; } = _ => ValueTask.FromResult(AppendResult.Done);

    public List<(string Node, long TimeMs, string Series, double Value)> Taken { get; } = [];

    public List<JobEvent> Events { get; } = [];

    public CheckResult Health { get; set; } = CheckResult.Good("");

    public IReadOnlyList<IPart> Parts { get; init; } = [];

    public ISampleSink Samples => this;

    public IJobEventSink JobEvents => this;

    public void AddChecks(Readiness readiness) => readiness.Add("log", () => Health);

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
}
