using Tocsin.Actors.Faults.Intervals;
using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>Which row of a history is which node's. Rows are dealt out in the order in which nodes come and are not taken back: a history knows its hosts by their rows.</summary>
public sealed class HostRows(int capacity)
{
    private readonly Dictionary<NodeKey, int> _rows = [];

    public int Capacity => capacity;

    public int Of(NodeKey node) => _rows.GetValueOrDefault(node, -1);

    /// <summary>Room for a quarter more nodes than there are.</summary>
    public static HostRows For(int nodes) => new(Math.Max(nodes + 4, nodes + (nodes / 4)));

    /// <returns>False: there is no row left for one of them.</returns>
    public bool Add(IEnumerable<NodeKey> nodes)
    {
        foreach (var node in nodes)
        {
            if (_rows.ContainsKey(node))
                continue;
            if (_rows.Count == capacity)
                return false;
            _rows.Add(node, _rows.Count);
        }
        return true;
    }

    /// <summary>Hosts without a node are absent; nodes without a row are left out, with their edges.</summary>
    public HostInterval Map(ClosedInterval interval)
    {
        var values = new float[capacity * LiveFeatures.Count];
        Array.Fill(values, float.NaN);
        for (var i = 0; i < interval.Nodes.Count; i++)
        {
            if (Of(interval.Nodes[i]) is >= 0 and var row)
                interval.Values.AsSpan(i * LiveFeatures.Count, LiveFeatures.Count).CopyTo(values.AsSpan(row * LiveFeatures.Count));
        }
        return new HostInterval(capacity, LiveFeatures.Count, values, [.. interval.Edges.Select(e => Mapped(interval, e)).Where(e => e is { From: >= 0, To: >= 0 })]);
    }

    private HostEdge Mapped(ClosedInterval interval, HostEdge edge)
    {
        var (from, to) = (Of(interval.Nodes[edge.From]), Of(interval.Nodes[edge.To]));
        return edge.Kind != EdgeKind.Migration && from > to ? edge with { From = to, To = from } : edge with { From = from, To = to };
    }
}
