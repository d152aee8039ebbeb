using System.Diagnostics.CodeAnalysis;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes;

/// <summary>The part of a node's row that says how it stands.</summary>
internal static class NodeStandingWire
{
    private const int Fields = 15;
    private const int MaxTop = 64;
    private const int MaxName = 4096;

    public static void Write(ref WireWriter writer, NodeStandingState state)
    {
        writer.WriteRecord(1, Fields);
        if (state.Scheduler is { } scheduler)
            scheduler.Write(ref writer);
        else
            writer.WriteNil();
        state.Identity.Write(ref writer);
        writer.WriteOptionalInt(state.StaleSinceMs);
        writer.WriteInt(state.DownSinceMs);
        writer.WriteInt(state.WarmUntilMs);
        writer.WriteBool(state.Alarm.Active);
        writer.WriteInt(state.Alarm.SinceMs);
        writer.WriteInt(state.Alarm.Calm);
        writer.WriteInt(state.Alarm.Unsaid);
        writer.WriteOptionalInt(state.Alarm.AboveMs);
        writer.WriteInt(state.FrameMs);
        writer.WriteSingle(state.Score);
        writer.WriteSingle(state.Threshold);
        writer.WriteArrayHeader(2 * state.Top.Length);
        foreach (var (metric, share) in state.Top)
        {
            writer.WriteString(metric);
            writer.WriteSingle(share);
        }
        if (state.Told is { } told)
            told.Write(ref writer);
        else
            writer.WriteNil();
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out NodeStandingState? state)
    {
        state = null;
        NodeState? scheduler = null;
        NodeStatus? told = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !(reader.TrySkipNil() || NodeState.TryRead(ref reader, out scheduler))
            || !NodeIdentity.TryRead(ref reader, out var identity)
            || !reader.TryReadOptionalInt64(out var stale)
            || !reader.TryReadInt64(out var down)
            || !reader.TryReadInt64(out var warm)
            || !reader.TryReadBool(out var active)
            || !reader.TryReadInt64(out var since)
            || !reader.TryReadInt32(0, int.MaxValue, out var calm)
            || !reader.TryReadInt32(0, int.MaxValue, out var unsaid)
            || !reader.TryReadOptionalInt64(out var above)
            || !reader.TryReadInt64(out var frame)
            || !reader.TryReadSingle(out var score)
            || !reader.TryReadSingle(out var threshold)
            || !reader.TryReadArrayHeader(2 * MaxTop, out var shares))
            return false;
        var top = new MetricShare[shares / 2];
        for (var i = 0; i < top.Length; i++)
        {
            if (!reader.TryReadString(MaxName, out var metric) || !reader.TryReadSingle(out var share))
                return false;
            top[i] = new MetricShare(metric, share);
        }
        if (!(reader.TrySkipNil() || NodeStatus.TryRead(ref reader, out told)) || !reader.TryEndRecord(record, Fields))
            return false;
        state = new NodeStandingState(scheduler, identity, stale, down, warm, new NodeAlarm(active, since, calm, unsaid, above), frame, score, threshold, top, told);
        return true;
    }
}
