using System.Diagnostics.CodeAnalysis;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Migration;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>A move that is under way; its newest action stands in a row of its own.</summary>
public sealed record MoveRow(JobIdentity Job, NodeKey From, NodeKey Target, long AtMs, long DeadlineMs, bool Acknowledged, long? Last) : IWire<MoveRow>
{
    private const int Fields = 7;

    public static MoveRow Of(Move move) => new(move.Job, move.From, move.Target, move.AtMs, move.DeadlineMs, move.Acknowledged, move.Last?.Id.Number);

    /// <param name="action">Finds the newest action; a move whose action is not known any more begins anew, by asking.</param>
    public Move ToMove(Func<long, ActionRecord?> action) => new(Job, From, Target, AtMs, DeadlineMs, Acknowledged, Last is { } id ? action(id) : null);

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        SupervisorFields.Write(ref writer, (JobIdentity?)Job);
        SupervisorFields.Write(ref writer, (NodeKey?)From);
        SupervisorFields.Write(ref writer, (NodeKey?)Target);
        writer.WriteInt(AtMs);
        writer.WriteInt(DeadlineMs);
        writer.WriteBool(Acknowledged);
        writer.WriteOptionalInt(Last);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out MoveRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !SupervisorFields.TryRead(ref reader, out JobIdentity? job) || job is not { } j
            || !SupervisorFields.TryRead(ref reader, out NodeKey? from) || from is not { } f
            || !SupervisorFields.TryRead(ref reader, out NodeKey? target) || target is not { } t
            || !reader.TryReadInt64(out var at) || !reader.TryReadInt64(out var deadline)
            || !reader.TryReadBool(out var acknowledged)
            || !reader.TryReadOptionalInt64(out var last)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new MoveRow(j, f, t, at, deadline, acknowledged, last);
        return true;
    }
}

/// <summary>An action that ran, for the limits of rate.</summary>
public sealed record PastRow(PastAction Past) : IWire<PastRow>
{
    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 5);
        writer.WriteInt((int)Past.Kind);
        SupervisorFields.Write(ref writer, Past.Node);
        writer.WriteString(Past.Partition);
        writer.WriteOptionalString(Past.JobId);
        writer.WriteInt(Past.AtMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out PastRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 5, out var record) || !SupervisorFields.TryReadEnum<ActionKind>(ref reader, out var kind) || !SupervisorFields.TryRead(ref reader, out NodeKey? node)
            || !reader.TryReadString(SupervisorFields.MaxName, out var partition) || !reader.TryReadOptionalString(SupervisorFields.MaxName, out var job) || !reader.TryReadInt64(out var at)
            || !reader.TryEndRecord(record, 5))
            return false;
        value = new PastRow(new PastAction(kind, node, partition, job, at));
        return true;
    }
}
