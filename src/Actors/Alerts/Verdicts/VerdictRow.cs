using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Alerts.Verdicts;

/// <summary>A verdict as the book keeps it.</summary>
/// <param name="Muted">Findings that would have been told of and were not.</param>
/// <param name="MutedMs">The last of them, by the book's clock; null before the first.</param>
public sealed record VerdictRow(Verdict Verdict, long Muted, long? MutedMs) : IWire<VerdictRow>
{
    private const int Fields = 3;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        Verdict.Write(ref writer);
        writer.WriteInt(Muted);
        writer.WriteOptionalInt(MutedMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out VerdictRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !Verdict.TryRead(ref reader, out var verdict)
            || !reader.TryReadInt64(out var muted)
            || !reader.TryReadOptionalInt64(out var mutedMs)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new VerdictRow(verdict, muted, mutedMs);
        return true;
    }
}
