using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>Event time of a shard as its nodes reach it, in ticks. A tick is what a record of the log causes in all nodes; so that a replay causes the same
/// ones at the same records, those that a replay can meet are stored.</summary>
/// <remarks>The watermark is not the newest time of all: one node in twenty may have a clock that is ahead.</remarks>
internal sealed class ShardTime(long stepMs)
{
    private const int Fields = 4;
    private const int MaxTicks = 1 << 16;

    /// <summary>Share of the nodes whose times the watermark leaves out at the upper end.</summary>
    private const double Ahead = 0.05;

    private readonly List<ShardTick> _ticks = [];
    private long _newestMs = long.MinValue / 2;
    private long _replayTo;

    public long WatermarkMs { get; private set; } = long.MinValue / 2;

    /// <summary>A record with samples was applied; true where a tick is due.</summary>
    public bool Reach(long offset, long timeMs)
    {
        if (offset < _replayTo || timeMs <= _newestMs)
            return false;
        var due = Math.DivRem(timeMs, stepMs).Quotient != Math.DivRem(_newestMs, stepMs).Quotient;
        _newestMs = timeMs;
        return due;
    }

    /// <param name="newestMs">Of each node.</param>
    /// <param name="appendedMs">When the log took the record.</param>
    /// <param name="lagMs">What the watermark may lie behind that for silence to count.</param>
    public ShardTick Tick(long offset, List<long> newestMs, long appendedMs, long lagMs)
    {
        newestMs.Sort();
        var ahead = Math.Min(newestMs.Count - 1, (int)(Ahead * newestMs.Count));
        var watermark = Math.Max(WatermarkMs, newestMs[newestMs.Count - 1 - ahead]);
        var tick = new ShardTick(offset, watermark, appendedMs - watermark <= lagMs);
        _ticks.Add(tick);
        return Passed(tick);
    }

    /// <summary>The tick that the record at an offset caused when it was first applied; null = none.</summary>
    public ShardTick? Replayed(long offset)
    {
        if (offset >= _replayTo)
            return null;
        var at = _ticks.FindIndex(t => t.Offset == offset);
        return at < 0 ? null : Passed(_ticks[at]);
    }

    /// <param name="nextOffset">Where a replay would begin.</param>
    /// <param name="appliedTo">Where it would end.</param>
    public byte[] Draft(long nextOffset, long appliedTo)
    {
        var before = _ticks.FindLastIndex(t => t.Offset < nextOffset);
        if (before > 0)
            _ticks.RemoveRange(0, before);
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, Fields);
        writer.WriteInt(nextOffset);
        writer.WriteInt(Math.Max(appliedTo, _replayTo));
        writer.WriteInt(_newestMs);
        writer.WriteArrayHeader(3 * _ticks.Count);
        foreach (var tick in _ticks)
        {
            writer.WriteInt(tick.Offset);
            writer.WriteInt(tick.WatermarkMs);
            writer.WriteBool(tick.SilenceCounts);
        }
        writer.Flush();
        return buffer.Written.ToArray();
    }

    public bool TryLoad(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (!reader.TryBeginRecord(1, Fields, out _) || !reader.TryReadInt64(out var next) || !reader.TryReadInt64(out _replayTo) || !reader.TryReadInt64(out _newestMs)
            || !reader.TryReadArrayHeader(3 * MaxTicks, out var count))
            return false;
        for (var i = 0; i < count / 3; i++)
        {
            if (!reader.TryReadInt64(out var offset) || !reader.TryReadInt64(out var watermark) || !reader.TryReadBool(out var counts))
                return false;
            _ticks.Add(new ShardTick(offset, watermark, counts));
        }
        WatermarkMs = _ticks.LastOrDefault(t => t.Offset < next)?.WatermarkMs ?? WatermarkMs;
        return true;
    }

    private ShardTick Passed(ShardTick tick)
    {
        WatermarkMs = tick.WatermarkMs;
        return tick;
    }
}

/// <param name="Offset">Of the record after which it comes.</param>
/// <param name="SilenceCounts">The shard had caught up: who is silent is.</param>
internal sealed record ShardTick(long Offset, long WatermarkMs, bool SilenceCounts);
