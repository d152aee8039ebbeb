namespace Tocsin.Shared.Flow;

/// <summary>Where the trouble sits, by who shows it. Stored: the numbers never change.</summary>
public enum AlertCause
{
    Unknown = 0,
    Node = 1,
    Job = 2,

    /// <summary>Filesystem, fabric, power, a change of the whole site.</summary>
    Shared = 3,
}

/// <summary>That a rule fired on one node: an alert of several nodes has it of some of them, and of the others it says nothing.</summary>
/// <param name="SinceMs">Its onset on that node, unix milliseconds of event time.</param>
public sealed partial record RuleFired(string Rule, FaultKind Kind, string Node, long SinceMs);

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

    /// <summary>Which rule fired on which node since it was raised, the earliest first, at most <see cref="MaxNodes"/>; empty of alerts from before it was kept.</summary>
    public IReadOnlyList<RuleFired> Fired { get; init; } = [];

    public bool Open => ClearedMs is null;
}

/// <summary>A change of an alert, with the alert as it then stands. Delivered at least once for each (id, revision).</summary>
public abstract partial record AlertEvent(Alert Alert);

public sealed record AlertRaised(Alert Alert) : AlertEvent(Alert);

/// <param name="Why">What changed, for the log.</param>
public sealed record AlertUpdated(Alert Alert, string Why) : AlertEvent(Alert);

public sealed record AlertCleared(Alert Alert) : AlertEvent(Alert);
