using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Shared;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>What a record of <see cref="LogTopics.Samples"/> is. Stored: the numbers never change.</summary>
public enum NodeRecordKind : byte
{
    /// <summary><see cref="SampleRecord"/>; key = node.</summary>
    Samples = 1,

    /// <summary>A <see cref="Shared.Flow.JobEvent"/>; key = node, one record for each node of the job.</summary>
    JobEvent = 2,

    /// <summary>A <see cref="Shared.Flow.NodeState"/>; key = node.</summary>
    NodeState = 3,

    /// <summary>A version, as a number; in every partition.</summary>
    LibraryActivated = 4,

    /// <summary>A <see cref="SourceTime"/>; in every partition.</summary>
    SourceTime = 5,
}

/// <summary>Nodes as keys of records: <c>cluster/name</c>, neither of which holds a slash.</summary>
public static class NodeRecordKey
{
    /// <summary>Bytes of the longest.</summary>
    internal const int Most = (2 * NodeKey.MaxLength) + 1;

    public static byte[] Of(NodeKey node) => Encoding.UTF8.GetBytes(node.ToString());

    /// <summary>The same bytes without an array of their own.</summary>
    /// <returns>How many.</returns>
    internal static int Write(Span<byte> to, NodeKey node)
    {
        var cluster = Encoding.UTF8.GetBytes(node.Cluster, to);
        to[cluster] = (byte)'/';
        return cluster + 1 + Encoding.UTF8.GetBytes(node.Name, to[(cluster + 1)..]);
    }

    public static bool TryRead(ReadOnlySpan<byte> key, out NodeKey node)
    {
        node = default;
        var slash = key.IndexOf((byte)'/');
        return slash > 0 && key.Length <= 2 * NodeKey.MaxLength + 1
            && NodeKey.TryParse(Encoding.UTF8.GetString(key[..slash]), Encoding.UTF8.GetString(key[(slash + 1)..]), out node);
    }
}
