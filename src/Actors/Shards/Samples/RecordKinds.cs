using System.Text;
using Tocsin.Shared;

namespace Tocsin.Actors.Shards.Samples;

/// <summary>What stands in the topic of samples. Stored: the numbers never change. The key of each is the node's, "cluster/name"; docs/FORMATS.md has the layouts.</summary>
public static class RecordKinds
{
    /// <summary>A writer's numbers for series, before their first use. Its key is empty: it is the partition's.</summary>
    public const byte Series = 1;

    public const byte Samples = 2;

    public const byte Job = 3;

    public const byte NodeState = 4;

    /// <summary>From here on the partition scores by another version of the library. Its key is empty.</summary>
    public const byte Library = 5;

    public static byte[] Key(NodeKey node) => Encoding.UTF8.GetBytes(node.ToString());

    /// <summary>False where it is no node's.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out NodeKey node)
    {
        node = default;
        var slash = key.IndexOf((byte)'/');
        return slash > 0 && key.Length <= (2 * NodeKey.MaxLength) + 1
            && NodeKey.TryParse(Encoding.UTF8.GetString(key[..slash]), Encoding.UTF8.GetString(key[(slash + 1)..]), out node);
    }
}
