using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Persistence;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Segments;

namespace Tocsin.Actors.Nodes;

/// <summary>A node between two records, as plain data; the head of its open segment stands beside it.</summary>
internal sealed record WatchedNodeState
{
    public required LiveFramesState Frames { get; init; }

    public NodeJobs Jobs { get; init; } = NodeJobs.Empty;

    public long? FirstMs { get; init; }

    public long? FrontierMs { get; init; }

    public SegmentRow[] Segments { get; init; } = [];

    /// <summary>Since the node is known.</summary>
    public long FramesSeen { get; init; }

    /// <summary>What its next segment is pinned to; 0 = none.</summary>
    public long ActiveLibrary { get; init; }

    /// <summary>Its silence was taken note of, and no sample came since.</summary>
    public bool SilenceTold { get; init; }

    public NodeScoringState? Scoring { get; init; }

    public required NodeStandingState Standing { get; init; }

    public IReadOnlyCollection<RuleState> Rules { get; init; } = [];

    /// <summary>Who ever sent something of it, one bit a source.</summary>
    public int Sources { get; init; }

    /// <summary>Where the open segment's first frames are stored, the first ones first.</summary>
    public IReadOnlyList<HeadPart> Head { get; init; } = [];
}
