using Tocsin.Shared;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>By cluster and name, the same everywhere.</summary>
internal sealed class NodeOrder : IComparer<NodeKey>
{
    public static NodeOrder Comparer { get; } = new();

    public int Compare(NodeKey a, NodeKey b)
    {
        var byCluster = string.CompareOrdinal(a.Cluster, b.Cluster);
        return byCluster != 0 ? byCluster : string.CompareOrdinal(a.Name, b.Name);
    }
}
