namespace Tocsin.Actors.Runtime;

/// <summary>What becomes of a child that threw.</summary>
public enum Directive
{
    /// <summary>A new instance under the same reference and mailbox; its children are stopped, the message that failed is gone.</summary>
    Restart,

    Stop,

    /// <summary>The parent fails of the same cause; its own supervisor decides.</summary>
    Escalate,
}

/// <summary>Only the child that failed is dealt with; its siblings go on.</summary>
public sealed class SupervisorStrategy
{
    /// <summary>Ten restarts within a minute, 100 ms to 10 s apart; then the child is stopped, which its watchers are told.</summary>
    public static readonly SupervisorStrategy Default = OneForOne(10, TimeSpan.FromMinutes(1), Backoff.Usual);

    private readonly Func<Exception, Directive> _decider;

    private SupervisorStrategy(int maxRestarts, TimeSpan within, Backoff backoff, Directive exhausted, Func<Exception, Directive> decider)
    {
        MaxRestarts = maxRestarts;
        Within = within;
        Backoff = backoff;
        Exhausted = exhausted;
        _decider = decider;
    }

    /// <summary>-1 = without limit.</summary>
    public int MaxRestarts { get; }

    public TimeSpan Within { get; }

    public Backoff Backoff { get; }

    /// <summary>What is done instead of the restart that would be one too many: Stop or Escalate.</summary>
    public Directive Exhausted { get; }

    /// <param name="maxRestarts">In any span of <paramref name="within"/>, for each child; -1 = without limit, at most 1,000.</param>
    /// <param name="decider">Null = restart, whatever it was. It runs in the parent's turn.</param>
    public static SupervisorStrategy OneForOne(
        int maxRestarts, TimeSpan within, Backoff backoff, Func<Exception, Directive>? decider = null, Directive exhausted = Directive.Stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRestarts, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxRestarts, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(within, TimeSpan.Zero);
        if (exhausted == Directive.Restart)
            throw new ArgumentException("an exhausted child is stopped or escalated", nameof(exhausted));
        return new(maxRestarts, within, backoff, exhausted, decider ?? (static _ => Directive.Restart));
    }

    internal Directive Decide(Exception cause) => _decider(cause);
}
