using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Learning;

/// <summary>The last frames of one segment as the model sees them, with what was missing, and as they came.</summary>
internal sealed class PreparedRows
{
    private readonly ScoringLibrary _library;
    private readonly FramePreparer _preparer;
    private readonly RowRing _values;
    private readonly ulong[] _missing;
    private readonly int _words;

    /// <param name="rows">Kept as the model sees them.</param>
    /// <param name="keep">Kept as they came, at least <paramref name="rows"/>.</param>
    /// <param name="before">Of the preparer, before the first of the frames that will be pushed; null at a segment's start.</param>
    public PreparedRows(ScoringLibrary library, ScoredSegment segment, int rows, int keep, PreparerState? before)
    {
        _library = library;
        _words = (library.Metrics + 63) / 64;
        _values = new RowRing(library.Metrics, rows);
        _missing = new ulong[rows * _words];
        var plan = library.Library.Plan;
        FramePreparer New() => before is null ? new FramePreparer(plan, segment.Node) : new FramePreparer(plan, segment.Node, before);
        _preparer = New();
        Kept = new KeptFrames(library, segment, keep, New());
    }

    public KeptFrames Kept { get; }

    /// <summary>Standardised and clipped.</summary>
    public RowRing Values => _values;

    /// <param name="row">In the plan's order.</param>
    public ReadOnlySpan<float> Push(ReadOnlySpan<float> row, long timeMs)
    {
        Kept.Add(row, timeMs);
        return Prepare(row, timeMs);
    }

    public void Restore(SegmentScorerState state)
    {
        _values.Restore(state.Frames - state.TimesMs.Length, []);
        for (var i = 0; i < state.TimesMs.Length; i++)
            Prepare(state.Raw.AsSpan(i * _library.Metrics, _library.Metrics), state.TimesMs[i]);
        Kept.Restore(state);
    }

    /// <summary>The newest value of a metric in its own unit, the last known one where it is missing.</summary>
    public double Newest(int metric) => _preparer.InUnit(metric, _preparer.Held(metric));

    public double InUnit(int metric, double standardised) => _preparer.InUnit(metric, standardised);

    /// <summary>The newest value, standardised and not clipped; the last known one where it is missing.</summary>
    public float Held(int metric) => _preparer.Held(metric);

    /// <summary>Whether the newest frame lacks the metric.</summary>
    public bool IsMissing(int metric) => (Missing(_values.Total - 1)[metric >> 6] >> (metric & 63) & 1) != 0;

    /// <summary>The window that ends at the newest frame: slots on the tick grid, the newest last; slots without a frame are not valid.</summary>
    /// <remarks>The same numbers as <see cref="Training.WindowGather"/> gives for a whole segment.</remarks>
    public void Fill(int slots, Span<float> values, Span<float> hidden, Span<bool> valid, Span<int> position, Span<float> logTime)
    {
        values.Clear();
        hidden.Clear();
        valid.Clear();
        position.Clear();
        logTime.Clear();
        var count = _library.Metrics;
        for (var back = 0; back < _values.Kept; back++)
        {
            var slot = slots - 1 - (Kept.Tick(0) - Kept.Tick(back));
            if (slot < 0)
                break;
            var row = values.Slice(slot * count, count);
            var mask = hidden.Slice(slot * count, count);
            var bits = Missing(_values.Total - 1 - back);
            _values.Back(back).CopyTo(row);
            for (var m = 0; m < count; m++)
            {
                if ((bits[m >> 6] >> (m & 63) & 1) != 0)
                    (row[m], mask[m]) = (0, 1);
            }
            valid[slot] = true;
            position[slot] = Kept.Tick(back);
            logTime[slot] = Kept.LogTime(back);
        }
    }

    /// <summary>Rows of a segment from its start, as the matcher takes them.</summary>
    public static IEnumerable<float[]> Head(ScoringLibrary library, ScoredSegment segment, IEnumerable<(long TimeMs, float[] Row)> frames)
    {
        var plan = library.Library.Plan;
        var preparer = new FramePreparer(plan, segment.Node);
        var missing = new byte[plan.Count];
        foreach (var (timeMs, row) in frames)
        {
            var prepared = new float[plan.Count];
            preparer.Push(row, library.Identity, timeMs, prepared, missing);
            Clip(prepared, plan.Clip);
            yield return prepared;
        }
    }

    /// <summary>The same, into one array.</summary>
    /// <returns>False where there are fewer.</returns>
    public static bool TryFill(ScoringLibrary library, ScoredSegment segment, IReadOnlyList<(long TimeMs, float[] Row)>? frames, Span<float> into)
    {
        var metrics = library.Metrics;
        if (frames is null || frames.Count * metrics < into.Length)
            return false;
        var at = 0;
        foreach (var row in Head(library, segment, frames.Take(into.Length / metrics)))
            row.CopyTo(into[(metrics * at++)..]);
        return true;
    }

    private ReadOnlySpan<float> Prepare(ReadOnlySpan<float> row, long timeMs)
    {
        Span<byte> missing = stackalloc byte[_library.Metrics];
        var prepared = _values.Next();
        _preparer.Push(row, _library.Identity, timeMs, prepared, missing);
        Clip(prepared, _library.Library.Plan.Clip);
        var bits = Missing(_values.Total - 1);
        bits.Clear();
        for (var m = 0; m < missing.Length; m++)
            bits[m >> 6] |= (ulong)missing[m] << (m & 63);
        return prepared;
    }

    private Span<ulong> Missing(int row) => _missing.AsSpan(row % _values.Length * _words, _words);

    private static void Clip(Span<float> row, float clip)
    {
        for (var m = 0; m < row.Length; m++)
            row[m] = Math.Clamp(row[m], -clip, clip);
    }
}
