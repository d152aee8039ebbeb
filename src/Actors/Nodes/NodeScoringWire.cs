using System.Diagnostics.CodeAnalysis;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes;

/// <summary>The part of a node's row that belongs to the scoring of its open segment.</summary>
internal static class NodeScoringWire
{
    private const int Fields = 7;
    private const int ScorerFields = 20;
    private const int MaxValues = 8 << 20;
    private const int MaxMetrics = 4096;
    private const int MaxScores = 100_000;
    private const int MaxName = 64 << 10;

    public static void Write(ref WireWriter writer, NodeScoringState state)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(state.LibraryVersion);
        if (state.Rule is { } rule)
        {
            writer.WriteDoubles(rule.Scores);
            writer.WriteInt((long)rule.Recent);
        }
        else
        {
            writer.WriteNil();
            writer.WriteNil();
        }
        RunsWire.WriteSame(ref writer, Array.ConvertAll(state.Present, p => (byte)(p ? 1 : 0)));
        WriteTimes(ref writer, [.. state.Past.Select(p => p.TimeMs)]);
        FloatRows.Write(ref writer, state.Past.SelectMany(p => p.Row).ToArray(), state.Present.Length);
        if (state.Open is { } open)
            Write(ref writer, open);
        else
            writer.WriteNil();
    }

    public static bool TryRead(ref WireReader reader, NodeKey node, [NotNullWhen(true)] out NodeScoringState? state)
    {
        state = null;
        if (!reader.TryBeginRecord(1, Fields, out var record) || !reader.TryReadInt64(out var version) || !TryReadRule(ref reader, out var rule)
            || !RunsWire.TryReadSame(ref reader, MaxMetrics, out var present)
            || !TryReadTimes(ref reader, out var times)
            || !FloatRows.TryRead(ref reader, MaxValues, out var rows, out var width))
            return false;
        if (width * times.Length != rows.Length)
            return reader.Refuse(WireFault.OutOfRange);
        OpenScoring? open = null;
        if (!reader.TrySkipNil() && !TryRead(ref reader, node, out open))
            return false;
        var past = times.Select((t, i) => (t, rows[(i * width)..((i + 1) * width)])).ToArray();
        state = new NodeScoringState(version, rule, Array.ConvertAll(present, p => p != 0), past, open);
        return reader.TryEndRecord(record, Fields);
    }

    private static void Write(ref WireWriter writer, OpenScoring open)
    {
        var (segment, state) = (open.Segment, open.State);
        var metrics = state.Before.Held.Length;
        writer.WriteRecord(1, ScorerFields);
        writer.WriteInt(segment.StartMs);
        writer.WriteInt(segment.CadenceMs);
        writer.WriteOptionalString(segment.JobName);
        writer.WriteOptionalString(segment.User);
        writer.WriteInt(state.FirstMs);
        writer.WriteInt(state.Frames);
        writer.WriteSingles(state.Before.Held);
        writer.WriteDoubles(state.Before.Treated);
        writer.WriteInt(state.Before.PreviousMs);
        WriteTimes(ref writer, state.TimesMs);
        WriteTimes(ref writer, Array.ConvertAll(state.Ticks, t => (long)t));
        FloatRows.Write(ref writer, state.Raw, metrics);
        FloatRows.Write(ref writer, state.Residuals, metrics);
        writer.WriteSingles(state.ValueMedian);
        writer.WriteSingles(state.ResidualMedian);
        writer.WriteInt(state.Match.Pattern);
        writer.WriteInt(state.Match.Nearest);
        float[] numbers = [state.Match.Distance, state.Match.Confidence, state.Evidence];
        writer.WriteSingles(numbers);
        writer.WriteInt(state.Match.HeadFrames);
        writer.WriteInt(state.HeadFrames);
    }

    private static bool TryRead(ref WireReader reader, NodeKey node, out OpenScoring? open)
    {
        open = null;
        if (!reader.TryBeginRecord(1, ScorerFields, out var record)
            || !reader.TryReadInt64(out var start)
            || !reader.TryReadInt64(out var cadence)
            || !reader.TryReadOptionalString(MaxName, out var job)
            || !reader.TryReadOptionalString(MaxName, out var user)
            || !reader.TryReadInt64(out var first)
            || !reader.TryReadInt32(0, int.MaxValue, out var frames)
            || !reader.TryReadSingles(MaxMetrics, out var held)
            || !reader.TryReadDoubles(2 * MaxMetrics, out var treated)
            || !reader.TryReadInt64(out var previous)
            || !TryReadTimes(ref reader, out var times)
            || !TryReadTimes(ref reader, out var ticks)
            || !FloatRows.TryRead(ref reader, MaxValues, out var raw, out _)
            || !FloatRows.TryRead(ref reader, MaxValues, out var residuals, out _)
            || !reader.TryReadSingles(MaxMetrics, out var values)
            || !reader.TryReadSingles(MaxMetrics, out var medians)
            || !reader.TryReadInt32(-1, int.MaxValue, out var pattern)
            || !reader.TryReadInt32(-1, int.MaxValue, out var nearest)
            || !reader.TryReadSingles(3, out var numbers)
            || !reader.TryReadInt32(0, int.MaxValue, out var matched)
            || !reader.TryReadInt32(0, int.MaxValue, out var head)
            || !reader.TryEndRecord(record, ScorerFields))
            return false;
        if (cadence < 1 || numbers.Length != 3 || Array.Exists(ticks, t => t is < 0 or > int.MaxValue))
            return reader.Refuse(WireFault.OutOfRange);
        var match = new SegmentMatch(pattern, nearest, numbers[0], numbers[1], matched);
        var state = new SegmentScorerState(
            first, frames, new PreparerState(held, treated, previous), times, Array.ConvertAll(ticks, t => (int)t), raw, residuals, values, medians, match, head, numbers[2]);
        open = new OpenScoring(new ScoredSegment(node, start, cadence, job is null, job, user), state);
        return true;
    }

    private static bool TryReadRule(ref WireReader reader, out KSigmaState? rule)
    {
        rule = null;
        if (reader.TrySkipNil())
            return reader.TrySkipNil() || reader.Refuse(WireFault.WrongType);
        if (!reader.TryReadDoubles(MaxScores, out var scores) || !reader.TryReadInt64(out var recent))
            return false;
        rule = new KSigmaState(scores, (ulong)recent);
        return true;
    }

    /// <summary>Each less the one before it.</summary>
    private static void WriteTimes(ref WireWriter writer, long[] times)
    {
        writer.WriteArrayHeader(times.Length);
        for (var i = 0; i < times.Length; i++)
            writer.WriteInt(i == 0 ? times[0] : times[i] - times[i - 1]);
    }

    private static bool TryReadTimes(ref WireReader reader, [NotNullWhen(true)] out long[]? times)
    {
        times = null;
        if (!reader.TryReadArrayHeader(MaxScores, out var count))
            return false;
        var all = new long[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadInt64(out var step))
                return false;
            all[i] = i == 0 ? step : unchecked(all[i - 1] + step);
        }
        times = all;
        return true;
    }
}
