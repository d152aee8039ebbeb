using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>Where nobody looks.</summary>
public sealed class NoViews : IShardViews
{
    public void Publish(int shard, IReadOnlyList<NodeView> nodes)
    {
    }

    public void Publish(ShardView shard)
    {
    }

    public void Remove(int shard, NodeKey node)
    {
    }

    public void Clear(int shard)
    {
    }
}
