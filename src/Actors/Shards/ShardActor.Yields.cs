using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards;

/// <summary>Gives way to senders that press.</summary>
/// <remarks>
/// What is in the log is safe, and can be worked on later; a sender that is kept waiting piles up what it has, and drops it in the end. So while samples come faster
/// than can be kept up with anyway, records wait in the log, but none for longer than <see cref="ShardSettings.Patience"/> since the log took it. From then on the shard goes
/// on at the pace at which records grow that old, and has its share of the processors again, as if it gave way to nobody.
/// Only before a batch is begun: nothing is half applied meanwhile, and the shard can be taken away at any moment.
/// </remarks>
public sealed partial class ShardActor
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>True where it is not to begin the batch now; it looks again by itself.</summary>
    private bool Yields()
    {
        if (_taken > 0 || _careful || _young || _ports.Pressed?.Invoke() != true)
            return false;
        if (NowMs - _since >= _settings.Patience.TotalMilliseconds)
            return false;
        Timers.StartSingleTimer(Yielded.Instance, Yielded.Instance, LookAgain);
        View(ShardPhase.CatchingUp, null);
        return true;
    }

    private sealed class Yielded
    {
        public static readonly Yielded Instance = new();
    }
}
