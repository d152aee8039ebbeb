namespace Tocsin.Actors.Simulation.Acting;

/// <summary>Virtual time and chance, from one seed. One thread.</summary>
public sealed class ActingWorld(ulong seed) : TimeProvider
{
    private const long BeginMs = 1_800_000_000_000;

    private readonly PriorityQueue<Action, (long AtMs, long Order)> _events = new();
    private readonly Random _random = new(unchecked((int)(seed * 2654435761)));
    private long _order;
    private long _nowMs = BeginMs;

    /// <summary>Unix milliseconds, as every clock here shows them.</summary>
    public long NowMs => _nowMs + SkewMs;

    /// <summary>A clock that jumps: added to what all see.</summary>
    public long SkewMs { get; set; }

    public double Seconds => (_nowMs - BeginMs) / 1000.0;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public void After(double seconds, Action then) => _events.Enqueue(then, (_nowMs + (long)(1000 * seconds), ++_order));

    /// <summary>0 to below <paramref name="most"/>.</summary>
    public double Draw(double most) => most * _random.NextDouble();

    public bool OneIn(int n) => n > 0 && _random.Next(n) == 0;

    /// <summary>Runs what is due until then.</summary>
    public void RunTo(double seconds)
    {
        // What awaits an answer goes on where the answer is given, and nowhere else: a context of the caller's would send it to another thread.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (_events.TryPeek(out var then, out var at) && at.AtMs <= BeginMs + (1000 * seconds))
            {
                _events.Dequeue();
                _nowMs = Math.Max(_nowMs, at.AtMs);
                then();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        _nowMs = Math.Max(_nowMs, BeginMs + (long)(1000 * seconds));
    }
}
