using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Alerts.Book;

internal static class CauseKeyWire
{
    private const int MaxName = 1024;

    public static void Write(ref WireWriter writer, CauseKey key)
    {
        writer.WriteInt((int)key.Class);
        writer.WriteInt((int)key.Scope);
        writer.WriteString(key.Name);
    }

    public static bool TryRead(ref WireReader reader, out CauseKey key)
    {
        key = default;
        if (!reader.TryReadInt32(0, (int)FindingClass.Away, out var cls)
            || !reader.TryReadInt32(0, (int)CauseScope.Site, out var scope)
            || !reader.TryReadString(MaxName, out var name))
            return false;
        key = new CauseKey((FindingClass)cls, (CauseScope)scope, name);
        return true;
    }
}

public sealed partial record FindingRow : IWire<FindingRow>
{
    private const int Fields = 6;

    /// <summary>Rows from before the event time of the first word was kept, and then the verdict.</summary>
    private const int LeastFields = 4;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        Finding.Write(ref writer);
        writer.WriteInt(FirstSeenMs);
        writer.WriteOptionalInt(EndedMs);
        writer.WriteInt(Alert);
        writer.WriteInt(FirstAtMs);
        writer.WriteInt(MutedBy);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out FindingRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !Tocsin.Shared.Flow.Finding.TryRead(ref reader, out var finding)
            || !reader.TryReadInt64(out var first)
            || !reader.TryReadOptionalInt64(out var ended)
            || !reader.TryReadInt64(out var alert))
            return false;
        var (firstAt, mutedBy) = (finding.AtMs, 0L);
        if ((record.Fields > LeastFields && !reader.TryReadInt64(out firstAt)) || (record.Fields >= Fields && !reader.TryReadInt64(out mutedBy)) || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        value = new FindingRow(finding, first, ended, alert, firstAt, mutedBy);
        return true;
    }
}

public sealed partial record AlertRow : IWire<AlertRow>
{
    private const int Fields = 6;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        Alert.Write(ref writer);
        CauseKeyWire.Write(ref writer, Key);
        writer.WriteInt(Flaps);
        writer.WriteInt(ToldNodes);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out AlertRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !Tocsin.Shared.Flow.Alert.TryRead(ref reader, out var alert)
            || !CauseKeyWire.TryRead(ref reader, out var key)
            || !reader.TryReadInt32(0, int.MaxValue, out var flaps)
            || !reader.TryReadInt32(0, int.MaxValue, out var told)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new AlertRow(alert, key, flaps, told);
        return true;
    }
}

public sealed partial record FlapRow : IWire<FlapRow>
{
    private const int Fields = 5;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        CauseKeyWire.Write(ref writer, Key);
        writer.WriteInt(Count);
        writer.WriteInt(ClearedMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out FlapRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !CauseKeyWire.TryRead(ref reader, out var key)
            || !reader.TryReadInt32(0, int.MaxValue, out var count)
            || !reader.TryReadInt64(out var cleared)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new FlapRow(key, count, cleared);
        return true;
    }
}
