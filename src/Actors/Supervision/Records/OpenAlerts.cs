using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Records;

/// <summary>All alerts that were open when the daemon began, by number. A record of the control topic, in order behind all that was told before and ahead of all that is told
/// later: what the supervisor suspects and does not stand in it was closed while nobody told it.</summary>
public sealed record OpenAlerts(IReadOnlyList<long> Numbers) : IWire<OpenAlerts>
{
    public const int Most = 1_000_000;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 1);
        writer.WriteArrayHeader(Numbers.Count);
        foreach (var number in Numbers)
            writer.WriteInt(number);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out OpenAlerts? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 1, out var record) || !reader.TryReadArrayHeader(Most, out var count))
            return false;
        var numbers = new List<long>();
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadInt64(out var number))
                return false;
            numbers.Add(number);
        }
        if (!reader.TryEndRecord(record, 1))
            return false;
        value = new OpenAlerts(numbers);
        return true;
    }
}
