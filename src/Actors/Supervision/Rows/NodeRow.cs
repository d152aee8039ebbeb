using System.Diagnostics.CodeAnalysis;
using Tocsin.Checkpointing.States;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>That a node is expected to fail.</summary>
/// <param name="Confidence">0..1.</param>
public readonly record struct Warning(long Id, long IssuedMs, long UntilMs, double Confidence, string Input);

/// <summary>What is remembered of a node. Times are unix milliseconds.</summary>
/// <param name="SinceMs">In that state.</param>
public sealed record NodeRow(NodeKey Node, NodeHealth Health, long SinceMs) : IWire<NodeRow>
{
    private const int Fields = 14;

    /// <summary>In force; null = it is not expected to fail.</summary>
    public Warning? Warning { get; init; }

    /// <summary>The drain of ours that holds it out; null = none.</summary>
    public long? OutBy { get; init; }

    public string Partition { get; init; } = "";

    /// <summary>The last warning for which a drain was proposed.</summary>
    public long DrainedFor { get; init; }

    /// <summary>Since when nothing speaks against it any more; null while an alert of its own is open.</summary>
    public long? WellSinceMs { get; init; }

    /// <summary>Attempts to give it back that came to nothing.</summary>
    public int Returns { get; init; }

    /// <summary>Its last failure, as the scheduler told; 0 = none.</summary>
    public long FailedMs { get; init; }

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        SupervisorFields.Write(ref writer, (NodeKey?)Node);
        writer.WriteInt((int)Health);
        writer.WriteInt(SinceMs);
        writer.WriteInt(Warning?.Id ?? 0);
        writer.WriteInt(Warning?.IssuedMs ?? 0);
        writer.WriteInt(Warning?.UntilMs ?? 0);
        writer.WriteDouble(Warning?.Confidence ?? 0);
        writer.WriteOptionalInt(OutBy);
        writer.WriteString(Partition);
        writer.WriteInt(DrainedFor);
        writer.WriteOptionalInt(WellSinceMs);
        writer.WriteInt(Returns);
        writer.WriteInt(FailedMs);
        writer.WriteString(Warning?.Input ?? "");
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out NodeRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !SupervisorFields.TryRead(ref reader, out NodeKey? node) || node is not { } key
            || !SupervisorFields.TryReadEnum<NodeHealth>(ref reader, out var health)
            || !reader.TryReadInt64(out var since)
            || !reader.TryReadInt64(out var id) || !reader.TryReadInt64(out var issued) || !reader.TryReadInt64(out var until) || !reader.TryReadDouble(out var confidence)
            || !reader.TryReadOptionalInt64(out var outBy)
            || !reader.TryReadString(SupervisorFields.MaxName, out var partition)
            || !reader.TryReadInt64(out var drainedFor)
            || !reader.TryReadOptionalInt64(out var well)
            || !reader.TryReadInt32(0, int.MaxValue, out var returns)
            || !reader.TryReadInt64(out var failed)
            || !reader.TryReadString(SupervisorFields.MaxName, out var input)
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        value = new NodeRow(key, health, since)
        {
            Warning = id > 0 ? new Warning(id, issued, until, confidence, input) : null,
            OutBy = outBy,
            Partition = partition,
            DrainedFor = drainedFor,
            WellSinceMs = well,
            Returns = returns,
            FailedMs = failed,
        };
        return true;
    }
}
