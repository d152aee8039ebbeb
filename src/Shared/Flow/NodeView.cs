namespace Tocsin.Shared.Flow;

/// <summary>What is known of a node now. The numbers are what <c>tocsin_node_state</c> shows: they never change.</summary>
public enum NodeCondition
{
    /// <summary>Watched, nothing scored yet: no library, no frame, or the segment has only begun.</summary>
    Unknown = 0,
    Normal = 1,

    /// <summary>There is data, and its score is above the threshold.</summary>
    Anomalous = 2,

    /// <summary>There is no data.</summary>
    Stale = 3,

    /// <summary>The scheduler says so.</summary>
    Down = 4,
}

/// <summary>One node as its shard last left it, for those who only look. Immutable: a newer one replaces it.</summary>
public sealed record NodeView
{
    public required NodeKey Node { get; init; }

    public required NodeCondition Condition { get; init; }

    /// <summary>When it came to be in that condition, unix milliseconds of event time.</summary>
    public long SinceMs { get; init; }

    /// <summary>In maintenance or drained: scored, not notified, not learned.</summary>
    public bool Muted { get; init; }

    /// <summary>The latest frame, unix milliseconds; 0 before the first.</summary>
    public long FrameMs { get; init; }

    /// <summary>NaN where the latest frame has none.</summary>
    public float Score { get; init; } = float.NaN;

    public float Threshold { get; init; } = float.NaN;

    /// <summary>Largest share first.</summary>
    public IReadOnlyList<MetricShare> Top { get; init; } = [];

    /// <summary>Of the open segment, unix milliseconds; 0 before the first.</summary>
    public long SegmentStartMs { get; init; }

    /// <summary>The jobs on the node now; empty = idle.</summary>
    public IReadOnlyList<JobRun> Jobs { get; init; } = [];

    /// <summary>Null before the segment's head is long enough.</summary>
    public SegmentMatch? Match { get; init; }

    /// <summary>Of the library that the segment is pinned to; 0 = none.</summary>
    public long LibraryVersion { get; init; }

    /// <summary>As the scheduler last wrote it, e.g. <c>IDLE+DRAIN</c>; null where it was not asked. Hostile text.</summary>
    public string? SchedulerState { get; init; }
}

/// <summary>How far a shard is.</summary>
/// <param name="Phase">What it does now.</param>
/// <param name="Applied">The offset after the last record whose effects are committed.</param>
/// <param name="End">The offset after the last record in its partition, when it last looked.</param>
/// <param name="Why">One line where it does not run.</param>
public sealed record ShardView(int Shard, ShardPhase Phase, long Epoch, long Applied, long End, string? Why = null)
{
    /// <summary>When the log took the record that is applied next, unix milliseconds; 0 where none is known to wait.</summary>
    public long WaitsSinceMs { get; init; }
}

public enum ShardPhase
{
    /// <summary>Not acquired yet, or lost.</summary>
    Away = 0,

    /// <summary>Loading rows, or going through what came while it was away.</summary>
    CatchingUp = 1,
    Running = 2,

    /// <summary>Waits for a dependency, with backoff.</summary>
    Paused = 3,
}

/// <summary>Where shards leave what others may look at. Never blocks, never fails; whoever reads sees each node whole.</summary>
public interface IShardViews
{
    /// <summary>Each replaces what was known of its node.</summary>
    void Publish(int shard, IReadOnlyList<NodeView> nodes);

    /// <summary>The node is watched no more.</summary>
    void Remove(int shard, NodeKey node);

    /// <summary>The shard is no longer here, or begins anew: all of its nodes go.</summary>
    void Clear(int shard);

    void Publish(ShardView shard);
}
