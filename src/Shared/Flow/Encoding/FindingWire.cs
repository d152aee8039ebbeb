using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

public sealed partial record MetricEvidence : IWire<MetricEvidence>
{
    private const int Fields = 7;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(Metric);
        writer.WriteString(Unit);
        writer.WriteSingle(Share);
        writer.WriteDouble(Value);
        writer.WriteDouble(Expected);
        writer.WriteDouble(Spread);
        writer.WriteOptionalString(Device);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out MetricEvidence? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadString(AlertFields.MaxName, out var metric)
            || !reader.TryReadString(AlertFields.MaxName, out var unit)
            || !reader.TryReadSingle(out var share)
            || !reader.TryReadDouble(out var measured)
            || !reader.TryReadDouble(out var expected)
            || !reader.TryReadDouble(out var spread)
            || !reader.TryReadOptionalString(AlertFields.MaxSentence, out var device)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new MetricEvidence(metric, unit, share, measured, expected, spread, device);
        return true;
    }
}

public sealed partial record Finding : IWire<Finding>
{
    private const int Fields = 18;

    /// <summary>Findings from before the pattern was told.</summary>
    private const int LeastFields = 17;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        AlertFields.Write(ref writer, Node);
        writer.WriteInt((int)Source);
        writer.WriteString(Rule);
        writer.WriteInt((int)Kind);
        AlertFields.Write(ref writer, Job);
        writer.WriteInt(JobNodes);
        writer.WriteInt(SegmentStartMs);
        writer.WriteInt(SinceMs);
        writer.WriteInt(AtMs);
        writer.WriteBool(Active);
        writer.WriteSingle(Score);
        writer.WriteSingle(Threshold);
        AlertFields.Write(ref writer, Top);
        writer.WriteString(Says);
        writer.WriteOptionalInt((int?)AtLeast);
        writer.WriteOptionalInt(HoldMs);
        writer.WriteOptionalInt(Pattern);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out Finding? value)
    {
        (value, long? pattern) = (null, null);
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !AlertFields.TryRead(ref reader, out NodeKey node)
            || !AlertFields.TryRead<FindingSource>(ref reader, out var source)
            || !reader.TryReadString(AlertFields.MaxName, out var rule)
            || !AlertFields.TryRead<FaultKind>(ref reader, out var kind)
            || !AlertFields.TryRead(ref reader, out JobKey? job)
            || !reader.TryReadInt32(0, int.MaxValue, out var jobNodes)
            || !reader.TryReadInt64(out var segment)
            || !reader.TryReadInt64(out var since)
            || !reader.TryReadInt64(out var at)
            || !reader.TryReadBool(out var active)
            || !reader.TryReadSingle(out var score)
            || !reader.TryReadSingle(out var threshold)
            || !AlertFields.TryRead(ref reader, out IReadOnlyList<MetricEvidence>? top)
            || !reader.TryReadString(AlertFields.MaxSentence, out var says)
            || !AlertFields.TryReadOptional<Severity>(ref reader, out var atLeast)
            || !reader.TryReadOptionalInt64(out var hold)
            || (record.Fields >= Fields && !reader.TryReadOptionalInt64(out pattern))
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        if (pattern is < 0 or > int.MaxValue)
            return reader.Refuse(WireFault.OutOfRange);
        value = new Finding
        {
            Node = node,
            Source = source,
            Rule = rule,
            Kind = kind,
            Job = job,
            JobNodes = jobNodes,
            SegmentStartMs = segment,
            Pattern = (int?)pattern,
            SinceMs = since,
            AtMs = at,
            Active = active,
            Score = score,
            Threshold = threshold,
            Top = top,
            Says = says,
            AtLeast = atLeast,
            HoldMs = hold,
        };
        return true;
    }
}

public sealed partial record NodeStatus : IWire<NodeStatus>
{
    /// <summary>Jobs of one node.</summary>
    public const int MaxJobs = 64;

    private const int Fields = 8;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        AlertFields.Write(ref writer, Node);
        writer.WriteInt((int)Presence);
        writer.WriteInt((int)Mute);
        writer.WriteArrayHeader(Math.Min(Jobs.Count, MaxJobs));
        foreach (var job in Jobs.Take(MaxJobs))
            AlertFields.Write(ref writer, job);
        writer.WriteOptionalString(Switch);
        writer.WriteBool(Watched);
        writer.WriteInt(AtMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out NodeStatus? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !AlertFields.TryRead(ref reader, out NodeKey node)
            || !AlertFields.TryRead<NodePresence>(ref reader, out var presence)
            || !AlertFields.TryRead<NodeMute>(ref reader, out var mute)
            || !reader.TryReadArrayHeader(MaxJobs, out var count))
            return false;
        var jobs = new JobKey[count];
        for (var i = 0; i < count; i++)
        {
            if (!AlertFields.TryRead(ref reader, out JobKey? job))
                return false;
            jobs[i] = job ?? default;
        }
        if (!reader.TryReadOptionalString(AlertFields.MaxName, out var at)
            || !reader.TryReadBool(out var watched)
            || !reader.TryReadInt64(out var atMs)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new NodeStatus(node, presence, mute, jobs, at, watched, atMs);
        return true;
    }
}
