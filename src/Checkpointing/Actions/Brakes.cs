using Tocsin.Shared;

namespace Tocsin.Checkpointing.Actions;

/// <param name="OutInAnHour">Nodes that Tocsin may take out within an hour.</param>
/// <param name="OutAtOnce">Nodes that it may have out at the same time.</param>
/// <param name="PartitionShare">Of a partition's nodes, 0..1, at the same time; one node is always allowed.</param>
/// <param name="MassShare">More of the nodes than this anomalous within <paramref name="MassMs"/> is the site's trouble.</param>
/// <param name="StaleMs">A node has fresh input where its newest frame is no older (<see cref="BrakeOptions.FreshMs"/>), and by no more from a time that is still to come.</param>
/// <param name="LagMs">Of the shards behind the log.</param>
/// <param name="QuietMs">After a start of the supervisor or a new library.</param>
public sealed record BrakeOptions(
    int OutInAnHour = 4, int OutAtOnce = 8, double PartitionShare = 0.1, double MassShare = 0.02, long MassMs = 600_000,
    long StaleMs = 60_000, long LagMs = 60_000, long QuietMs = 1_800_000, int SignalsPerJobInAnHour = 4, int RequeuesPerJobInADay = 2)
{
    /// <summary>So much of the watched nodes, 0..1, has to have fresh input: less, and what is decided by is the past of most of the machine room.</summary>
    public double FreshShare { get; init; } = 0.5;

    /// <summary>Between two frames of a node; 0 = not known.</summary>
    public long CadenceMs { get; init; }

    /// <summary>As old as a frame may be: where nodes tell of themselves more rarely than <see cref="StaleMs"/>, three times as rarely as that, so that one that was left out is no silence.</summary>
    public long FreshMs => Math.Max(StaleMs, 3 * CadenceMs);

    /// <summary>Checkpoints that a job may tell of unasked: each is learned from, and stored.</summary>
    public int AcksPerJobInAnHour { get; init; } = 60;

    /// <summary>A frame from the future is a clock that was set back, or a node's own that runs ahead: within the same limit it is one of now, beyond it none.</summary>
    public bool IsFresh(long frameMs, long nowMs) => frameMs > 0 && nowMs - frameMs <= FreshMs && frameMs - nowMs <= StaleMs;
}

/// <summary>One action that ran, as it is kept for the limits of rate. Stored.</summary>
public sealed record PastAction(ActionKind Kind, NodeKey? Node, string Partition, string? JobId, long AtMs);

/// <summary>What the brakes look at.</summary>
/// <param name="Held"><c>tocsin hold</c>.</param>
/// <param name="FreshNodes">Of the watched nodes those with fresh input (<see cref="BrakeOptions.IsFresh"/>).</param>
/// <param name="WatchedNodes">That have ever sent a frame, and that the scheduler calls neither down nor powered off.</param>
/// <param name="AnomalousNodes">Nodes that became anomalous within <see cref="BrakeOptions.MassMs"/>.</param>
/// <param name="Past">At least those of the last day.</param>
/// <param name="OutNow">Nodes that are out because of Tocsin, each with all of its partitions.</param>
/// <param name="Silenced">Alertmanager has a silence for the node or the job, or was not asked yet which it has.</param>
public sealed record BrakeState(
    bool Held, int FreshNodes, long LagMs, long StartedMs, long LibraryMs, int WatchedNodes, int AnomalousNodes, IReadOnlyList<PastAction> Past,
    IReadOnlyList<(NodeKey Node, IReadOnlyList<string> Partitions)> OutNow, IReadOnlyDictionary<string, int> PartitionNodes, bool Silenced)
{
    /// <summary>The open alert of a fault of the whole site; null = none is. It tells of the mass that is named here until that is over, which lasts longer than it is new.</summary>
    public string? SiteAlert { get; init; }
}

/// <summary>Why nothing may be done now; null = it may.</summary>
/// <param name="SiteAlert">The site has trouble that one alert tells of.</param>
public sealed record BrakeHold(string Why, bool SiteAlert = false);

public static class Brakes
{
    private const long HourMs = 3_600_000, DayMs = 24 * HourMs;

    /// <param name="partitions">All of the node's: of a drain or fence each has to have room for one more.</param>
    public static BrakeHold? Check(ActionKind kind, IReadOnlyList<string> partitions, string? jobId, BrakeState state, BrakeOptions options, long nowMs) =>
        Global(state, options, nowMs) ?? Rates(kind, jobId, state, options, nowMs) ?? (kind.TakesOut() ? Out(partitions, state, options, nowMs) : null);

    /// <summary>What holds everything, whatever it is and how much was done before.</summary>
    public static BrakeHold? Global(BrakeState state, BrakeOptions options, long nowMs)
    {
        if (state.Held)
            return new BrakeHold("held by an operator (tocsin hold)");
        if (state.AnomalousNodes > Math.Max(1, options.MassShare * state.WatchedNodes))
            return new BrakeHold($"{state.AnomalousNodes} of {state.WatchedNodes} nodes anomalous within {options.MassMs / 60_000} min: the site's trouble, not a node's", SiteAlert: true);
        if (state.SiteAlert is { } alert)
            return new BrakeHold($"alert {alert} of the whole site is open: the site's trouble, not a node's", SiteAlert: true);
        if (state.FreshNodes < options.FreshShare * state.WatchedNodes || state.FreshNodes == 0)
            return new BrakeHold($"{state.FreshNodes} of {state.WatchedNodes} watched nodes have input of the last {options.FreshMs / 1000} s: too few");
        if (state.LagMs > options.LagMs)
            return new BrakeHold($"{state.LagMs / 1000} s behind the log, {options.LagMs / 1000} s are allowed");
        // A clock that was set back makes these negative: still too soon.
        if (nowMs - state.StartedMs < options.QuietMs)
            return new BrakeHold($"started less than {options.QuietMs / 60_000} min ago");
        if (nowMs - state.LibraryMs < options.QuietMs)
            return new BrakeHold($"a new library for less than {options.QuietMs / 60_000} min");
        return state.Silenced ? new BrakeHold("silenced in Alertmanager, or it has not answered since the start") : null;
    }

    private static BrakeHold? Rates(ActionKind kind, string? jobId, BrakeState state, BrakeOptions options, long nowMs)
    {
        var (most, within, word) = kind switch
        {
            ActionKind.Signal => (options.SignalsPerJobInAnHour, HourMs, "signals to this job within an hour"),
            ActionKind.Requeue => (options.RequeuesPerJobInADay, DayMs, "requeues of this job within a day"),
            _ => (int.MaxValue, 0L, ""),
        };
        var done = state.Past.Count(p => p.Kind == kind && p.JobId == jobId && nowMs - p.AtMs < within);
        return done >= most ? new BrakeHold($"{done} {word}, {most} are allowed") : null;
    }

    private static BrakeHold? Out(IReadOnlyList<string> partitions, BrakeState state, BrakeOptions options, long nowMs)
    {
        var hour = state.Past.Count(p => p.Kind.TakesOut() && nowMs - p.AtMs < HourMs);
        if (hour >= options.OutInAnHour)
            return new BrakeHold($"{hour} nodes taken out within an hour, {options.OutInAnHour} are allowed");
        if (state.OutNow.Count >= options.OutAtOnce)
            return new BrakeHold($"{state.OutNow.Count} nodes out, {options.OutAtOnce} are allowed");
        foreach (var partition in partitions)
        {
            var here = state.OutNow.Count(o => o.Partitions.Contains(partition));
            var most = Math.Max(1, (int)(options.PartitionShare * state.PartitionNodes.GetValueOrDefault(partition)));
            if (here >= most)
                return new BrakeHold($"{here} nodes of partition {OneLine.Of(partition, 40)} out, {most} are allowed");
        }
        return null;
    }
}
