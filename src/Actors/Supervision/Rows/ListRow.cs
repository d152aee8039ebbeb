using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>A bounded list that is stored as one row.</summary>
public sealed record ListRow<T>(IReadOnlyCollection<T> All) : IWire<ListRow<T>>
    where T : IWire<T>
{
    public const int Most = 20_000;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 1);
        SupervisorFields.Write(ref writer, All);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out ListRow<T>? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 1, out var record) || !SupervisorFields.TryRead<T>(ref reader, Most, out var all) || !reader.TryEndRecord(record, 1))
            return false;
        value = new ListRow<T>(all);
        return true;
    }
}
