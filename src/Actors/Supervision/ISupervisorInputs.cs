using Tocsin.Actors.Faults;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>What the brakes look at, now.</summary>
/// <param name="FreshNodes">Of the watched nodes those with fresh input (<see cref="Checkpointing.Actions.BrakeOptions.IsFresh"/>).</param>
/// <param name="LagMs">Of the shards behind the log.</param>
/// <param name="LibraryMs">When the library was activated; 0 = there is none.</param>
/// <param name="WatchedNodes">That have ever sent a frame, and that the scheduler calls neither down nor powered off.</param>
/// <param name="AnomalousNodes">That became so within the window of the brake.</param>
/// <param name="LeaseUntilMs">Until when nobody else can have taken over.</param>
public readonly record struct LiveFacts(int FreshNodes, long LagMs, long LibraryMs, int WatchedNodes, int AnomalousNodes, long LeaseUntilMs);

/// <param name="Ratio">Score over threshold; NaN where there is none.</param>
/// <param name="Anomalous">Above it, as the node's shard has it.</param>
public readonly record struct NodeReading(double Ratio, bool Anomalous);

/// <summary>What the supervisor looks at and does not remember. Any thread; never waits.</summary>
public interface ISupervisorInputs
{
    /// <summary>Slurm's latest answer; null before the first.</summary>
    ClusterPicture? Picture { get; }

    LiveFacts Facts(long nowMs);

    NodeReading Read(NodeKey node);

    FaultOutlook? Outlook(NodeKey node, long nowMs);

    /// <summary>Someone asked for quiet about it.</summary>
    bool Silenced(AlertLabels labels, long nowMs);
}
