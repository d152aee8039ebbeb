using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>A batch of samples of one node in the log. Series are numbers that their writer gave them; what a number means stands in the partition, in the
/// first records that use it, so that the long names of series are written once and not with every scrape.</summary>
/// <remarks>
/// A record of: the writer's session; the time, unix milliseconds; the replica or nil; what numbers mean, as an array of number, name, and an array of label names and values in turn;
/// the numbers of the samples, as runs; their values (<see cref="ValueBytes"/>); the <see cref="SampleSource"/>.
/// A writer goes on saying what a number means until the log has answered once: numbers are never used before that.
/// </remarks>
public static class SampleRecord
{
    private const int Fields = 7;

    /// <summary>Records from before sources were told apart end without theirs.</summary>
    private const int LeastFields = 6;
    private const int MaxSamples = 1 << 20;
    private const int MaxText = 1 << 20;
    private const int MaxLabels = 1024;
    private const int MaxSource = 30;

    /// <param name="means">Numbers that are to be explained, with their series.</param>
    /// <param name="runs">Of the samples' numbers: a first one, and how many follow it one by one.</param>
    /// <param name="values">Of the samples, in their order.</param>
    internal static void Write(
        ref WireWriter writer, long session, SampleBatch batch, IReadOnlyList<(int Number, SeriesId Series)> means, ReadOnlySpan<(int First, int Count)> runs, ReadOnlySpan<byte> values)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(session);
        writer.WriteInt(batch.TimeMs);
        writer.WriteOptionalString(batch.Replica);
        writer.WriteArrayHeader(3 * means.Count);
        foreach (var (number, series) in means)
        {
            writer.WriteInt(number);
            WriteSeries(ref writer, series);
        }
        RunsWire.Write(ref writer, runs);
        writer.WriteBinary(values);
        writer.WriteInt((byte)batch.Source);
    }

    /// <param name="resolve">What the sessions' numbers mean; told of new ones.</param>
    /// <param name="samples">Cleared and filled.</param>
    /// <param name="unknown">Samples whose numbers nobody explained; left out.</param>
    public static bool TryRead(ref WireReader reader, ISeriesNumbers resolve, List<Sample> samples, out SampleHead head, out int unknown)
    {
        samples.Clear();
        (head, unknown) = (default, 0);
        var source = (int)SampleSource.Unknown;
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !reader.TryReadInt64(out var session)
            || !reader.TryReadInt64(out var timeMs)
            || !reader.TryReadOptionalString(MaxText, out var replica)
            || !reader.TryReadArrayHeader(3 * MaxSamples, out var means))
            return false;
        for (var i = 0; i < means / 3; i++)
        {
            if (!reader.TryReadInt32(0, int.MaxValue / 2, out var number) || !TryReadSeries(ref reader, out var series))
                return false;
            resolve.Mean(session, number, series!);
        }
        if (means % 3 != 0)
            return reader.Refuse(WireFault.OutOfRange);
        if (!RunsWire.TryReadRising(ref reader, MaxSamples, out var numbers) || !reader.TryReadBinary(MaxSamples * ValueBytes.Most, out var values)
            || (record.Fields >= Fields && !reader.TryReadInt32(0, MaxSource, out source)) || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        head = new SampleHead(timeMs, replica, (SampleSource)source);
        foreach (var number in numbers)
        {
            if (!ValueBytes.TryRead(ref values, out var value))
                return reader.Refuse(WireFault.OutOfRange);
            if (resolve.Find(session, number) is { } series)
                samples.Add(new Sample(series, value));
            else
                unknown++;
        }
        return values.Length == 0 || reader.Refuse(WireFault.OutOfRange);
    }

    internal static void WriteSeries(ref WireWriter writer, SeriesId series)
    {
        writer.WriteString(series.Name);
        writer.WriteArrayHeader(2 * series.Labels.Count);
        foreach (var (name, value) in series.Labels)
        {
            writer.WriteString(name);
            writer.WriteString(value);
        }
    }

    internal static bool TryReadSeries(ref WireReader reader, out SeriesId? series)
    {
        series = null;
        if (!reader.TryReadString(MaxText, out var name) || !reader.TryReadArrayHeader(2 * MaxLabels, out var count))
            return false;
        var labels = new KeyValuePair<string, string>[count / 2];
        for (var i = 0; i < labels.Length; i++)
        {
            if (!reader.TryReadString(MaxText, out var label) || !reader.TryReadString(MaxText, out var value))
                return false;
            labels[i] = new(label, value);
        }
        series = new SeriesId(name, labels);
        return count % 2 == 0 || reader.Refuse(WireFault.OutOfRange);
    }
}

/// <summary>What a batch in the log says beside its samples.</summary>
public readonly record struct SampleHead(long TimeMs, string? Replica, SampleSource Source);

/// <summary>What writers' numbers of series mean.</summary>
public interface ISeriesNumbers
{
    void Mean(long session, int number, SeriesId series);

    /// <summary>Null where nobody said, or beyond the bound.</summary>
    SeriesId? Find(long session, int number);
}
