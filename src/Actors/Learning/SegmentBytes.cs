using System.Diagnostics.CodeAnalysis;
using Tocsin.Actors.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Learning;

/// <summary>A segment with its frames, or the frames of a node that no segment was cut out of yet, as bytes. docs/FORMATS.md describes them.</summary>
public static class SegmentBytes
{
    private const int Fields = 9;
    private const int MostMetrics = 4096;
    private const int MostFrames = 1 << 20;
    private const int MostValues = 64 << 20;
    private const int MostJobs = 1024;
    private const int MaxText = 4096;

    public static byte[] Write(Segment segment)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, Fields);
        writer.WriteString(segment.Node.Cluster);
        writer.WriteString(segment.Node.Name);
        writer.WriteInt(segment.StartMs);
        writer.WriteOptionalInt(segment.EndMs);
        writer.WriteInt(segment.CadenceMs);
        writer.WriteArrayHeader(5 * segment.Jobs.Count);
        foreach (var job in segment.Jobs)
        {
            writer.WriteString(job.JobId);
            writer.WriteString(job.JobName);
            writer.WriteOptionalString(job.User);
            writer.WriteInt(job.StartMs);
            writer.WriteOptionalInt(job.EndMs);
        }
        writer.WriteArrayHeader(4 * segment.Metrics.Count);
        foreach (var metric in segment.Metrics.Metrics)
        {
            writer.WriteString(metric.Name);
            writer.WriteInt((int)metric.Kind);
            writer.WriteString(metric.Unit);
            writer.WriteDouble(metric.SigmaFloor);
        }
        writer.WriteArrayHeader(segment.Frames);
        foreach (var time in segment.TimesMs)
            writer.WriteInt(time);
        FloatRows.Write(ref writer, segment.Values, segment.Metrics.Count);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Segment? segment, out WireFailure failure)
    {
        var reader = new WireReader(bytes);
        var read = TryRead(ref reader, out segment);
        failure = reader.Failure;
        return read;
    }

    private static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out Segment? segment)
    {
        segment = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadString(NodeKey.MaxLength, out var cluster)
            || !reader.TryReadString(NodeKey.MaxLength, out var name)
            || !reader.TryReadInt64(out var start)
            || !reader.TryReadOptionalInt64(out var end)
            || !reader.TryReadInt64(out var cadence)
            || !TryReadJobs(ref reader, out var jobs)
            || !TryReadMetrics(ref reader, out var metrics)
            || !reader.TryReadArrayHeader(MostFrames, out var frames))
            return false;
        var times = new long[frames];
        for (var t = 0; t < frames; t++)
        {
            if (!reader.TryReadInt64(out times[t]))
                return false;
            if (t > 0 && times[t] <= times[t - 1])
                return reader.Refuse(WireFault.OutOfRange);
        }
        if (!FloatRows.TryRead(ref reader, MostValues, out var values, out var width) || !reader.TryEndRecord(record, Fields))
            return false;
        if (!NodeKey.TryParse(cluster, name, out var node) || cadence < 1 || values.Length != frames * metrics.Count || (frames > 0 && width != metrics.Count))
            return reader.Refuse(WireFault.OutOfRange);
        segment = new Segment { Node = node, Jobs = jobs, StartMs = start, EndMs = end, CadenceMs = cadence, Metrics = metrics, TimesMs = times, Values = values };
        return true;
    }

    private static bool TryReadJobs(ref WireReader reader, [NotNullWhen(true)] out List<JobRun>? jobs)
    {
        jobs = null;
        if (!reader.TryReadArrayHeader(5 * MostJobs, out var parts))
            return false;
        var all = new List<JobRun>();
        for (var i = 0; i < parts / 5; i++)
        {
            if (!reader.TryReadString(MaxText, out var id) || !reader.TryReadString(MaxText, out var name) || !reader.TryReadOptionalString(MaxText, out var user)
                || !reader.TryReadInt64(out var start) || !reader.TryReadOptionalInt64(out var end))
                return false;
            all.Add(new JobRun(id, name, user, start, end, []));
        }
        jobs = all;
        return parts % 5 == 0 || reader.Refuse(WireFault.OutOfRange);
    }

    private static bool TryReadMetrics(ref WireReader reader, [NotNullWhen(true)] out MetricSchema? schema)
    {
        schema = null;
        if (!reader.TryReadArrayHeader(4 * MostMetrics, out var parts))
            return false;
        var all = new List<Metric>();
        for (var i = 0; i < parts / 4; i++)
        {
            if (!reader.TryReadString(MaxText, out var name) || !reader.TryReadInt32(0, (int)MetricKind.Fill, out var kind)
                || !reader.TryReadString(MaxText, out var unit) || !reader.TryReadDouble(out var floor))
                return false;
            all.Add(new Metric(name, (MetricKind)kind, unit, floor));
        }
        if (parts % 4 != 0 || all.DistinctBy(m => m.Name).Count() != all.Count)
            return reader.Refuse(WireFault.OutOfRange);
        schema = new MetricSchema(all);
        return true;
    }
}
