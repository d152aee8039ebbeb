using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>What inputs said of a node at one moment, and what the MLP looked at then.</summary>
/// <param name="DueMs">When it is known what came of it.</param>
internal sealed record Question(string Node, long AtMs, long DueMs, IReadOnlyList<(string Input, double Said)> Said, double[] Frame);

/// <summary>The open questions of one node, oldest first: about four, since it is asked four times within a horizon. The node is the row's name.</summary>
internal sealed record QuestionsRow(IReadOnlyList<Question> Open) : IWire<QuestionsRow>
{
    public const int Most = 16;

    private const int MostInputs = 64, MaxName = 64;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 1);
        writer.WriteArrayHeader(Open.Count);
        foreach (var question in Open)
        {
            writer.WriteInt(question.AtMs);
            writer.WriteInt(question.DueMs);
            writer.WriteDoubles(question.Frame);
            writer.WriteArrayHeader(question.Said.Count);
            foreach (var (input, said) in question.Said)
            {
                writer.WriteString(input);
                writer.WriteDouble(said);
            }
        }
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out QuestionsRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 1, out var record) || !reader.TryReadArrayHeader(Most, out var count))
            return false;
        var open = new List<Question>(count);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadInt64(out var at) || !reader.TryReadInt64(out var due) || !reader.TryReadDoubles(MostInputs, out var frame) || !reader.TryReadArrayHeader(MostInputs, out var inputs))
                return false;
            var said = new List<(string, double)>(inputs);
            for (var j = 0; j < inputs; j++)
            {
                if (!reader.TryReadString(MaxName, out var input) || !reader.TryReadDouble(out var word))
                    return false;
                if (word is not (>= 0 and <= 1))
                    return reader.Refuse(WireFault.OutOfRange);
                said.Add((input, word));
            }
            open.Add(new Question("", at, due, said, frame));
        }
        if (!reader.TryEndRecord(record, Math.Min(record.Fields, 1)))
            return false;
        value = new QuestionsRow(open);
        return true;
    }
}
