using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

public sealed partial record RuleFired : IWire<RuleFired>
{
    private const int Fields = 4;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(Rule);
        writer.WriteInt((int)Kind);
        writer.WriteString(Node);
        writer.WriteInt(SinceMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out RuleFired? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadString(AlertFields.MaxName, out var rule)
            || !AlertFields.TryRead<FaultKind>(ref reader, out var kind)
            || !reader.TryReadString(AlertFields.MaxName, out var node)
            || !reader.TryReadInt64(out var since)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new RuleFired(rule, kind, node, since);
        return true;
    }

    internal static void WriteAll(ref WireWriter writer, IReadOnlyList<RuleFired> fired)
    {
        writer.WriteArrayHeader(Math.Min(fired.Count, Alert.MaxNodes));
        foreach (var one in fired.Take(Alert.MaxNodes))
            one.Write(ref writer);
    }

    internal static bool TryReadAll(ref WireReader reader, [NotNullWhen(true)] out RuleFired[]? fired)
    {
        fired = null;
        if (!reader.TryReadArrayHeader(Alert.MaxNodes, out var count))
            return false;
        RuleFired[] all = count == 0 ? [] : new RuleFired[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, out var one))
                return false;
            all[i] = one;
        }
        fired = all;
        return true;
    }
}
