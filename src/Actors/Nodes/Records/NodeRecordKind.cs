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
    public static byte[] Of(NodeKey node) => Encoding.UTF8.GetBytes(node.ToString());

    public static bool TryRead(ReadOnlySpan<byte> key, out NodeKey node)
    {
        node = default;
        var slash = key.IndexOf((byte)'/');
        return slash > 0 && key.Length <= 2 * NodeKey.MaxLength + 1
            && NodeKey.TryParse(Encoding.UTF8.GetString(key[..slash]), Encoding.UTF8.GetString(key[(slash + 1)..]), out node);
    }
}
