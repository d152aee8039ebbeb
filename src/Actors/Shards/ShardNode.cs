using Tocsin.Actors.Nodes;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards;

/// <summary>A node as its shard keeps it.</summary>
internal sealed class ShardNode(NodeKey key, WatchedNode node)
{
    public NodeKey Key => key;

    public WatchedNode Node => node;

    /// <summary>Of the last record that it took in; -1 before the first.</summary>
    public long Applied { get; set; } = -1;

    /// <summary>The oldest record that its stored row does not cover.</summary>
    public long? FirstUnstored { get; set; }

    /// <summary>When a quiet row is written, by the member's clock.</summary>
    public long? DueMs { get; set; }

    public StoredHead Head { get; set; } = new();
}

/// <summary>The first frames of the open segment that stand in the store beside the node's row.</summary>
internal sealed class StoredHead
{
    public List<string> Rows { get; } = [];

    public long SegmentMs { get; set; }

    public long Library { get; set; }

    public long FirstMs { get; set; }

    public int Frames { get; set; }
}

/// <param name="FlushMs">How long a quiet node's row may wait; the nodes' turns are spread over it. 1,000..600,000 ms.</param>
/// <param name="LiveWithinMs">A shard whose newest record is older goes through what came before. 1,000..600,000 ms.</param>
/// <param name="MostAheadMs">A sample further ahead of the log's clock says nothing about the time of others. 0..86,400,000 ms.</param>
/// <param name="MaxNodes">Of one shard; what more would need is counted.</param>
public sealed record NodeShardOptions(long FlushMs = 60_000, long LiveWithinMs = 15_000, long MostAheadMs = 120_000, int MaxNodes = 100_000);

/// <summary>What a shard of nodes is given beside its records.</summary>
/// <param name="Library">A version by its number; throws a DependencyException where it cannot be had.</param>
public sealed record NodeShardOutlets(int Shard, IShardViews Views, Func<long, ScoringLibrary> Library);

/// <summary>Since the shard was acquired. Written by its thread; read by others a little late.</summary>
public sealed class NodeShardCounts
{
    public long Samples { get; set; }

    public long UnknownSeries { get; set; }

    public long Scored { get; set; }

    public long Findings { get; set; }

    public long LateJobEvents { get; set; }

    public long TooManyNodes { get; set; }

    /// <summary>Batches with a time too far ahead.</summary>
    public long Ahead { get; set; }

    public long DeadLetters { get; set; }
}
