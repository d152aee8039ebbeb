using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

public sealed partial record AlertSign : IWire<AlertSign>
{
    private const int Fields = 6;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt((int)Source);
        writer.WriteString(Rule);
        writer.WriteInt((int)Kind);
        writer.WriteOptionalInt(Pattern);
        writer.WriteSingle(Ratio);
        writer.WriteArrayHeader(2 * Math.Min(Top.Count, MostTop));
        foreach (var (metric, share) in Top.Take(MostTop))
        {
            writer.WriteString(metric);
            writer.WriteSingle(share);
        }
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out AlertSign? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !AlertFields.TryRead<FindingSource>(ref reader, out var source)
            || !reader.TryReadString(AlertFields.MaxName, out var rule)
            || !AlertFields.TryRead<FaultKind>(ref reader, out var kind)
            || !reader.TryReadOptionalInt64(out var pattern)
            || !reader.TryReadSingle(out var ratio)
            || !reader.TryReadArrayHeader(2 * MostTop, out var words))
            return false;
        var top = new MetricShare[words / 2];
        for (var i = 0; i < top.Length; i++)
        {
            if (!reader.TryReadString(AlertFields.MaxName, out var metric) || !reader.TryReadSingle(out var share))
                return false;
            top[i] = new MetricShare(metric, share);
        }
        if (words % 2 != 0 || pattern is < 0 or > int.MaxValue)
            return reader.Refuse(WireFault.OutOfRange);
        if (!reader.TryEndRecord(record, Fields))
            return false;
        value = new AlertSign(source, rule, kind, (int?)pattern, ratio, top);
        return true;
    }

    internal static void WriteAll(ref WireWriter writer, IReadOnlyList<AlertSign> signs)
    {
        writer.WriteArrayHeader(Math.Min(signs.Count, Most));
        foreach (var sign in signs.Take(Most))
            sign.Write(ref writer);
    }

    internal static bool TryReadAll(ref WireReader reader, [NotNullWhen(true)] out AlertSign[]? signs)
    {
        signs = [];
        if (!reader.TryReadArrayHeader(Most, out var count))
            return false;
        if (count == 0)
            return true;
        var all = new AlertSign[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, out var sign))
                return false;
            all[i] = sign;
        }
        signs = all;
        return true;
    }
}

public sealed partial record Verdict : IWire<Verdict>
{
    private const int Fields = 17;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(Number);
        writer.WriteString(Alert.Cluster);
        writer.WriteInt(Alert.Number);
        writer.WriteInt((int)Word);
        writer.WriteInt((int)Scope);
        AlertFields.WriteNames(ref writer, Nodes, Flow.Alert.MaxNodes);
        writer.WriteArrayHeader(Math.Min(Patterns.Count, MaxPatterns));
        foreach (var pattern in Patterns.Take(MaxPatterns))
            writer.WriteInt(pattern);
        writer.WriteOptionalString(Metric);
        AlertSign.WriteAll(ref writer, Signs);
        writer.WriteInt(SinceMs);
        writer.WriteOptionalInt(ClearedMs);
        writer.WriteString(Who);
        writer.WriteString(Note);
        writer.WriteInt(GivenMs);
        writer.WriteOptionalInt(UntilMs);
        writer.WriteOptionalInt(UndoneMs);
        writer.WriteOptionalString(UndoneBy);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out Verdict? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadInt64(out var number)
            || !reader.TryReadString(AlertFields.MaxName, out var cluster)
            || !reader.TryReadInt64(out var alert)
            || !AlertFields.TryRead<VerdictWord>(ref reader, out var word)
            || !AlertFields.TryRead<VerdictScope>(ref reader, out var scope)
            || !AlertFields.TryReadNames(ref reader, Flow.Alert.MaxNodes, out var nodes)
            || !TryReadPatterns(ref reader, out var patterns)
            || !reader.TryReadOptionalString(AlertFields.MaxName, out var metric)
            || !AlertSign.TryReadAll(ref reader, out var signs)
            || !reader.TryReadInt64(out var since)
            || !reader.TryReadOptionalInt64(out var cleared)
            || !reader.TryReadString(4 * MaxWho, out var who)
            || !reader.TryReadString(4 * MaxNote, out var note)
            || !reader.TryReadInt64(out var given)
            || !reader.TryReadOptionalInt64(out var until)
            || !reader.TryReadOptionalInt64(out var undone)
            || !reader.TryReadOptionalString(4 * MaxWho, out var undoneBy)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new Verdict
        {
            Number = number,
            Alert = new AlertId(cluster, alert),
            Word = word,
            Scope = scope,
            Nodes = nodes,
            Patterns = patterns,
            Metric = metric,
            Signs = signs,
            SinceMs = since,
            ClearedMs = cleared,
            Who = who,
            Note = note,
            GivenMs = given,
            UntilMs = until,
            UndoneMs = undone,
            UndoneBy = undoneBy,
        };
        return true;
    }

    private static bool TryReadPatterns(ref WireReader reader, [NotNullWhen(true)] out int[]? patterns)
    {
        patterns = null;
        if (!reader.TryReadArrayHeader(MaxPatterns, out var count))
            return false;
        var all = new int[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadInt32(0, int.MaxValue, out all[i]))
                return false;
        }
        patterns = all;
        return true;
    }
}
