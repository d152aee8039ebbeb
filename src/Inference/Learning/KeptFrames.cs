using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Learning;

/// <summary>The last frames of one segment as they came, and the preparer as it was before them: what the window, a restore and a cut anew are made of.</summary>
internal sealed class KeptFrames
{
    private readonly ScoringLibrary _library;
    private readonly ScoredSegment _segment;
    private readonly RowRing _rows;
    private readonly FramePreparer _before;
    private readonly long[] _times;
    private readonly int[] _ticks;

    /// <param name="before">Takes each frame in when it is no longer kept.</param>
    public KeptFrames(ScoringLibrary library, ScoredSegment segment, int keep, FramePreparer before)
    {
        (_library, _segment, _before) = (library, segment, before);
        _rows = new RowRing(library.Metrics, keep);
        (_times, _ticks) = (new long[keep], new int[keep]);
    }

    public int Count => _rows.Kept;

    /// <summary>The next frame takes the place of the oldest one.</summary>
    public bool IsFull => _rows.Kept == _rows.Length;

    public long FirstMs { get; private set; }

    public long LastMs => TimeMs(0);

    public PreparerState Before => _before.State;

    /// <param name="back">0 = the newest.</param>
    public long TimeMs(int back) => _times[At(back)];

    /// <summary>Cadence ticks since the segment's first frame; a gap skips ticks.</summary>
    public int Tick(int back) => _ticks[At(back)];

    /// <summary>log(1 + seconds since the segment's start).</summary>
    public float LogTime(int back) => (float)Math.Log(1 + (Math.Max(0, TimeMs(back) - _segment.StartMs) / 1000.0));

    public ReadOnlySpan<float> Row(int back) => _rows.Back(back);

    public void Add(ReadOnlySpan<float> row, long timeMs)
    {
        if (_rows.Total == 0)
            FirstMs = timeMs;
        else if (timeMs <= LastMs)
            throw new ArgumentOutOfRangeException(nameof(timeMs), timeMs, $"not after the frame before it at {LastMs}");
        if (IsFull)
            Forget(Row(_rows.Length - 1), TimeMs(_rows.Length - 1));
        var tick = (int)Math.Round((double)(timeMs - FirstMs) / _segment.CadenceMs);
        if (_rows.Total > 0 && tick <= Tick(0))
            tick = Tick(0) + 1;
        row.CopyTo(_rows.Next());
        (_times[At(0)], _ticks[At(0)]) = (timeMs, tick);
    }

    public void Restore(SegmentScorerState state)
    {
        FirstMs = state.FirstMs;
        // Where fewer are kept than were, the rest goes the way it would have gone.
        var skip = Math.Max(0, state.TimesMs.Length - _rows.Length);
        for (var i = 0; i < skip; i++)
            Forget(state.Raw.AsSpan(i * _library.Metrics, _library.Metrics), state.TimesMs[i]);
        _rows.Restore(state.Frames, state.Raw.AsSpan(skip * _library.Metrics));
        for (var back = 0; back < Count; back++)
            (_times[At(back)], _ticks[At(back)]) = (state.TimesMs[^(back + 1)], state.Ticks[^(back + 1)]);
    }

    public float[] Raw() => _rows.ToArray();

    public long[] TimesMs() => [.. Enumerable.Range(0, Count).Select(i => TimeMs(Count - 1 - i))];

    public int[] Ticks() => [.. Enumerable.Range(0, Count).Select(i => Tick(Count - 1 - i))];

    public IEnumerable<(long TimeMs, float[] Row)> All()
    {
        for (var back = Count - 1; back >= 0; back--)
            yield return (TimeMs(back), Row(back).ToArray());
    }

    private void Forget(ReadOnlySpan<float> row, long timeMs)
    {
        Span<float> prepared = stackalloc float[_library.Metrics];
        Span<byte> missing = stackalloc byte[_library.Metrics];
        _before.Push(row, _library.Identity, timeMs, prepared, missing);
    }

    private int At(int back) => (_rows.Total - 1 - back) % _times.Length;
}
