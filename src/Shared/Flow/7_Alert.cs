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

/// <summary>Where the trouble sits, by who shows it. Stored: the numbers never change.</summary>
public enum AlertCause
{
    Unknown = 0,
    Node = 1,
    Job = 2,

    /// <summary>Filesystem, fabric, power, a change of the whole site.</summary>
    Shared = 3,
}

public enum Severity
{
    Info = 0,
    Warning = 1,
    Critical = 2,
}

public enum ClearReason
{
    /// <summary>Nothing shows it any more.</summary>
    Over = 0,

    /// <summary>It turned out to be part of <see cref="Alert.MergedInto"/>.</summary>
    Merged = 1,

    /// <summary>Its nodes went into maintenance or are drained, or a <see cref="Verdict"/> mutes it: still scored, not notified.</summary>
    Muted = 2,

    /// <summary>Its nodes are watched no more.</summary>
    Gone = 3,
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

/// <summary>Stale, anomalous and down are three states; anomalous is a <see cref="Finding"/>, the other two stand here. Stored: the numbers never change.</summary>
public enum NodePresence
{
    Fresh = 0,

    /// <summary>No data, while the source's other nodes have some.</summary>
    Stale = 1,

    /// <summary>The scheduler says so.</summary>
    Down = 2,
}

/// <summary>Why nobody wants to hear of a node. Stored: the numbers never change.</summary>
public enum NodeMute
{
    None = 0,
    Maintenance = 1,
    Drained = 2,
}

/// <summary>Stage 7, in: how a node stands, sent when it changes. What alerts count "the other 63 nodes" by.</summary>
/// <param name="Jobs">What runs on it, at most 64.</param>
/// <param name="Switch">The leaf switch, from the scheduler's topology; null where unknown.</param>
/// <param name="Watched">False = the node is no longer in the configuration or the scheduler.</param>
public sealed partial record NodeStatus(NodeKey Node, NodePresence Presence, NodeMute Mute, IReadOnlyList<JobKey> Jobs, string? Switch, bool Watched, long AtMs);

/// <summary>Numbered by a counter in the alert shard's committed state, never by a clock.</summary>
public readonly record struct AlertId(string Cluster, long Number)
{
    public override string ToString() => $"{Cluster}-{Number}";
}

/// <summary>What an alert is called, the same from its first revision to its last. Numbers never stand here.</summary>
/// <param name="Node">Of a node's alert; else null.</param>
/// <param name="Job">Slurm's JobID, of a job's alert; else null.</param>
/// <param name="Switch">Of an alert of one switch's nodes; else null.</param>
/// <param name="Source">Of a source that is away; else null.</param>
public sealed partial record AlertLabels(string AlertName, string Cluster, string? Node, string? Job, string? Switch, string? Source, FaultKind Kind);

/// <summary>Stage 7, out: an alert as it stands at one revision.</summary>
public sealed partial record Alert
{
    /// <summary>Enough for the largest jobs; of a whole site only the first are named.</summary>
    public const int MaxNodes = 4096;

    public required AlertId Id { get; init; }

    /// <summary>1, 2, 3 ...: whoever has seen a higher one ignores this.</summary>
    public required int Revision { get; init; }

    public required AlertLabels Labels { get; init; }

    /// <summary>May become another one while the labels stay.</summary>
    public required AlertCause Cause { get; init; }

    public required FaultKind Kind { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>Onset of the earliest finding, unix milliseconds of event time.</summary>
    public required long SinceMs { get; init; }

    public required long RaisedMs { get; init; }

    public required long UpdatedMs { get; init; }

    public long? ClearedMs { get; init; }

    public ClearReason? Reason { get; init; }

    public AlertId? MergedInto { get; init; }

    public JobKey? Job { get; init; }

    /// <summary>Who shows it, sorted, at most <see cref="MaxNodes"/> of <see cref="NodeCount"/>.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    public required int NodeCount { get; init; }

    /// <summary>Out of how many watched nodes: of the job, the switch or the site; 1 for a node.</summary>
    public required int OutOf { get; init; }

    /// <summary>The highest of its findings, and the threshold that it is held against; 0 where there is none.</summary>
    public float Score { get; init; }

    public float Threshold { get; init; }

    public IReadOnlyList<MetricEvidence> Top { get; init; } = [];

    /// <summary>One short line.</summary>
    public required string Summary { get; init; }

    /// <summary>The sentences an operator decides by, in raw units; bounded and free of control characters.</summary>
    public required string Evidence { get; init; }

    /// <summary>What it was recognised by, each at its strongest, at most <see cref="AlertSign.Most"/>; empty of alerts from before they were kept.</summary>
    public IReadOnlyList<AlertSign> Signs { get; init; } = [];

    /// <summary>Null: no fault model serves, or it says nothing of these nodes.</summary>
    public AlertForecast? Forecast { get; init; }

    public bool Open => ClearedMs is null;
}

/// <summary>A change of an alert, with the alert as it then stands. Delivered at least once for each (id, revision).</summary>
public abstract partial record AlertEvent(Alert Alert);

public sealed record AlertRaised(Alert Alert) : AlertEvent(Alert);

/// <param name="Why">What changed, for the log.</param>
public sealed record AlertUpdated(Alert Alert, string Why) : AlertEvent(Alert);

public sealed record AlertCleared(Alert Alert) : AlertEvent(Alert);
