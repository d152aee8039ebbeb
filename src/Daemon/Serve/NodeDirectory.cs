using System.Collections.Concurrent;
using Tocsin.Daemon.Serve.Frames;
using Tocsin.Daemon.Serve.Scores;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve;

/// <param name="Version">Ask with it for what changes from now on.</param>
/// <param name="All">These are all nodes, and those that are not among them are watched no more.</param>
internal sealed record NodeChanges(long Version, bool All, IReadOnlyList<NodeView> Nodes);

/// <summary>The latest view of each node and shard, for those who only look. Reading takes no lock and never waits for a shard.</summary>
/// <remarks>A reader may see one node newer than another, never half of one: a view is immutable and its place is one reference. A key belongs to
/// one shard, so no two shards write the same place; where a shard's views come in after it was cleared, its owner has begun anew and they are
/// right. Views are published under a lock, so that the version names all that was published up to it: <see cref="Since"/> reads the version first, so it
/// may say a change twice and misses none.</remarks>
/// <param name="cadence">Of the scores that are kept; null = 15 s.</param>
/// <param name="frames">Bytes for recent frames; 0 = none are kept.</param>
internal sealed class NodeDirectory(int most, TimeSpan? cadence = null, long frames = 0) : IShardViews
{
    private readonly Lock _publishing = new();
    private readonly ConcurrentDictionary<NodeKey, Place> _places = new();
    private readonly ConcurrentDictionary<int, ShardView> _shards = new();
    private int _count;
    private long _left;
    private long _version;
    private long _removed;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Of what was published last.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Views that were not kept because there were more nodes than may be.</summary>
    public long LeftOut => Interlocked.Read(ref _left);

    public IEnumerable<ShardView> Shards => _shards.Values.OrderBy(s => s.Shard);

    public ScoreHistory Scores { get; } = new(most, cadence ?? TimeSpan.FromSeconds(15));

    public FrameHistory Frames { get; } = new(most, cadence ?? TimeSpan.FromSeconds(15), frames);

    public IEnumerable<NodeView> Nodes => _places.Select(p => p.Value.View);

    public NodeView? Find(NodeKey node) => _places.TryGetValue(node, out var place) ? place.View : null;

    /// <summary>What was published after that version; all of it where nodes have gone since, or the version is none of this process.</summary>
    public NodeChanges Since(long version)
    {
        var now = Volatile.Read(ref _version);
        var all = version <= 0 || version > now || version < Volatile.Read(ref _removed);
        // Not .Values, which locks them all and makes a list of them.
        return new NodeChanges(now, all, [.. _places.Where(p => all || p.Value.Version > version).Select(p => p.Value.View)]);
    }

    public void Publish(int shard, IReadOnlyList<NodeView> nodes)
    {
        lock (_publishing)
        {
            var version = _version + 1;
            foreach (var view in nodes)
            {
                if (view.Condition == NodeCondition.Anomalous)
                    Frames.Want(view.Node);
                if (_places.TryGetValue(view.Node, out var place))
                    (place.View, place.Version) = (view, version);
                else if (_count >= most)
                    Interlocked.Increment(ref _left);
                else if (_places.TryAdd(view.Node, new Place(shard, view) { Version = version }))
                    Volatile.Write(ref _count, _count + 1);
            }
            Volatile.Write(ref _version, version);
        }
    }

    public void Remove(int shard, NodeKey node)
    {
        if (!Drop(shard, node))
            return;
        Scores.Remove(node);
        Frames.Remove(node);
    }

    /// <summary>Scores stay: the shard's next life goes on with them.</summary>
    public void Clear(int shard)
    {
        foreach (var (node, place) in _places)
        {
            if (place.Shard == shard)
                Drop(shard, node);
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

    private bool Drop(int shard, NodeKey node)
    {
        lock (_publishing)
        {
            if (!_places.TryGetValue(node, out var place) || place.Shard != shard || !_places.TryRemove(node, out _))
                return false;
            Volatile.Write(ref _count, _count - 1);
            Volatile.Write(ref _removed, _version + 1);
            Volatile.Write(ref _version, _version + 1);
            return true;
        }
    }

    private sealed class Place(int shard, NodeView view)
    {
        private volatile NodeView _view = view;
        private long _version;

        public int Shard { get; } = shard;

        public long Version
        {
            get => Volatile.Read(ref _version);
            set => Volatile.Write(ref _version, value);
        }

        public byte[] Labels { get; } = PrometheusWriter.Labels(("cluster", view.Node.Cluster), ("node", view.Node.Name));

        public NodeView View
        {
            get => _view;
            set => _view = value;
        }
    }
}
