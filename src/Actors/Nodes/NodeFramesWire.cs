using System.Diagnostics.CodeAnalysis;
using Tocsin.Ingest.Frames;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes;

/// <summary>The part of a node's row that belongs to its frames.</summary>
internal static class NodeFramesWire
{
    private const int Fields = 11;
    private const int MaxSeries = 1 << 20;
    private const int MaxCounterBytes = 32 << 20;
    private const int MaxOpen = 64;
    private const int MaxName = 1024;

    public static void Write(ref WireWriter writer, LiveFramesState state)
    {
        writer.WriteRecord(1, Fields);
        RunsWire.WriteRising(ref writer, state.Series);
        RunsWire.WriteSame(ref writer, state.Marks);
        writer.WriteInt(state.Counters.Length);
        writer.WriteBinary(CounterBytes.Write(state.Counters));
        writer.WriteInt(state.ClosedMinMs);
        writer.WriteInt(state.ClosedMaxMs);
        writer.WriteInt(state.NewestMs);
        writer.WriteOptionalString(state.Replica);
        writer.WriteInt(state.ReplicaMs);
        writer.WriteArrayHeader(state.Open.Length);
        foreach (var frame in state.Open)
        {
            writer.WriteRecord(1, 4);
            writer.WriteInt(frame.MinMs);
            writer.WriteInt(frame.MaxMs);
            Write(ref writer, frame.Samples);
            Write(ref writer, frame.New);
        }
        writer.WriteInt(state.GenerationMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out LiveFramesState? state)
    {
        state = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !RunsWire.TryReadRising(ref reader, MaxSeries, out var series)
            || !RunsWire.TryReadSame(ref reader, MaxSeries, out var marks)
            || !reader.TryReadInt32(0, MaxSeries, out var count)
            || !reader.TryReadBinary(MaxCounterBytes, out var bytes)
            || !reader.TryReadInt64(out var closedMin)
            || !reader.TryReadInt64(out var closedMax)
            || !reader.TryReadInt64(out var newest)
            || !reader.TryReadOptionalString(MaxName, out var replica)
            || !reader.TryReadInt64(out var replicaMs)
            || !reader.TryReadArrayHeader(MaxOpen, out var frames))
            return false;
        if (CounterBytes.Read(bytes, count) is not { } counters)
            return reader.Refuse(WireFault.OutOfRange);
        var open = new OpenFrameState[frames];
        for (var i = 0; i < frames; i++)
        {
            if (!reader.TryBeginRecord(1, 4, out var one)
                || !reader.TryReadInt64(out var min)
                || !reader.TryReadInt64(out var max)
                || !TryReadSamples(ref reader, out var samples)
                || !TryReadSamples(ref reader, out var fresh)
                || !reader.TryEndRecord(one, 4))
                return false;
            open[i] = new OpenFrameState(min, max, samples, fresh);
        }
        if (!reader.TryReadInt64(out var generation) || !reader.TryEndRecord(record, Fields))
            return false;
        state = new LiveFramesState(series, marks, counters, closedMin, closedMax, newest, replica, replicaMs, open, generation);
        return true;
    }

    private static void Write(ref WireWriter writer, OpenSample[] samples)
    {
        writer.WriteArrayHeader(3 * samples.Length);
        foreach (var (at, value, timeMs) in samples)
        {
            writer.WriteInt(at);
            writer.WriteDouble(value);
            writer.WriteInt(timeMs);
        }
    }

    private static bool TryReadSamples(ref WireReader reader, [NotNullWhen(true)] out OpenSample[]? samples)
    {
        samples = null;
        if (!reader.TryReadArrayHeader(3 * MaxSeries, out var count))
            return false;
        var all = new OpenSample[count / 3];
        for (var i = 0; i < all.Length; i++)
        {
            if (!reader.TryReadInt32(0, int.MaxValue, out var at) || !reader.TryReadDouble(out var value) || !reader.TryReadInt64(out var timeMs))
                return false;
            all[i] = new OpenSample(at, value, timeMs);
        }
        samples = all;
        return count % 3 == 0 || reader.Refuse(WireFault.OutOfRange);
    }
}
