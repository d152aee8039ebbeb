using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>Event time of a shard as its nodes reach it, in ticks. A tick is what a record of the log causes in all nodes; so that a replay causes the same
/// ones at the same records, those that a replay can meet are stored.</summary>
/// <remarks>The watermark is not the newest time of all: one node in twenty may have a clock that is ahead.</remarks>
/// <param name="staleMs">What the watermark jumps by more than this is a break: nobody is silent until it has gone on for as long, and all have had their turn.</param>
internal sealed class ShardTime(long stepMs, long staleMs)
{
    /// <summary>The second version tells sources apart.</summary>
    private const int Version = 2;
    private const int Fields = 6;
    private const int FieldsOfFirst = 4;
    private const int MaxTicks = 1 << 16;

    /// <summary>Share of the nodes whose times the watermark leaves out at the upper end.</summary>
    private const double Ahead = 0.05;

    private readonly List<ShardTick> _ticks = [];
    private long _newestMs = long.MinValue / 2;
    private long _replayTo;
    private long _calmUntilMs = long.MinValue / 2;
    private int _quiet;

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
    /// <param name="sources">Null where it was a node's record.</param>
    /// <returns>Null where it was applied before, or there is nobody whose time it could be.</returns>
    public ShardTick? Tick(long offset, List<long> newestMs, long appendedMs, long lagMs, SourceTime? sources = null)
    {
        if (offset < _replayTo || newestMs.Count == 0)
            return null;
        newestMs.Sort();
        var ahead = Math.Min(newestMs.Count - 1, (int)(Ahead * newestMs.Count));
        var watermark = Math.Max(WatermarkMs, Math.Max(newestMs[newestMs.Count - 1 - ahead], sources?.FrontMs ?? WatermarkMs));
        if (watermark - WatermarkMs > staleMs)
            _calmUntilMs = watermark + staleMs;
        _quiet = sources?.Quiet ?? _quiet;
        var tick = new ShardTick(offset, watermark, watermark >= _calmUntilMs && appendedMs - watermark <= lagMs, _quiet);
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
        writer.WriteRecord(Version, Fields);
        writer.WriteInt(nextOffset);
        writer.WriteInt(Math.Max(appliedTo, _replayTo));
        writer.WriteInt(_newestMs);
        writer.WriteArrayHeader(4 * _ticks.Count);
        foreach (var tick in _ticks)
        {
            writer.WriteInt(tick.Offset);
            writer.WriteInt(tick.WatermarkMs);
            writer.WriteBool(tick.SilenceCounts);
            writer.WriteInt(tick.Quiet);
        }
        writer.WriteInt(_calmUntilMs);
        writer.WriteInt(_quiet);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    public bool TryLoad(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (!reader.TryBeginRecord(Version, FieldsOfFirst, out var record) || !reader.TryReadInt64(out var next) || !reader.TryReadInt64(out _replayTo) || !reader.TryReadInt64(out _newestMs)
            || !reader.TryReadArrayHeader(4 * MaxTicks, out var count))
            return false;
        var width = record.Version == 1 ? 3 : 4;
        for (var i = 0; i < count / width; i++)
        {
            var quiet = 0;
            if (!reader.TryReadInt64(out var offset) || !reader.TryReadInt64(out var watermark) || !reader.TryReadBool(out var counts) || (width == 4 && !reader.TryReadInt32(0, int.MaxValue, out quiet)))
                return false;
            _ticks.Add(new ShardTick(offset, watermark, counts, quiet));
        }
        if (record.Version > 1 && (!reader.TryReadInt64(out _calmUntilMs) || !reader.TryReadInt32(0, int.MaxValue, out _quiet)))
            return false;
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
/// <param name="SilenceCounts">The shard had caught up, and time goes on evenly: who is silent is.</param>
/// <param name="Quiet">Sources of which nothing is heard: <see cref="SourceTime.Quiet"/>.</param>
internal sealed record ShardTick(long Offset, long WatermarkMs, bool SilenceCounts, int Quiet);
