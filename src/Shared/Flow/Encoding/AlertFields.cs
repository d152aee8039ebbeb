using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

/// <summary>Fields that the records of stage 7 have in common. A list or a text longer than its bound is refused: nothing here writes one.</summary>
internal static class AlertFields
{
    /// <summary>Bytes of a name or a label.</summary>
    public const int MaxName = 4 * NodeKey.MaxLength;

    /// <summary>Bytes of a sentence.</summary>
    public const int MaxSentence = 8192;

    public const int MaxTop = 64;

    public static void Write(ref WireWriter writer, NodeKey node)
    {
        writer.WriteString(node.Cluster);
        writer.WriteString(node.Name);
    }

    public static bool TryRead(ref WireReader reader, out NodeKey node)
    {
        node = default;
        if (!reader.TryReadString(MaxName, out var cluster) || !reader.TryReadString(MaxName, out var name))
            return false;
        return NodeKey.TryParse(cluster, name, out node) || reader.Refuse(WireFault.OutOfRange);
    }

    /// <summary>Nil, or an array of id and start.</summary>
    public static void Write(ref WireWriter writer, JobKey? job)
    {
        if (job is not { } j)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(2);
        writer.WriteString(j.JobId);
        writer.WriteInt(j.StartMs);
    }

    public static bool TryRead(ref WireReader reader, out JobKey? job)
    {
        job = null;
        if (reader.TrySkipNil())
            return true;
        if (!reader.TryReadArrayHeader(2, out var parts))
            return false;
        if (parts != 2)
            return reader.Refuse(WireFault.OutOfRange);
        if (!reader.TryReadString(MaxName, out var id) || !reader.TryReadInt64(out var start))
            return false;
        job = new JobKey(id, start);
        return true;
    }

    public static void Write(ref WireWriter writer, IReadOnlyList<MetricEvidence> top)
    {
        writer.WriteArrayHeader(Math.Min(top.Count, MaxTop));
        foreach (var metric in top.Take(MaxTop))
            metric.Write(ref writer);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out IReadOnlyList<MetricEvidence>? top)
    {
        top = null;
        if (!reader.TryReadArrayHeader(MaxTop, out var count))
            return false;
        var read = new MetricEvidence[count];
        for (var i = 0; i < count; i++)
        {
            if (!MetricEvidence.TryRead(ref reader, out var metric))
                return false;
            read[i] = metric;
        }
        top = read;
        return true;
    }

    public static void WriteNames(ref WireWriter writer, IReadOnlyList<string> names, int most)
    {
        writer.WriteArrayHeader(Math.Min(names.Count, most));
        foreach (var name in names.Take(most))
            writer.WriteString(name);
    }

    public static bool TryReadNames(ref WireReader reader, int most, [NotNullWhen(true)] out string[]? names)
    {
        names = null;
        if (!reader.TryReadArrayHeader(most, out var count))
            return false;
        var read = new string[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(MaxName, out var name))
                return false;
            read[i] = name;
        }
        names = read;
        return true;
    }

    /// <summary>A number that no member of the enum has is refused: what it meant cannot be guessed.</summary>
    public static bool TryRead<T>(ref WireReader reader, out T value) where T : struct, Enum
    {
        value = default;
        if (!reader.TryReadInt32(0, int.MaxValue, out var number))
            return false;
        value = (T)Enum.ToObject(typeof(T), number);
        return Enum.IsDefined(value) || reader.Refuse(WireFault.OutOfRange);
    }

    public static bool TryReadOptional<T>(ref WireReader reader, out T? value) where T : struct, Enum
    {
        value = null;
        if (reader.TrySkipNil())
            return true;
        if (!TryRead<T>(ref reader, out var known))
            return false;
        value = known;
        return true;
    }
}
