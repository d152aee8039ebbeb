using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Shards.Samples;

/// <summary>Definitions of series: [1, session, number of the first, [[name, label, value, ...], ...]].</summary>
internal static class SeriesRecord
{
    /// <summary>Series of one record, and labels of one series.</summary>
    public const int MaxSeries = 10_000, MaxLabels = 128;

    private const int Fields = 3, MaxText = 64 << 10;

    public static void Write(PooledBuffer buffer, long session, int first, ReadOnlySpan<SeriesId> series)
    {
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, Fields);
        writer.WriteInt(session);
        writer.WriteInt(first);
        writer.WriteArrayHeader(series.Length);
        foreach (var one in series)
        {
            writer.WriteArrayHeader(1 + (2 * one.Labels.Count));
            writer.WriteString(one.Name);
            foreach (var (label, value) in one.Labels)
            {
                writer.WriteString(label);
                writer.WriteString(value);
            }
        }
        writer.Flush();
    }

    public static bool TryRead(ReadOnlySpan<byte> payload, out long session, out int first, out SeriesId[] series)
    {
        (session, first, series) = (0, 0, []);
        var reader = new WireReader(payload);
        if (!reader.TryBeginRecord(1, Fields, out var record) || !reader.TryReadInt64(out session)
            || !reader.TryReadInt32(0, int.MaxValue - MaxSeries, out first) || !reader.TryReadArrayHeader(MaxSeries, out var count))
            return false;
        var read = new SeriesId[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadArrayHeader(1 + (2 * MaxLabels), out var parts) || parts % 2 == 0 || !reader.TryReadString(MaxText, out var name))
                return false;
            var labels = new KeyValuePair<string, string>[parts / 2];
            for (var l = 0; l < labels.Length; l++)
            {
                if (!reader.TryReadString(MaxText, out var label) || !reader.TryReadString(MaxText, out var value))
                    return false;
                labels[l] = new KeyValuePair<string, string>(label, value);
            }
            read[i] = new SeriesId(name, labels);
        }
        if (!reader.TryEndRecord(record, Fields))
            return false;
        series = read;
        return true;
    }
}
