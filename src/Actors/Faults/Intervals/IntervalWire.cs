using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Tocsin.Inference.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>An interval as it is stored: its number, the cluster, the nodes' names, their values as half floats, a bit each for quiet, and the edges as (from, to, kind, count).
/// All nodes are of one cluster. 1,000 nodes are about 35 kB.</summary>
public sealed record StoredInterval(ClosedInterval Interval) : IWire<StoredInterval>
{
    private const int Fields = 7, MostNodes = 1_000_000, MostEdges = 1 << 22;

    public void Write(ref WireWriter writer)
    {
        var nodes = Interval.Nodes;
        writer.WriteRecord(1, Fields);
        writer.WriteInt(Interval.Number);
        writer.WriteString(nodes.Count > 0 ? nodes[0].Cluster : "");
        writer.WriteArrayHeader(nodes.Count);
        foreach (var node in nodes)
            writer.WriteString(node.Name);
        writer.WriteInt(LiveFeatures.Count);
        writer.WriteBinary(MemoryMarshal.AsBytes<Half>(Array.ConvertAll(Interval.Values, v => (Half)v)));
        writer.WriteBinary(Array.ConvertAll(Interval.Quiet, q => q ? (byte)1 : (byte)0));
        writer.WriteArrayHeader(4 * Interval.Edges.Count);
        foreach (var edge in Interval.Edges)
        {
            writer.WriteInt(edge.From);
            writer.WriteInt(edge.To);
            writer.WriteInt((int)edge.Kind);
            writer.WriteInt((long)edge.Count);
        }
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out StoredInterval? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadInt64(out var number)
            || !reader.TryReadString(NodeKey.MaxLength, out var cluster)
            || !reader.TryReadArrayHeader(MostNodes, out var count))
            return false;
        var nodes = new NodeKey[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(NodeKey.MaxLength, out var name) || !NodeKey.TryParse(cluster, name, out nodes[i]))
                return reader.Refuse(WireFault.OutOfRange);
        }
        if (!reader.TryReadInt32(LiveFeatures.Count, LiveFeatures.Count, out var features)
            || !reader.TryReadBinary(2 * count * features, out var values) || values.Length != 2 * count * features
            || !reader.TryReadBinary(count, out var quiet) || quiet.Length != count
            || !reader.TryReadArrayHeader(4 * MostEdges, out var numbers) || numbers % 4 != 0)
            return reader.Refuse(WireFault.OutOfRange);
        var floats = Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(values).ToArray(), h => (float)h);
        var edges = new HostEdge[numbers / 4];
        for (var i = 0; i < edges.Length; i++)
        {
            if (!reader.TryReadInt32(0, count - 1, out var from) || !reader.TryReadInt32(0, count - 1, out var to)
                || !reader.TryReadInt32(0, (int)EdgeKind.Filesystem, out var kind) || !reader.TryReadInt32(1, int.MaxValue, out var weight))
                return false;
            edges[i] = new HostEdge(from, to, (EdgeKind)kind, weight);
        }
        if (!reader.TryEndRecord(record, Fields))
            return false;
        value = new StoredInterval(new ClosedInterval(number, nodes, floats, edges, Array.ConvertAll(quiet.ToArray(), q => q != 0)));
        return true;
    }
}
