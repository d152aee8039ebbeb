using Tocsin.Actors.Nodes.Records;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>The way into the log: shut before the log is open and from the moment on that it is to be closed. Remembers whether the log took what came last.</summary>
/// <param name="sources">Told of what is in the log.</param>
/// <param name="say">Told when the log begins to refuse, and why, and when it takes again.</param>
internal sealed class LogDoor(SourceBoard sources, TimeProvider clock, Action<string> say) : ISampleSink, IJobEventSink, INodeStateSink
{
    private static readonly AppendResult Shut = new Unavailable("the log is not open: Tocsin is starting or stopping");

    private volatile LogNodeSink? _log;
    private volatile UserNames _users = UserNames.Plain;
    private volatile Refusal? _refused;
    private long _refusals;

    /// <summary>Appends that the log refused, because of too much or because it could not.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Shown the samples that the log took. Any thread, must not block.</summary>
    public Action<IReadOnlyList<SampleBatch>>? Seen { get; init; }

    public CheckResult Check => (_log, _refused) switch
    {
        (null, _) => CheckResult.Bad("not open"),
        (_, { } refused) => CheckResult.Bad($"refused since {refused.Since:yyyy-MM-ddTHH:mm:ssZ}: {refused.Why}"),
        _ => CheckResult.Good("open"),
    };

    /// <param name="users">As whom users stand in the log.</param>
    public void Open(LogNodeSink log, UserNames users)
    {
        _users = users;
        _log = log;
    }

    public void Close() => _log = null;

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        if (_log is not { } log)
            return Shut;
        var result = Note(await log.AppendAsync(batches, stop));
        if (result is Appended)
        {
            sources.Heard(batches, clock.GetUtcNow().ToUnixTimeMilliseconds());
            Seen?.Invoke(batches);
        }
        return result;
    }

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop) =>
        _log is { } log ? Note(await log.AppendAsync(_users.Stored(events), stop)) : Shut;

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<NodeState> states, CancellationToken stop)
    {
        sources.Heard(states);
        return _log is { } log ? Note(await log.AppendAsync(states, stop)) : Shut;
    }

    /// <summary>Not noted: it is said again.</summary>
    public async ValueTask<AppendResult> AppendAsync(SourceTime time) => _log is { } log ? await log.AppendAsync(time) : Shut;

    private AppendResult Note(AppendResult result)
    {
        if (result is Appended)
        {
            if (_refused is not null && Interlocked.Exchange(ref _refused, null) is not null)
                say("takes what comes again");
            return result;
        }
        Interlocked.Increment(ref _refusals);
        // Too much for a moment is the sender's to slow down for; that nothing can be written is everybody's.
        if (result is Unavailable why && Interlocked.CompareExchange(ref _refused, new Refusal(clock.GetUtcNow(), why.Reason), null) is null)
            say($"refuses what comes: {why.Reason}");
        return result;
    }

    private sealed record Refusal(DateTimeOffset Since, string Why);
}
