namespace Tocsin.Daemon.Serve.Scores;

/// <summary>Scores of one node on the grid of the cadence: a gap is NaN, a later word on a tick replaces the earlier one.</summary>
/// <param name="First">Tick of the first of both.</param>
/// <param name="Scores">NaN where the frame had none, or there was no frame.</param>
/// <param name="Thresholds">As long as <paramref name="Scores"/>.</param>
internal readonly record struct ScoreStretch(long First, float[] Scores, float[] Thresholds);

/// <summary>The latest <paramref name="most"/> ticks, 4 bytes each: score and threshold as half floats (3 digits, at most 65,504).</summary>
/// <remarks>One shard writes, readers come from anywhere; the lock is held for a copy of at most <paramref name="most"/> pairs. It grows with what
/// it holds: a node that was seen for a minute does not cost four hours.</remarks>
internal sealed class ScoreRing(int most)
{
    private const int Least = 32;

    private readonly Lock _lock = new();
    private (Half Score, Half Threshold)[] _pairs = [];
    private long _first;
    private long _last = -1;

    public void Put(long tick, float score, float threshold)
    {
        lock (_lock)
        {
            if (tick < 0 || (_last >= 0 && tick <= _last - most))
                return;
            if (_last < 0 || tick - _last >= most)
                (_first, _last) = (tick, tick - 1);
            else if (tick < _first)
                return;
            if (tick > _last)
                Reach(tick);
            _pairs[tick % _pairs.Length] = (Short(score), Short(threshold));
        }
    }

    /// <param name="from">First tick wanted.</param>
    /// <param name="until">The tick after the last one wanted.</param>
    public ScoreStretch Read(long from, long until)
    {
        lock (_lock)
        {
            from = Math.Max(from, _first);
            var count = (int)Math.Max(0, Math.Min(until - 1, _last) - from + 1);
            var (scores, thresholds) = (new float[count], new float[count]);
            for (var i = 0; i < count; i++)
            {
                var (score, threshold) = _pairs[(from + i) % _pairs.Length];
                (scores[i], thresholds[i]) = ((float)score, (float)threshold);
            }
            return new ScoreStretch(from, scores, thresholds);
        }
    }

    private void Reach(long tick)
    {
        var span = tick - _first + 1;
        if (span > _pairs.Length && _pairs.Length < most)
        {
            var larger = new (Half, Half)[(int)Math.Min(most, Math.Max(Least, Math.Max(span, 2L * _pairs.Length)))];
            for (var t = _first; t <= _last; t++)
                larger[t % larger.Length] = _pairs[t % _pairs.Length];
            _pairs = larger;
        }
        for (var t = _last + 1; t <= tick; t++)
            _pairs[t % _pairs.Length] = (Half.NaN, Half.NaN);
        _last = tick;
        _first = Math.Max(_first, tick - _pairs.Length + 1);
    }

    private static Half Short(float value) => (Half)Math.Min(value, (float)Half.MaxValue);
}
