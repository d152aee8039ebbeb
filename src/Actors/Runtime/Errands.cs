namespace Tocsin.Actors.Runtime;

/// <summary>What one instance of an actor has under way: timers by key, and calls that it waits for. All of it ends with the instance.</summary>
internal sealed class Errands(ActorCell cell)
{
    private HashSet<IPendingCall>? _calls;

    public TimerScheduler Timers { get; } = new(cell);

    public void Await<TReply>(PendingCall<TReply> call, TimeSpan limit)
    {
        (_calls ??= []).Add(call);
        cell.System.Timers.Set(call, limit);
    }

    /// <returns>False where it is not waited for any more.</returns>
    public bool Settle(IPendingCall call) => _calls?.Remove(call) == true;

    public void End()
    {
        Timers.CancelAll();
        foreach (var call in _calls ?? [])
            call.Abandon();
        _calls = null;
    }
}
