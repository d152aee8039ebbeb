using System.Diagnostics.CodeAnalysis;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Records;

/// <summary>Stored: the numbers never change.</summary>
public enum OperatorWord
{
    /// <summary>Against an action, a node, a job, or everything.</summary>
    Veto = 0,

    /// <summary>Takes a veto back, by its number.</summary>
    Unveto = 1,

    /// <summary>Nothing is done until <see cref="Resume"/>.</summary>
    Hold = 2,
    Resume = 3,

    /// <summary>The policy is not asked; preconditions, vetoes and brakes are.</summary>
    Force = 4,

    /// <summary>Of one that waits for an operator.</summary>
    Approve = 5,

    /// <summary>A human looked at one whose outcome nobody could tell.</summary>
    Close = 6,
}

/// <summary>An operator's word, as a record of the control topic: it holds from the moment that it is in the log.</summary>
/// <param name="Number">Of the action, or of the veto that is taken back; null where it is of neither.</param>
/// <param name="Who">The token's name. Hostile text.</param>
/// <param name="Note">Hostile text.</param>
/// <param name="UntilMs">Of a veto; null = until it is taken back.</param>
public sealed record OperatorSaid(OperatorWord Word, long? Number, NodeKey? Node, string? JobId, string Who, string Note, long? UntilMs) : IWire<OperatorSaid>
{
    public const int MaxWho = 64, MaxNote = 500;

    private const int Fields = 7;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt((int)Word);
        writer.WriteOptionalInt(Number);
        SupervisorFields.Write(ref writer, Node);
        writer.WriteOptionalString(JobId);
        writer.WriteString(Who);
        writer.WriteString(Note);
        writer.WriteOptionalInt(UntilMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out OperatorSaid? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !SupervisorFields.TryReadEnum<OperatorWord>(ref reader, out var word)
            || !reader.TryReadOptionalInt64(out var number)
            || !SupervisorFields.TryRead(ref reader, out NodeKey? node)
            || !reader.TryReadOptionalString(SupervisorFields.MaxName, out var job)
            || !reader.TryReadString(4 * MaxWho, out var who)
            || !reader.TryReadString(4 * MaxNote, out var note)
            || !reader.TryReadOptionalInt64(out var until)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new OperatorSaid(word, number, node, job, who, note, until);
        return true;
    }
}
