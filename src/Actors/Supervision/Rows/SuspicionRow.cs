using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>What an open alert says, as far as it is decided by.</summary>
/// <param name="Ratio">Score over threshold; 0 where it has none.</param>
/// <param name="ByRule">A rule for what is never right shows it.</param>
/// <param name="ByData">Something that was measured shows it, not silence alone.</param>
public sealed record SuspicionRow(AlertId Alert, int Revision, AlertLabels Labels, AlertCause Cause, Severity Severity, IReadOnlyList<string> Nodes, JobKey? Job, float Ratio, bool ByRule, bool ByData, long SinceMs)
    : IWire<SuspicionRow>
{
    private const int Fields = 13;

    public static SuspicionRow Of(Alert alert) => new(
        alert.Id, alert.Revision, alert.Labels, alert.Cause, alert.Severity, alert.Nodes, alert.Job, alert.Threshold > 0 ? alert.Score / alert.Threshold : 0,
        alert.Signs.Any(s => s.Source == FindingSource.Rule),
        // Silence is never a fault: "no data" must not become "node down". Of alerts from before signs were kept the score says that something was measured.
        alert.Signs.Count == 0 ? alert.Score > 0 : alert.Signs.Any(s => s.Source is FindingSource.Model or FindingSource.Peer or FindingSource.Rule),
        alert.SinceMs);

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(Alert.Cluster);
        writer.WriteInt(Alert.Number);
        writer.WriteInt(Revision);
        Labels.Write(ref writer);
        writer.WriteInt((int)Cause);
        writer.WriteInt((int)Severity);
        writer.WriteArrayHeader(Nodes.Count);
        foreach (var node in Nodes)
            writer.WriteString(node);
        writer.WriteOptionalString(Job?.JobId);
        writer.WriteInt(Job?.StartMs ?? 0);
        writer.WriteSingle(Ratio);
        writer.WriteBool(ByRule);
        writer.WriteBool(ByData);
        writer.WriteInt(SinceMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out SuspicionRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadString(SupervisorFields.MaxName, out var cluster)
            || !reader.TryReadInt64(out var number)
            || !reader.TryReadInt32(0, int.MaxValue, out var revision)
            || !AlertLabels.TryRead(ref reader, out var labels)
            || !SupervisorFields.TryReadEnum<AlertCause>(ref reader, out var cause)
            || !SupervisorFields.TryReadEnum<Severity>(ref reader, out var severity)
            || !reader.TryReadArrayHeader(Shared.Flow.Alert.MaxNodes, out var count))
            return false;
        var nodes = new List<string>();
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(SupervisorFields.MaxName, out var node))
                return false;
            nodes.Add(node);
        }
        if (!reader.TryReadOptionalString(SupervisorFields.MaxName, out var job)
            || !reader.TryReadInt64(out var start)
            || !reader.TryReadSingle(out var ratio)
            || !reader.TryReadBool(out var byRule) || !reader.TryReadBool(out var byData)
            || !reader.TryReadInt64(out var since)
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        value = new SuspicionRow(new AlertId(cluster, number), revision, labels, cause, severity, nodes, job is null ? null : new JobKey(job, start), ratio, byRule, byData, since);
        return true;
    }
}
