using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

/// <summary>What the scheduler's words for a node come down to. Stored: the numbers never change.</summary>
[Flags]
public enum NodeConditions
{
    None = 0,

    /// <summary>The scheduler says that it is down (and not that it is powered down or being rebooted).</summary>
    Down = 1,

    /// <summary>Draining or drained.</summary>
    Drained = 2,

    /// <summary>In a maintenance reservation.</summary>
    Maintenance = 4,

    /// <summary>A reboot was asked for or is under way.</summary>
    Rebooting = 8,

    /// <summary>Powered down, on its way there or back: its silence is meant, it is not stale.</summary>
    PoweredDown = 16,

    /// <summary>slurmd does not answer; not down yet.</summary>
    NotResponding = 32,

    /// <summary>Not part of the machine: FUTURE, UNKNOWN.</summary>
    Absent = 64,
}

/// <summary>Stage 2, in: a node as the scheduler sees it. The later one of two holds. All times are unix milliseconds.</summary>
public sealed record NodeState : IWire<NodeState>
{
    /// <summary>Characters of <see cref="Words"/>, <see cref="Reason"/> and <see cref="Kernel"/>; what is longer is cut.</summary>
    public const int MaxText = 256;

    private const int LeastFields = 9, Fields = 11;

    private const NodeConditions Mute =
        NodeConditions.Drained | NodeConditions.Maintenance | NodeConditions.Rebooting | NodeConditions.PoweredDown | NodeConditions.Absent;

    public required NodeKey Node { get; init; }

    /// <summary>When the scheduler was asked.</summary>
    public required long AsOfMs { get; init; }

    public required NodeConditions Conditions { get; init; }

    /// <summary>As the scheduler writes it, e.g. <c>IDLE+DRAIN</c>.</summary>
    public required string Words { get; init; }

    /// <summary>Hostile text; empty where there is none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When the node booted, as slurmd told; null where it did not yet.</summary>
    public long? BootMs { get; init; }

    public long? SlurmdStartMs { get; init; }

    /// <summary>As slurmd told, e.g. <c>Linux 6.1.0-18-amd64 #1 SMP ...</c>; empty where it did not.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>The leaf switch that it hangs on; null where the scheduler has no topology.</summary>
    public string? Switch { get; init; }

    /// <summary>The scheduler has answered without it for long enough: if nothing came from it since this time, it is watched no more. Null = it is.</summary>
    public long? GoneSinceMs { get; init; }

    public bool Down => (Conditions & NodeConditions.Down) != 0;

    /// <summary>Scored, not notified, not learned.</summary>
    public bool Muted => (Conditions & Mute) != 0;

    /// <summary>No data is what is to be expected.</summary>
    public bool SilenceIsMeant => (Conditions & (NodeConditions.PoweredDown | NodeConditions.Rebooting | NodeConditions.Absent)) != 0;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(Node.Cluster);
        writer.WriteString(Node.Name);
        writer.WriteInt(AsOfMs);
        writer.WriteInt((int)Conditions);
        writer.WriteString(Words);
        writer.WriteString(Reason);
        writer.WriteOptionalInt(BootMs);
        writer.WriteOptionalInt(SlurmdStartMs);
        writer.WriteString(Kernel);
        writer.WriteOptionalString(Switch);
        writer.WriteOptionalInt(GoneSinceMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out NodeState? value)
    {
        (value, string? leaf, long? gone) = (null, null, null);
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !reader.TryReadString(NodeKey.MaxLength, out var cluster)
            || !reader.TryReadString(NodeKey.MaxLength, out var name)
            || !reader.TryReadInt64(out var asOf)
            || !reader.TryReadInt32(0, int.MaxValue, out var conditions)
            || !reader.TryReadString(4 * MaxText, out var words)
            || !reader.TryReadString(4 * MaxText, out var reason)
            || !reader.TryReadOptionalInt64(out var boot)
            || !reader.TryReadOptionalInt64(out var slurmd)
            || !reader.TryReadString(4 * MaxText, out var kernel)
            || (record.Fields >= 10 && !reader.TryReadOptionalString(4 * MaxText, out leaf))
            || (record.Fields >= 11 && !reader.TryReadOptionalInt64(out gone))
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        if (!NodeKey.TryParse(cluster, name, out var node))
            return reader.Refuse(WireFault.OutOfRange);
        value = new NodeState
        {
            Node = node,
            AsOfMs = asOf,
            Conditions = (NodeConditions)conditions,
            Words = words,
            Reason = reason,
            BootMs = boot,
            SlurmdStartMs = slurmd,
            Kernel = kernel,
            Switch = leaf,
            GoneSinceMs = gone,
        };
        return true;
    }
}

/// <summary>What the scheduler's answers about nodes are handed to. Called by one source a cluster.</summary>
public interface INodeStateSink
{
    /// <summary>All or none; only nodes whose state has changed are sent. Sending again does no harm.</summary>
    ValueTask<AppendResult> AppendAsync(IReadOnlyList<NodeState> states, CancellationToken stop);
}
