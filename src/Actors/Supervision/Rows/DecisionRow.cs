using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>Stored: the numbers never change.</summary>
public enum DecisionKind
{
    Hold = 0,
    Checkpoint = 1,
    Migrate = 2,
    Drain = 3,
    Return = 4,

    /// <summary>It would have been done, and a brake was against it.</summary>
    Withheld = 5,
}

/// <summary>One line of the decision log.</summary>
/// <param name="Job">Slurm's JobID; null where it is of a node alone.</param>
/// <param name="Node">The suspect; null where there is none.</param>
/// <param name="Sentence">Why, for people.</param>
/// <param name="Probability">Of the suspect's failure, 0..1; NaN where none is expected.</param>
/// <param name="Action">That came of it; null = none.</param>
public sealed record DecisionRow(long Number, long AtMs, DecisionKind Kind, string? Job, string? Node, string Sentence, double GainNodeSeconds, double Probability, long? Action) : IWire<DecisionRow>
{
    private const int Fields = 9;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(Number);
        writer.WriteInt(AtMs);
        writer.WriteInt((int)Kind);
        writer.WriteOptionalString(Job);
        writer.WriteOptionalString(Node);
        writer.WriteString(Sentence);
        writer.WriteDouble(GainNodeSeconds);
        writer.WriteDouble(Probability);
        writer.WriteOptionalInt(Action);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out DecisionRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadInt64(out var number) || !reader.TryReadInt64(out var at)
            || !SupervisorFields.TryReadEnum<DecisionKind>(ref reader, out var kind)
            || !reader.TryReadOptionalString(SupervisorFields.MaxName, out var job) || !reader.TryReadOptionalString(SupervisorFields.MaxName, out var node)
            || !reader.TryReadString(SupervisorFields.MaxSentence, out var sentence)
            || !reader.TryReadDouble(out var gain) || !reader.TryReadDouble(out var probability)
            || !reader.TryReadOptionalInt64(out var action)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new DecisionRow(number, at, kind, job, node, sentence, gain, probability, action);
        return true;
    }
}

/// <summary>A node failed, as the scheduler told.</summary>
/// <param name="UpMs">When it was back; null while it is down.</param>
public sealed record FailureRow(string Node, long DownMs, long? UpMs) : IWire<FailureRow>
{
    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 3);
        writer.WriteString(Node);
        writer.WriteInt(DownMs);
        writer.WriteOptionalInt(UpMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out FailureRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 3, out var record) || !reader.TryReadString(SupervisorFields.MaxName, out var node) || !reader.TryReadInt64(out var down)
            || !reader.TryReadOptionalInt64(out var up) || !reader.TryEndRecord(record, 3))
            return false;
        value = new FailureRow(node, down, up);
        return true;
    }
}
