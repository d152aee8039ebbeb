using System.Diagnostics.CodeAnalysis;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.States;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>All that the supervisor has learned: costs and failures, which input is believed and what its words are worth, how nodes go from state to state.</summary>
public sealed class KnowledgeRow(Priors priors)
{
    private const int MostInputs = 64;

    public Learned Learned { get; } = new(priors);

    public BrierBook Brier { get; } = new();

    public SortedDictionary<string, Calibration> Inputs { get; } = new(StringComparer.Ordinal);

    public NodeStateModel States { get; } = new();

    public byte[] Bytes()
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, 4 + 1);
        Learned.Write(ref writer);
        Brier.Write(ref writer);
        writer.WriteArrayHeader(Inputs.Count);
        foreach (var (name, book) in Inputs)
        {
            writer.WriteArrayHeader(3);
            writer.WriteString(name);
            book.Write(ref writer);
        }
        States.Write(ref writer);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    /// <returns>False: the bytes are none, and nothing of this is to be used.</returns>
    public bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(false)] out string? why)
    {
        var reader = new WireReader(bytes);
        var read = TryRead(ref reader);
        why = read ? null : reader.Failure.ToString();
        return read;
    }

    private bool TryRead(ref WireReader reader)
    {
        if (!reader.TryBeginRecord(1, 5, out var record) || !Learned.TryRead(ref reader) || !Brier.TryRead(ref reader) || !reader.TryReadArrayHeader(MostInputs, out var count))
            return false;
        for (var i = 0; i < count; i++)
        {
            var book = new Calibration();
            if (!reader.TryReadArrayHeader(3, out var parts) || parts != 3 || !reader.TryReadString(64, out var name) || !book.TryRead(ref reader))
                return reader.Refuse(WireFault.OutOfRange);
            Inputs[name] = book;
        }
        return States.TryRead(ref reader) && reader.TryEndRecord(record, 5);
    }
}
