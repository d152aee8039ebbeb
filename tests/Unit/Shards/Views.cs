using System.Collections.Concurrent;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Shards;

/// <summary>What shards published last.</summary>
internal sealed class Views : IShardViews
{
    public ConcurrentDictionary<NodeKey, NodeView> Nodes { get; } = new();

    public ConcurrentDictionary<int, ShardView> Shards { get; } = new();

    public void Publish(int shard, IReadOnlyList<NodeView> nodes)
    {
        foreach (var node in nodes)
            Nodes[node.Node] = node;
    }

    public void Remove(int shard, NodeKey node) => Nodes.TryRemove(node, out _);

    public void Clear(int shard) => Nodes.Clear();

    public void Publish(ShardView shard) => Shards[shard.Shard] = shard;
}
