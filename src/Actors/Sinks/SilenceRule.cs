using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <summary>What a sink is told of an alert that was silenced, or is.</summary>
public static class SilenceRule
{
    /// <summary>As the outbox keeps it of a row that is held back: it survives the process.</summary>
    public const string Why = "silenced";

    /// <param name="lowest">Of the alert's revisions that wait.</param>
    /// <param name="newest">The same, or a later one.</param>
    /// <param name="held">The lowest was held back before.</param>
    public static SilenceTurn Decide(AlertEvent lowest, AlertEvent newest, bool held, bool silenced)
    {
        if (!held && !silenced)
            return new SilenceTurn.Tell(lowest);
        var first = lowest is AlertRaised;
        // The sink never heard that it began: neither that it is over. What it heard of ends for it, too, silenced or not.
        if (!newest.Alert.Open)
            return first ? SilenceTurn.Drop.Instance : new SilenceTurn.Tell(newest);
        if (silenced)
            return new SilenceTurn.Hold(first);
        return new SilenceTurn.Tell(first ? new AlertRaised(newest.Alert) : newest);
    }
}

/// <summary>What becomes of an alert's revisions that wait for a sink.</summary>
public abstract record SilenceTurn
{
    private SilenceTurn()
    {
    }

    /// <summary>This is told, and what it stands for is settled with it.</summary>
    public sealed record Tell(AlertEvent Event) : SilenceTurn;

    /// <summary>They wait. Of those between the lowest and the newest nobody will ask.</summary>
    /// <param name="KeepLowest">That the sink never heard of the alert is known by it.</param>
    public sealed record Hold(bool KeepLowest) : SilenceTurn;

    /// <summary>None is told.</summary>
    public sealed record Drop : SilenceTurn
    {
        public static Drop Instance { get; } = new();
    }
}
