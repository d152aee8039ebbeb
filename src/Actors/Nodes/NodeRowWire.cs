using System.Diagnostics.CodeAnalysis;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes;

/// <summary>A node's row in the store: docs/FORMATS.md describes it.</summary>
internal static class NodeRowWire
{
    private const int Fields = 13;

    /// <summary>Rows from before rules were held against frames, sources told apart, and heads stored in parts, end without them.</summary>
    private const int LeastFields = 10;
    private const int MaxRules = 2000;
    private const int MaxSegments = 4096;
    private const int MaxJobs = 4096;
    private const int MaxParts = 1 << 12;
    private const int MaxHead = 1 << 20;
    private const int MaxName = 1024;

    public static byte[] Write(WatchedNodeState state)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, Fields);
        NodeFramesWire.Write(ref writer, state.Frames);
        state.Jobs.Write(ref writer);
        writer.WriteOptionalInt(state.FirstMs);
        writer.WriteOptionalInt(state.FrontierMs);
        Write(ref writer, state.Segments);
        writer.WriteInt(state.FramesSeen);
        writer.WriteInt(state.ActiveLibrary);
        writer.WriteBool(state.SilenceTold);
        if (state.Scoring is { } scoring)
            NodeScoringWire.Write(ref writer, scoring);
        else
            writer.WriteNil();
        NodeStandingWire.Write(ref writer, state.Standing);
        writer.WriteArrayHeader(state.Rules.Count);
        foreach (var rule in state.Rules)
            rule.Write(ref writer);
        writer.WriteInt(state.Sources);
        writer.WriteArrayHeader(2 * state.Head.Count);
        foreach (var part in state.Head)
        {
            writer.WriteInt(part.Number);
            writer.WriteInt(part.Frames);
        }
        writer.Flush();
        return buffer.Written.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, NodeKey node, [NotNullWhen(true)] out WatchedNodeState? state, out WireFailure failure)
    {
        var reader = new WireReader(bytes);
        var read = TryRead(ref reader, node, out state) && (reader.Remaining == 0 || reader.Refuse(WireFault.TrailingBytes));
        failure = reader.Failure;
        if (!read)
            state = null;
        return read;
    }

    private static bool TryRead(ref WireReader reader, NodeKey node, [NotNullWhen(true)] out WatchedNodeState? state)
    {
        state = null;
        NodeScoringState? scoring = null;
        RuleState[] rules = [];
        HeadPart[] head = [];
        var sources = SourceTime.Bit(SampleSource.Unknown);
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !NodeFramesWire.TryRead(ref reader, out var frames)
            || !NodeJobs.TryRead(ref reader, out var jobs)
            || !reader.TryReadOptionalInt64(out var first)
            || !reader.TryReadOptionalInt64(out var frontier)
            || !TryReadSegments(ref reader, node, out var segments)
            || !reader.TryReadInt64(out var seen)
            || !reader.TryReadInt64(out var active)
            || !reader.TryReadBool(out var told)
            || !(reader.TrySkipNil() || NodeScoringWire.TryRead(ref reader, node, out scoring))
            || !NodeStandingWire.TryRead(ref reader, out var standing)
            || (record.Fields > LeastFields && !TryReadRules(ref reader, out rules))
            || (record.Fields > LeastFields + 1 && !reader.TryReadInt32(0, int.MaxValue, out sources))
            || (record.Fields >= Fields && !TryReadHead(ref reader, out head))
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        state = new WatchedNodeState
        {
            Frames = frames,
            Jobs = jobs,
            FirstMs = first,
            FrontierMs = frontier,
            Segments = segments,
            FramesSeen = seen,
            ActiveLibrary = active,
            SilenceTold = told,
            Scoring = scoring,
            Standing = standing,
            Rules = rules,
            Sources = sources,
            Head = head,
        };
        return true;
    }

    private static bool TryReadHead(ref WireReader reader, out HeadPart[] head)
    {
        head = [];
        if (!reader.TryReadArrayHeader(2 * MaxParts, out var count))
            return false;
        var all = new HeadPart[count / 2];
        for (var i = 0; i < all.Length; i++)
        {
            if (!reader.TryReadInt64(out var number) || !reader.TryReadInt32(1, MaxHead, out var frames))
                return false;
            all[i] = new HeadPart(number, frames);
        }
        head = all;
        return count % 2 == 0 || reader.Refuse(WireFault.OutOfRange);
    }

    private static bool TryReadRules(ref WireReader reader, out RuleState[] rules)
    {
        rules = [];
        if (!reader.TryReadArrayHeader(MaxRules, out var count))
            return false;
        var all = new RuleState[count];
        for (var i = 0; i < count; i++)
        {
            if (!RuleState.TryRead(ref reader, out var rule))
                return false;
            all[i] = rule;
        }
        rules = all;
        return true;
    }

    private static void Write(ref WireWriter writer, SegmentRow[] segments)
    {
        writer.WriteArrayHeader(segments.Length);
        foreach (var segment in segments)
        {
            writer.WriteRecord(1, 5);
            writer.WriteInt(segment.StartMs);
            writer.WriteOptionalInt(segment.EndMs);
            writer.WriteArrayHeader(2 * segment.Jobs.Count);
            foreach (var job in segment.Jobs)
            {
                writer.WriteString(job.JobId);
                writer.WriteInt(job.StartMs);
            }
            writer.WriteOptionalInt(segment.Pattern);
            writer.WriteInt(segment.LibraryVersion);
        }
    }

    private static bool TryReadSegments(ref WireReader reader, NodeKey node, [NotNullWhen(true)] out SegmentRow[]? segments)
    {
        segments = null;
        if (!reader.TryReadArrayHeader(MaxSegments, out var count))
            return false;
        var all = new SegmentRow[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryBeginRecord(1, 5, out var record)
                || !reader.TryReadInt64(out var start)
                || !reader.TryReadOptionalInt64(out var end)
                || !TryReadJobs(ref reader, out var jobs)
                || !reader.TryReadOptionalInt64(out var pattern)
                || !reader.TryReadInt64(out var version)
                || !reader.TryEndRecord(record, 5))
                return false;
            all[i] = new SegmentRow(node, start, end, jobs, (int?)pattern, version);
        }
        segments = all;
        return true;
    }

    private static bool TryReadJobs(ref WireReader reader, [NotNullWhen(true)] out JobKey[]? jobs)
    {
        jobs = null;
        if (!reader.TryReadArrayHeader(2 * MaxJobs, out var count))
            return false;
        var all = new JobKey[count / 2];
        for (var i = 0; i < all.Length; i++)
        {
            if (!reader.TryReadString(MaxName, out var id) || !reader.TryReadInt64(out var start))
                return false;
            all[i] = new JobKey(id, start);
        }
        jobs = all;
        return count % 2 == 0 || reader.Refuse(WireFault.OutOfRange);
    }
}
