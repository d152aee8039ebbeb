namespace Tocsin.Inference.Scoring;

/// <summary>Per metric the largest and the smallest value of the last w rows of one segment, for several w; fewer rows at its start.</summary>
/// <remarks>If the maximum of w rows lies below what is usual, all w of them do: persistent evidence, gone with the first usual row.</remarks>
internal sealed class RollingExtrema(int metrics, IReadOnlyList<int> windows)
{
    private readonly float[] _ring = new float[windows.Max() * metrics];
    private readonly int _length = windows.Max();
    private int _rows;

    /// <summary>Values a row: for each window the maxima of all metrics, then the minima.</summary>
    public static int Width(int metrics, int windows) => 2 * windows * metrics;

    public void Push(ReadOnlySpan<float> row, Span<float> extrema)
    {
        row.CopyTo(_ring.AsSpan(_rows % _length * metrics));
        _rows++;
        var at = 0;
        foreach (var window in windows)
        {
            var high = extrema.Slice(at, metrics);
            var low = extrema.Slice(at + metrics, metrics);
            at += 2 * metrics;
            row.CopyTo(high);
            row.CopyTo(low);
            for (var back = 1; back < Math.Min(window, _rows); back++)
            {
                var past = _ring.AsSpan((_rows - 1 - back) % _length * metrics, metrics);
                for (var m = 0; m < metrics; m++)
                {
                    high[m] = Math.Max(high[m], past[m]);
                    low[m] = Math.Min(low[m], past[m]);
                }
            }
        }
    }
}
