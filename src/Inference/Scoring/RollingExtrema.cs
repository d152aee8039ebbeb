namespace Tocsin.Inference.Scoring;

/// <summary>Per metric the largest and the smallest value of the last w rows of one segment, for several w; fewer rows at its start.</summary>
/// <remarks>If the maximum of w rows lies below what is usual, all w of them do: persistent evidence, gone with the first usual row.</remarks>
internal sealed class RollingExtrema(int metrics, IReadOnlyList<int> windows)
{
    private readonly RowRing _ring = new(metrics, windows.Max());

    /// <summary>Values a row: for each window the maxima of all metrics, then the minima.</summary>
    public static int Width(int metrics, int windows) => 2 * windows * metrics;

    /// <param name="rows">With the row that is looked at as its newest; as long as the longest window.</param>
    public static void Of(RowRing rows, IReadOnlyList<int> windows, Span<float> extrema)
    {
        var metrics = rows.Metrics;
        var newest = rows.Back(0);
        var at = 0;
        for (var w = 0; w < windows.Count; w++)
        {
            var high = extrema.Slice(at, metrics);
            var low = extrema.Slice(at + metrics, metrics);
            at += 2 * metrics;
            newest.CopyTo(high);
            newest.CopyTo(low);
            for (var back = 1; back < Math.Min(windows[w], rows.Kept); back++)
            {
                var past = rows.Back(back);
                for (var m = 0; m < metrics; m++)
                {
                    high[m] = Math.Max(high[m], past[m]);
                    low[m] = Math.Min(low[m], past[m]);
                }
            }
        }
    }

    public void Push(ReadOnlySpan<float> row, Span<float> extrema)
    {
        row.CopyTo(_ring.Next());
        Of(_ring, windows, extrema);
    }
}
