using System.Diagnostics.CodeAnalysis;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>An operator's no, numbered.</summary>
public sealed record VetoRow(long Number, Veto Veto) : IWire<VetoRow>
{
    private const int Fields = 8;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(Number);
        writer.WriteOptionalInt(Veto.Action?.Number);
        SupervisorFields.Write(ref writer, Veto.Node);
        writer.WriteOptionalString(Veto.JobId);
        writer.WriteString(Veto.Who);
        writer.WriteString(Veto.Note);
        writer.WriteInt(Veto.AtMs);
        writer.WriteOptionalInt(Veto.UntilMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out VetoRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadInt64(out var number)
            || !reader.TryReadOptionalInt64(out var action)
            || !SupervisorFields.TryRead(ref reader, out NodeKey? node)
            || !reader.TryReadOptionalString(SupervisorFields.MaxName, out var job)
            || !reader.TryReadString(SupervisorFields.MaxName, out var who)
            || !reader.TryReadString(SupervisorFields.MaxSentence, out var note)
            || !reader.TryReadInt64(out var at)
            || !reader.TryReadOptionalInt64(out var until)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new VetoRow(number, new Veto(action is { } id ? new ActionId(id) : null, node, job, who, note, at, until));
        return true;
    }
}

/// <summary><c>tocsin hold</c>: nothing is done.</summary>
public sealed record HoldRow(string Who, string Note, long AtMs) : IWire<HoldRow>
{
    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 3);
        writer.WriteString(Who);
        writer.WriteString(Note);
        writer.WriteInt(AtMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out HoldRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 3, out var record) || !reader.TryReadString(SupervisorFields.MaxName, out var who) || !reader.TryReadString(SupervisorFields.MaxSentence, out var note)
            || !reader.TryReadInt64(out var at) || !reader.TryEndRecord(record, 3))
            return false;
        value = new HoldRow(who, note, at);
        return true;
    }
}
