namespace Tocsin.Shared.Flow;

/// <summary>What in a node's shard saw it. The numbers are stored: they never change.</summary>
public enum FindingSource
{
    /// <summary>The score of the pattern's model.</summary>
    Model = 0,

    /// <summary>The other nodes of the job, now.</summary>
    Peer = 1,

    /// <summary>A rule for what is never right.</summary>
    Rule = 2,

    /// <summary>The node is stale: silent while its source's other nodes go on.</summary>
    Silence = 3,

    /// <summary>The scheduler says that the node is down.</summary>
    Scheduler = 4,

    /// <summary>All nodes of one source are silent: the source is away.</summary>
    SourceAway = 5,
}

/// <summary>The part of the machine. Stored: the numbers never change.</summary>
public enum FaultKind
{
    Unknown = 0,
    Cpu = 1,
    Memory = 2,
    Disk = 3,
    Filesystem = 4,
    Network = 5,
    Fabric = 6,
    Gpu = 7,
    Thermal = 8,
    Power = 9,

    /// <summary>The work stopped: what used to be busy is idle.</summary>
    Hang = 10,

    /// <summary>No data, or no node.</summary>
    Unreachable = 11,
    Service = 12,
}

/// <summary>One metric's part in a finding, in raw units.</summary>
/// <param name="Share">Of the score, 0..1.</param>
/// <param name="Value">As measured, in <paramref name="Unit"/>.</param>
/// <param name="Expected">NaN where nothing says what would be right.</param>
/// <param name="Spread">One standard deviation around <paramref name="Expected"/>, in <paramref name="Unit"/>; NaN where unknown.</param>
/// <param name="Device">Which GPU, disk, port ... a "worst" metric speaks of; null for the whole node. Hostile text.</param>
public sealed partial record MetricEvidence(string Metric, string Unit, float Share, double Value, double Expected, double Spread, string? Device);

/// <summary>Stage 7, in: what a node's shard found about it. Sent when it begins, when it changes, and when it is over; the last one holds.</summary>
/// <remarks>Known by (node, source, rule): the same again replaces what was said before, so sending twice does no harm.</remarks>
public sealed partial record Finding
{
    public required NodeKey Node { get; init; }

    public required FindingSource Source { get; init; }

    /// <summary>The rule's name where <see cref="Source"/> is a rule, else empty. A source that is away has its name in <see cref="Node"/>.</summary>
    public string Rule { get; init; } = "";

    public FaultKind Kind { get; init; }

    /// <summary>Null on an idle node. Of the jobs on a shared node the largest.</summary>
    public JobKey? Job { get; init; }

    /// <summary>How many nodes that job has; 0 on an idle node.</summary>
    public int JobNodes { get; init; }

    public long SegmentStartMs { get; init; }

    /// <summary>The pattern that the segment matches; null where it matches none or the source asks for none.</summary>
    public int? Pattern { get; init; }

    /// <summary>Its onset, unix milliseconds of event time.</summary>
    public required long SinceMs { get; init; }

    /// <summary>The frame that it was last seen in.</summary>
    public required long AtMs { get; init; }

    /// <summary>False = over since <see cref="AtMs"/>.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Against <see cref="Threshold"/>; 0 where the source has none (rules, silence).</summary>
    public float Score { get; init; }

    public float Threshold { get; init; }

    /// <summary>Largest share first, at most 8.</summary>
    public IReadOnlyList<MetricEvidence> Top { get; init; } = [];

    /// <summary>What a rule says, in full; empty for the others.</summary>
    public string Says { get; init; } = "";

    /// <summary>A rule's own word on how bad it is; the others leave it open.</summary>
    public Severity? AtLeast { get; init; }

    /// <summary>How long it must last before anyone hears of it; null = the default. A rule's <c>for</c> is over already.</summary>
    public long? HoldMs { get; init; }
}
