using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve;

/// <summary>What stands behind the HTTP server: log, store and shards.</summary>
internal interface IBackend
{
    /// <summary>In the order in which they start.</summary>
    IReadOnlyList<IPart> Parts { get; }

    ISampleSink Samples { get; }

    IJobEventSink JobEvents { get; }

    void AddChecks(Readiness readiness);
}

/// <summary>Nothing is behind it: all is refused, with the reason.</summary>
internal sealed class NoBackend : IBackend, ISampleSink, IJobEventSink
{
    private static readonly AppendResult Refused = new Unavailable("there is no log to append to");

    public IReadOnlyList<IPart> Parts => [];

    public ISampleSink Samples => this;

    public IJobEventSink JobEvents => this;

    public void AddChecks(Readiness readiness) => readiness.Add("log", () => CheckResult.Bad("there is none"));

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop) => ValueTask.FromResult(Refused);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop) => ValueTask.FromResult(Refused);
}
