using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>The samples of a frame that is not closed yet. Lent by the pool: nodes have one only while samples come in.</summary>
internal sealed class OpenFrame
{
    private double[] _values = [];
    private long[] _times = [];

    public SlotBits Has { get; } = new(0);

    public long MinMs { get; private set; }

    public long MaxMs { get; private set; }

    /// <summary>Samples of series that the node did not have so far.</summary>
    public List<(SeriesId Series, double Value, long TimeMs)> New { get; } = [];

    public void Open(int slots, long timeMs)
    {
        if (_values.Length < slots)
            (_values, _times) = (new double[slots], new long[slots]);
        Has.Reset(slots);
        New.Clear();
        New.TrimExcess();
        (MinMs, MaxMs) = (timeMs, timeMs);
    }

    public double Value(int slot) => _values[slot];

    public long TimeMs(int slot) => _times[slot];

    public void Take(int slot, double value, long timeMs)
    {
        (_values[slot], _times[slot]) = (value, timeMs);
        Has.Set(slot);
        Reach(timeMs);
    }

    public void Take(SeriesId series, double value, long timeMs)
    {
        New.Add((series, value, timeMs));
        Reach(timeMs);
    }

    public void Move(int[] map, int slots)
    {
        var (values, times) = (new double[Math.Max(slots, _values.Length)], new long[Math.Max(slots, _values.Length)]);
        for (var slot = 0; slot < map.Length; slot++)
        {
            if (map[slot] >= 0)
                (values[map[slot]], times[map[slot]]) = (_values[slot], _times[slot]);
        }
        (_values, _times) = (values, times);
        Has.Move(map, slots);
    }

    /// <summary>Samples of series that have a slot by now take it.</summary>
    public void Settle(FrameLayout layout)
    {
        foreach (var (series, value, timeMs) in New)
        {
            var slot = layout.SlotOf(series, -1);
            if (slot >= 0 && layout.IsBound(slot) && (!Has[slot] || timeMs > TimeMs(slot)))
                Take(slot, value, timeMs);
        }
        New.RemoveAll(n => layout.SlotOf(n.Series, -1) >= 0);
    }

    /// <summary>A sample that was replaced by a newer one may have reached further.</summary>
    public void Span(long minMs, long maxMs) => (MinMs, MaxMs) = (minMs, maxMs);

    private void Reach(long timeMs) => (MinMs, MaxMs) = (Math.Min(MinMs, timeMs), Math.Max(MaxMs, timeMs));
}
