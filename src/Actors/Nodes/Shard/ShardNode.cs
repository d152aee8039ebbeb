namespace Tocsin.Actors.Nodes.Shard;

/// <summary>A node as its shard keeps book of it.</summary>
internal sealed class ShardNode(WatchedNode node, long applied)
{
    public WatchedNode Node => node;

    /// <summary>Its stored row has what came up to here; a replay skips it.</summary>
    public long Applied { get; set; } = applied;

    /// <summary>The first record that its stored row lacks; long.MaxValue = none.</summary>
    public long FirstUnstored { get; set; } = long.MaxValue;

    public bool Touched { get; set; }

    public bool Queued { get; set; }

    public HeadRows Head { get; init; } = new(node.Key);
}
