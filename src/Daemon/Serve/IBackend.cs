using System.Diagnostics.Metrics;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve;

/// <summary>What stands behind the HTTP server: log, store and shards.</summary>
internal interface IBackend
{
    /// <summary>Log and store, in the order in which they start.</summary>
    IReadOnlyList<IPart> Foundations { get; }

    /// <summary>Shards and sources, which write to them.</summary>
    IReadOnlyList<IPart> Workers { get; }

    ISampleSink Samples { get; }

    IJobEventSink JobEvents { get; }

    IAlertReader Alerts { get; }

    /// <summary>Once the foundations are there.</summary>
    IOutbox Outbox { get; }

    void AddChecks(Readiness readiness);

    void AddMeters(Meter meter);
}

/// <summary>Nothing is behind it: all is refused, with the reason.</summary>
internal sealed class NoBackend : IBackend, ISampleSink, IJobEventSink, IAlertReader
{
    private static readonly AppendResult Refused = new Unavailable("there is no log to append to");

    public IReadOnlyList<IPart> Foundations => [];

    public IReadOnlyList<IPart> Workers => [];

    public ISampleSink Samples => this;

    public IJobEventSink JobEvents => this;

    public IAlertReader Alerts => this;

    public IOutbox Outbox { get; } = new MemoryOutbox();

    public void AddChecks(Readiness readiness) => readiness.Add("log", () => CheckResult.Bad("there is none"));

    public void AddMeters(Meter meter)
    {
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop) => ValueTask.FromResult(Refused);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop) => ValueTask.FromResult(Refused);

    public ValueTask<IReadOnlyList<Alert>> FindAsync(AlertQuery query, CancellationToken stop) => ValueTask.FromResult<IReadOnlyList<Alert>>([]);

    public ValueTask<Alert?> FindAsync(AlertId id, CancellationToken stop) => ValueTask.FromResult<Alert?>(null);
}
