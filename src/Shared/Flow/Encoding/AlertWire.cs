using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

public sealed partial record AlertLabels : IWire<AlertLabels>
{
    private const int Fields = 7;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(AlertName);
        writer.WriteString(Cluster);
        writer.WriteOptionalString(Node);
        writer.WriteOptionalString(Job);
        writer.WriteOptionalString(Switch);
        writer.WriteOptionalString(Source);
        writer.WriteInt((int)Kind);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out AlertLabels? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadString(AlertFields.MaxName, out var name)
            || !reader.TryReadString(AlertFields.MaxName, out var cluster)
            || !reader.TryReadOptionalString(AlertFields.MaxName, out var node)
            || !reader.TryReadOptionalString(AlertFields.MaxName, out var job)
            || !reader.TryReadOptionalString(AlertFields.MaxName, out var at)
            || !reader.TryReadOptionalString(AlertFields.MaxName, out var source)
            || !AlertFields.TryRead<FaultKind>(ref reader, out var kind)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new AlertLabels(name, cluster, node, job, at, source, kind);
        return true;
    }
}

public sealed partial record Alert : IWire<Alert>
{
    private const int Fields = 25;

    /// <summary>Alerts from before signs were kept have 22, those from before forecasts one more, those from before it was kept where a rule fired two more.</summary>
    private const int LeastFields = 22, WithSigns = 23, WithForecast = 24;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(Id.Cluster);
        writer.WriteInt(Id.Number);
        writer.WriteInt(Revision);
        Labels.Write(ref writer);
        writer.WriteInt((int)Cause);
        writer.WriteInt((int)Kind);
        writer.WriteInt((int)Severity);
        writer.WriteInt(SinceMs);
        writer.WriteInt(RaisedMs);
        writer.WriteInt(UpdatedMs);
        writer.WriteOptionalInt(ClearedMs);
        writer.WriteOptionalInt((int?)Reason);
        // Of the same cluster: one book has one.
        writer.WriteOptionalInt(MergedInto?.Number);
        AlertFields.Write(ref writer, Job);
        AlertFields.WriteNames(ref writer, Nodes, MaxNodes);
        writer.WriteInt(NodeCount);
        writer.WriteInt(OutOf);
        writer.WriteSingle(Score);
        writer.WriteSingle(Threshold);
        AlertFields.Write(ref writer, Top);
        writer.WriteString(Summary);
        writer.WriteString(Evidence);
        AlertSign.WriteAll(ref writer, Signs);
        if (Forecast is { } forecast)
            forecast.Write(ref writer);
        else
            writer.WriteNil();
        RuleFired.WriteAll(ref writer, Fired);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out Alert? value)
    {
        value = null;
        AlertSign[]? signs = [];
        RuleFired[]? fired = [];
        AlertForecast? forecast = null;
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !reader.TryReadString(AlertFields.MaxName, out var cluster)
            || !reader.TryReadInt64(out var number)
            || !reader.TryReadInt32(1, int.MaxValue, out var revision)
            || !AlertLabels.TryRead(ref reader, out var labels)
            || !AlertFields.TryRead<AlertCause>(ref reader, out var cause)
            || !AlertFields.TryRead<FaultKind>(ref reader, out var kind)
            || !AlertFields.TryRead<Severity>(ref reader, out var severity)
            || !reader.TryReadInt64(out var since)
            || !reader.TryReadInt64(out var raised)
            || !reader.TryReadInt64(out var updated)
            || !reader.TryReadOptionalInt64(out var cleared)
            || !AlertFields.TryReadOptional<ClearReason>(ref reader, out var reason)
            || !reader.TryReadOptionalInt64(out var into)
            || !AlertFields.TryRead(ref reader, out JobKey? job)
            || !AlertFields.TryReadNames(ref reader, MaxNodes, out var nodes)
            || !reader.TryReadInt32(0, int.MaxValue, out var nodeCount)
            || !reader.TryReadInt32(0, int.MaxValue, out var outOf)
            || !reader.TryReadSingle(out var score)
            || !reader.TryReadSingle(out var threshold)
            || !AlertFields.TryRead(ref reader, out IReadOnlyList<MetricEvidence>? top)
            || !reader.TryReadString(AlertFields.MaxSentence, out var summary)
            || !reader.TryReadString(AlertFields.MaxSentence, out var evidence)
            || (record.Fields >= WithSigns && !AlertSign.TryReadAll(ref reader, out signs))
            || (record.Fields >= WithForecast && !reader.TrySkipNil() && !AlertForecast.TryRead(ref reader, out forecast))
            || (record.Fields >= Fields && !RuleFired.TryReadAll(ref reader, out fired))
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        value = new Alert
        {
            Id = new AlertId(cluster, number),
            Revision = revision,
            Labels = labels,
            Cause = cause,
            Kind = kind,
            Severity = severity,
            SinceMs = since,
            RaisedMs = raised,
            UpdatedMs = updated,
            ClearedMs = cleared,
            Reason = reason,
            MergedInto = into is { } other ? new AlertId(cluster, other) : null,
            Job = job,
            Nodes = nodes,
            NodeCount = nodeCount,
            OutOf = outOf,
            Score = score,
            Threshold = threshold,
            Top = top,
            Summary = summary,
            Evidence = evidence,
            Signs = signs!,
            Forecast = forecast,
            Fired = fired!,
        };
        return true;
    }
}

public abstract partial record AlertEvent : IWire<AlertEvent>
{
    private const int Fields = 3;

    /// <summary>0 raised, 1 updated, 2 cleared. Stored: the numbers never change.</summary>
    private int Code => this switch { AlertRaised => 0, AlertUpdated => 1, _ => 2 };

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(Code);
        writer.WriteString((this as AlertUpdated)?.Why ?? "");
        Alert.Write(ref writer);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out AlertEvent? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadInt32(0, 2, out var code)
            || !reader.TryReadString(AlertFields.MaxSentence, out var why)
            || !Alert.TryRead(ref reader, out var alert)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = code switch
        {
            0 => new AlertRaised(alert),
            1 => new AlertUpdated(alert, why),
            _ => new AlertCleared(alert),
        };
        return true;
    }
}
