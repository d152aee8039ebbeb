using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Identity;

/// <summary>A node as one scraper sees it. Replicas of one node share the election.</summary>
internal sealed record KnownNode(NodeKey Key, string? Replica, NodeElection? Election);

/// <summary>Thread-safe: requests of both replicas come at the same time.</summary>
internal sealed class NodeElection
{
    private readonly Lock _lock = new();
    private ReplicaElection _state;

    public bool Takes(string replica, long timeMs, long silenceMs)
    {
        lock (_lock)
        {
            (var taken, _state) = _state.Decide(replica, timeMs, silenceMs);
            return taken;
        }
    }
}

/// <summary>What is known between two clear-outs. Numbers of nodes and series hold within one of these.</summary>
/// <remarks>A reader looks up numbers in <see cref="Map"/> and only then reads <see cref="Nodes"/> and <see cref="Series"/>: the writer publishes an array
/// that holds a number before it publishes the number, so the array that is read is new enough. A map that was outgrown lacks the newest series and
/// nothing else; they are then found under the writer's lock.</remarks>
internal sealed class KnownSeries
{
    private volatile SeriesMap _map = new(1024);
    private volatile KnownNode[] _nodes = new KnownNode[64];
    private volatile SeriesId[] _series = new SeriesId[1024];
    private readonly Dictionary<(NodeKey, string?), int> _nodeNumbers = [];
    private readonly Dictionary<SeriesId, int> _seriesNumbers = new(SeriesMeaning.Comparer);

    public SeriesMap Map => _map;

    public KnownNode[] Nodes => _nodes;

    public SeriesId[] Series => _series;

    public int NodeCount => _nodeNumbers.Count;

    public int SeriesCount => _seriesNumbers.Count;

    /// <summary>The writer alone calls what follows.</summary>
    public void Add(ulong high, uint low, ushort turn, int node, int series)
    {
        if (_map.IsFull)
        {
            var larger = new SeriesMap(_map.Capacity * 2);
            foreach (var known in _map.Recent(turn, ushort.MaxValue))
                larger.Add(known.High, known.Low, known.Used, known.Node, known.Series);
            _map = larger;
        }
        _map.Add(high, low, turn, node, series);
    }

    public bool Has(NodeKey key, string? replica) => _nodeNumbers.ContainsKey((key, replica));

    public bool Has(SeriesId series) => _seriesNumbers.ContainsKey(series);

    public int NumberOf(NodeKey key, string? replica, Func<NodeKey, NodeElection> election)
    {
        if (_nodeNumbers.TryGetValue((key, replica), out var number))
            return number;
        number = _nodeNumbers.Count;
        var nodes = _nodes;
        if (number == nodes.Length)
            Array.Resize(ref nodes, number * 2);
        nodes[number] = new KnownNode(key, replica, replica is null ? null : election(key));
        _nodes = nodes;
        _nodeNumbers.Add((key, replica), number);
        return number;
    }

    public int NumberOf(SeriesId series)
    {
        if (_seriesNumbers.TryGetValue(series, out var number))
            return number;
        number = _seriesNumbers.Count;
        var all = _series;
        if (number == all.Length)
            Array.Resize(ref all, number * 2);
        all[number] = series;
        _series = all;
        _seriesNumbers.Add(series, number);
        return number;
    }
}
