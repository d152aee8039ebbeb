namespace Tocsin.Ingest.Frames;

/// <summary>Each counter's last value and time, of one node; 32 bytes a counter.</summary>
/// <remarks>A counter's rate is its increase over the time between its own last two samples. There is none (NaN) on its first one, after a
/// reset (it went down), and after a gap: <see cref="FrameAssembler.GapCadences"/> cadences without a value, and at least <see cref="FrameAssembler.GapMs"/>.
/// One missed scrape is bridged, since the mean over both intervals is what happened; so are the few seconds for which a node under stress answers
/// nobody, since what happened in them is what matters. Beyond that a mean would smear an event over frames that nobody saw.
/// A counter that comes later adds nothing in its first frame, and one that goes away nothing any more: no spike either way.</remarks>
internal sealed class NodeCounters(long cadenceMs)
{
    private readonly long _gapMs = Math.Max(FrameAssembler.GapMs, (long)(FrameAssembler.GapCadences * cadenceMs));
    private CounterState[] _counters = [];

    public ReadOnlySpan<CounterState> All => _counters;

    /// <summary>The same counters in the slots of another layout; those that it lacks are forgotten.</summary>
    public void Move(FrameLayout from, FrameLayout to)
    {
        var counters = new CounterState[to.Counters];
        Array.Fill(counters, CounterState.None);
        var map = from.Into(to);
        for (var slot = 0; slot < map.Length; slot++)
        {
            if (map[slot] >= 0 && from.CounterOf[slot] >= 0 && to.CounterOf[map[slot]] >= 0)
                counters[to.CounterOf[map[slot]]] = _counters[from.CounterOf[slot]];
        }
        _counters = counters;
    }

    public void Restore(CounterState[] counters) => _counters = counters;

    /// <summary>Adds a finite sample to the frame that is being summed up; one that stands for no value adds nothing.</summary>
    public void Advance(FrameLayout layout, int slot, double value, long timeMs, FrameCells cells)
    {
        if (layout.IsMissing(slot, value))
            return;
        var rate = double.NaN;
        var reset = false;
        if (layout.CounterOf[slot] >= 0)
            rate = Rate(ref _counters[layout.CounterOf[slot]], value, timeMs, out reset);
        foreach (var target in layout.TargetsOf(slot))
        {
            if (!target.IsRate)
                cells.Add(target.Cell, value);
            else if (!double.IsNaN(rate))
                cells.Add(target.Cell, rate);
            else if (reset)
                cells.Spoil(target.Cell);
        }
    }

    private double Rate(ref CounterState counter, double value, long timeMs, out bool reset)
    {
        reset = false;
        var rate = double.NaN;
        // What comes closer than half a cadence (a scraper that was held up and catches up) is held against the value before, else
        // its rate would be that of milliseconds.
        var close = counter.Seen && 2 * (timeMs - counter.TimeMs) < cadenceMs;
        var (before, beforeMs) = close ? (counter.Earlier, counter.EarlierMs) : (counter.Value, counter.TimeMs);
        var elapsed = timeMs - beforeMs;
        if (counter.Seen && elapsed <= _gapMs && elapsed > 0)
        {
            reset = value < before;
            rate = reset ? double.NaN : (value - before) / (elapsed / 1000.0);
        }
        if (!close)
            counter = counter.Seen ? new CounterState(value, timeMs, counter.Value, counter.TimeMs) : counter with { Value = value, TimeMs = timeMs };
        return rate;
    }
}
