using System.Collections.Concurrent;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve;

/// <summary>The latest view of each node and shard, for those who only look. Reading takes no lock and never waits for a shard.</summary>
/// <remarks>A reader may see one node newer than another, never half of one: a view is immutable and its place is one reference. A key belongs to
/// one shard, so no two shards write the same place; where a shard's views come in after it was cleared, its owner has begun anew and they are
/// right.</remarks>
internal sealed class NodeDirectory(int most) : IShardViews
{
    private readonly ConcurrentDictionary<NodeKey, Place> _places = new();
    private readonly ConcurrentDictionary<int, ShardView> _shards = new();
    private int _count;
    private long _left;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Views that were not kept because there were more nodes than may be.</summary>
    public long LeftOut => Interlocked.Read(ref _left);

    public IEnumerable<ShardView> Shards => _shards.Values.OrderBy(s => s.Shard);

    public IEnumerable<NodeView> Nodes => _places.Select(p => p.Value.View);

    public NodeView? Find(NodeKey node) => _places.TryGetValue(node, out var place) ? place.View : null;

    public void Publish(int shard, IReadOnlyList<NodeView> nodes)
    {
        foreach (var view in nodes)
        {
            if (_places.TryGetValue(view.Node, out var place))
                place.View = view;
            else if (Volatile.Read(ref _count) >= most)
                Interlocked.Increment(ref _left);
            else if (_places.TryAdd(view.Node, new Place(shard, view)))
                Interlocked.Increment(ref _count);
        }
    }

    public void Remove(int shard, NodeKey node)
    {
        if (_places.TryGetValue(node, out var place) && place.Shard == shard && _places.TryRemove(node, out _))
            Interlocked.Decrement(ref _count);
    }

    public void Clear(int shard)
    {
        foreach (var (node, place) in _places)
        {
            if (place.Shard == shard)
                Remove(shard, node);
        }
    }

    public void Publish(ShardView shard) => _shards[shard.Shard] = shard;

    /// <summary>Three numbers a node, 10,000 nodes: 30,000 lines. Names and labels are made once a node.</summary>
    public void Write(PrometheusWriter writer)
    {
        writer.Head("tocsin_node_score", "gauge", "Latest score of the node; NaN where the latest frame has none.");
        foreach (var (_, place) in _places)
            writer.Sample("tocsin_node_score"u8, place.Labels, place.View.Score);
        writer.Head("tocsin_node_threshold", "gauge", "What the score is held against; NaN while none is known.");
        foreach (var (_, place) in _places)
            writer.Sample("tocsin_node_threshold"u8, place.Labels, place.View.Threshold);
        writer.Head("tocsin_node_state", "gauge", "0 unknown, 1 normal, 2 anomalous, 3 stale (no data), 4 down (the scheduler says so).");
        foreach (var (_, place) in _places)
            writer.Sample("tocsin_node_state"u8, place.Labels, (int)place.View.Condition);
    }

    private sealed class Place(int shard, NodeView view)
    {
        private volatile NodeView _view = view;

        public int Shard { get; } = shard;

        public byte[] Labels { get; } = PrometheusWriter.Labels(("cluster", view.Node.Cluster), ("node", view.Node.Name));

        public NodeView View
        {
            get => _view;
            set => _view = value;
        }
    }
}
