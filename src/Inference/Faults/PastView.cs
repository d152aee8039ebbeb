namespace Tocsin.Inference.Faults;

/// <summary>What a predictor may see when it says the label of interval <see cref="Target"/>: intervals up to Target - 1, labels up to
/// Target - 1 - <see cref="Delay"/>. Asking for more throws, so that nobody wins by looking ahead.</summary>
public readonly struct PastView
{
    private readonly FaultHistory _history;

    /// <param name="target">1..history.Length; the target itself need not be there yet.</param>
    /// <param name="delay">Intervals by which labels come late, 0 or more; null: as the history says.</param>
    public PastView(FaultHistory history, int target, int? delay = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, history.Length);
        var late = delay ?? history.LabelDelay;
        ArgumentOutOfRangeException.ThrowIfNegative(late, nameof(delay));
        (_history, Target, Delay) = (history, target, late);
    }

    public int Target { get; }

    public int Delay { get; }

    public int Hosts => _history.Hosts;

    public int Features => _history.Features;

    public int Classes => _history.Classes;

    /// <summary>The last interval whose labels are there (as far as they are known); negative when there is none yet.</summary>
    public int LastLabelled => Target - 1 - Delay;

    /// <exception cref="ArgumentOutOfRangeException">The interval is not past.</exception>
    public HostInterval this[int interval]
    {
        get
        {
            if ((uint)interval >= (uint)Target)
                throw new ArgumentOutOfRangeException(nameof(interval), interval, $"for the label of {Target} only 0..{Target - 1} may be seen");
            return _history[interval];
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The label is not there yet.</exception>
    public FaultClass? Label(int interval, int host)
    {
        if (interval < 0 || interval > LastLabelled)
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"for the label of {Target} only labels up to {LastLabelled} may be seen");
        return _history.Label(interval, host);
    }
}
