using Tocsin.Actors.Alerts.Peers;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Segments;

namespace Tocsin.Actors.Nodes;

/// <summary>How nodes are watched.</summary>
public sealed record NodeOptions
{
    public LiveFrameOptions Frames { get; init; } = new();

    /// <summary>What is never right, held against each frame.</summary>
    public RuleSet Rules { get; init; } = RuleSet.None;

    /// <summary>Where frames of multi-node jobs are laid beside each other; null = nowhere.</summary>
    public PeerBoard? Peers { get; init; }

    /// <summary>A node without a sample for so long, while others have some, is stale; ms of event time.</summary>
    public long StaleMs { get; init; } = 60_000;

    /// <summary>A library that finds fewer of its metrics than this share is of another kind of node: nothing is scored by it.</summary>
    public double LeastMetrics { get; init; } = 0.5;

    /// <summary>Metrics in the evidence of a finding, 1..8.</summary>
    public int TopMetrics { get; init; } = 5;

    /// <summary>Scored frames without an alarm after which a finding is over.</summary>
    public int CalmFrames { get; init; } = 2;

    /// <summary>A finding that lasts is said again every so many frames, with its newest evidence.</summary>
    public int RepeatFrames { get; init; } = 4;

    /// <summary>At cadences below a second the state of a node must not follow the horizon.</summary>
    public int MostKept { get; init; } = 320;

    /// <summary>Frames kept for a cut anew: as many as the horizon of late job events has, and at most <see cref="MostKept"/>.</summary>
    public int KeptFrames => (int)Math.Min(MostKept, (NodeJobs.HorizonMs / Frames.CadenceMs) + 1);
}
