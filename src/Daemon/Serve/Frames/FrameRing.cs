using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;

namespace Tocsin.Daemon.Serve.Frames;

/// <summary>Recent frames of one node on the grid of the cadence, each with what the model took it for: 4 bytes a metric and tick.</summary>
/// <remarks>One shard writes, readers come from anywhere; the lock is held for the copy of a few columns. What was kept under another plan (other metrics,
/// or other scales) is let go: two frames in different scales are no curve.</remarks>
internal sealed class FrameRing
{
    private const int Least = 8;

    private readonly Lock _lock = new();
    private PreparationPlan? _plan;
    private Scaling? _scaling;
    private Half[] _cells = [];
    private EnvelopeState?[] _bands = [];
    private long _first;
    private long _last = -1;

    /// <summary>About, of its arrays.</summary>
    public long Bytes => (_cells.Length * 2L) + (_bands.Length * 8L);

    /// <summary>How its metrics are called and scaled; null before the first frame.</summary>
    public (PreparationPlan Plan, Scaling Scaling)? Scale
    {
        get
        {
            lock (_lock)
                return _plan is null ? null : (_plan, _scaling!);
        }
    }

    /// <param name="most">Ticks that may be kept now: 8 or more.</param>
    /// <param name="row">Standardised values of all metrics of the plan, then what was expected of them.</param>
    /// <param name="band">Of what the model cannot tell.</param>
    public void Put(long tick, PreparationPlan plan, Scaling scaling, int most, ReadOnlySpan<Half> row, EnvelopeState band)
    {
        lock (_lock)
        {
            Use(plan, scaling);
            if (tick < 0 || (_last >= 0 && tick <= _last - most))
                return;
            if (_last < 0 || tick - _last >= most)
                (_first, _last) = (tick, tick - 1);
            else if (tick < _first)
                return;
            if (tick > _last)
                Reach(tick, most);
            var slot = (int)(tick % _bands.Length);
            row.CopyTo(_cells.AsSpan(slot * Width, Width));
            _bands[slot] = band;
        }
    }

    /// <param name="from">First tick wanted.</param>
    /// <param name="until">The tick after the last one wanted.</param>
    /// <param name="columns">Metrics of the plan; nothing is read where there are not so many any more.</param>
    public FrameStretch Read(long from, long until, ReadOnlySpan<int> columns)
    {
        lock (_lock)
        {
            foreach (var column in columns)
            {
                if (_plan is null || column >= _plan.Count)
                    return new FrameStretch(from, [], [], []);
            }
            from = Math.Max(from, _first);
            var count = (int)Math.Max(0, Math.Min(until - 1, _last) - from + 1);
            var stretch = new FrameStretch(from, new float[count * columns.Length], new float[count * columns.Length], new EnvelopeState?[count]);
            for (var i = 0; i < count; i++)
            {
                var slot = (int)((from + i) % _bands.Length);
                stretch.Bands[i] = _bands[slot];
                for (var c = 0; c < columns.Length; c++)
                {
                    var cell = (slot * Width) + columns[c];
                    var known = _bands[slot] is not null;
                    stretch.Values[(c * count) + i] = known ? (float)_cells[cell] : float.NaN;
                    stretch.Expected[(c * count) + i] = known ? (float)_cells[cell + _plan!.Count] : float.NaN;
                }
            }
            return stretch;
        }
    }

    private int Width => 2 * _plan!.Count;

    private void Use(PreparationPlan plan, Scaling scaling)
    {
        if (ReferenceEquals(plan, _plan))
            return;
        var same = _plan is { } before && before.Metrics.SequenceEqual(plan.Metrics) && _scaling!.Mean.AsSpan().SequenceEqual(scaling.Mean) && _scaling.Sigma.AsSpan().SequenceEqual(scaling.Sigma);
        (_plan, _scaling) = (plan, scaling);
        if (!same)
            (_cells, _bands, _first, _last) = ([], [], 0, -1);
    }

    private void Reach(long tick, int most)
    {
        var span = tick - _first + 1;
        // A quarter of slack: the bound moves with the number of nodes, and not every node is to be copied with each that comes.
        if (_bands.Length > most + (most / 4))
            Resize(most, tick);
        else if (span > _bands.Length && _bands.Length < most)
            Resize((int)Math.Min(most, Math.Max(Least, Math.Max(span, 2L * _bands.Length))), tick);
        for (var t = _last + 1; t <= tick; t++)
            _bands[t % _bands.Length] = null;
        _last = tick;
        _first = Math.Max(_first, tick - _bands.Length + 1);
    }

    private void Resize(int length, long tick)
    {
        var (cells, bands) = (new Half[length * Width], new EnvelopeState?[length]);
        for (var t = Math.Max(_first, tick - length + 1); t <= _last; t++)
        {
            var (old, slot) = ((int)(t % _bands.Length), (int)(t % length));
            bands[slot] = _bands[old];
            _cells.AsSpan(old * Width, Width).CopyTo(cells.AsSpan(slot * Width));
        }
        (_cells, _bands) = (cells, bands);
    }
}

/// <summary>Columns of a node's frames; column by column, standardised, NaN = none.</summary>
/// <param name="First">Tick of the first.</param>
/// <param name="Bands">By tick; null: there was no frame.</param>
internal readonly record struct FrameStretch(long First, float[] Values, float[] Expected, EnvelopeState?[] Bands)
{
    public int Ticks => Bands.Length;
}
