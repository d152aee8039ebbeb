using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>The way into the log: shut before the log is open and from the moment on that it is to be closed. Remembers whether the log took what came last.</summary>
internal sealed class LogDoor(TimeProvider clock) : ISampleSink, IJobEventSink, INodeStateSink
{
    private static readonly AppendResult Shut = new Unavailable("the log is not open: Tocsin is starting or stopping");

    private volatile LogNodeSink? _log;
    private volatile Refusal? _refused;
    private long _refusals;

    /// <summary>Appends that the log refused, because of too much or because it could not.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    public CheckResult Check => (_log, _refused) switch
    {
        (null, _) => CheckResult.Bad("not open"),
        (_, { } refused) => CheckResult.Bad($"refused since {refused.Since:yyyy-MM-ddTHH:mm:ssZ}: {refused.Why}"),
        _ => CheckResult.Good("open"),
    };

    public void Open(LogNodeSink log) => _log = log;

    public void Close() => _log = null;

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop) =>
        _log is { } log ? Note(await log.AppendAsync(batches, stop)) : Shut;

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop) =>
        _log is { } log ? Note(await log.AppendAsync(events, stop)) : Shut;

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<NodeState> states, CancellationToken stop) =>
        _log is { } log ? Note(await log.AppendAsync(states, stop)) : Shut;

    private AppendResult Note(AppendResult result)
    {
        if (result is Appended)
        {
            if (_refused is not null)
                _refused = null;
            return result;
        }
        Interlocked.Increment(ref _refusals);
        // Too much for a moment is the sender's to slow down for; that nothing can be written is everybody's.
        if (result is Unavailable why && _refused is null)
            _refused = new Refusal(clock.GetUtcNow(), why.Reason);
        return result;
    }

    private sealed record Refusal(DateTimeOffset Since, string Why);
}
