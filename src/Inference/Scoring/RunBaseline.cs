namespace Tocsin.Inference.Scoring;

/// <summary>Per metric the median of a run's first settled rows (the 5th to the 15th): the size of this run, known from its 10th row on and fixed from its 16th.</summary>
internal sealed class RunBaseline
{
    /// <summary>Rows after which it changes no more: who keeps as many of a run's first rows can make it anew.</summary>
    public const int Last = 15;

    private const int First = 4;
    private const int Fewest = 5;

    private readonly int _metrics;
    private float[] _median = [];

    public RunBaseline(int metrics) => _metrics = metrics;

    /// <param name="median">Fixed, of a run of <see cref="Last"/> rows or more.</param>
    public RunBaseline(int metrics, float[] median) : this(metrics)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(median.Length, metrics);
        _median = median;
    }

    public bool Known => _median.Length > 0;

    public ReadOnlySpan<float> Median => _median;

    /// <summary>Takes the newest row in after it was judged: a row is never its own baseline.</summary>
    /// <param name="rows">Holds all rows of the run as long as there are at most <see cref="Last"/>.</param>
    public void Judged(RowRing rows)
    {
        var count = rows.Total - First;
        if (count < Fewest || rows.Total > Last)
            return;
        if (!Known)
            _median = new float[_metrics];
        Span<float> sorted = stackalloc float[count];
        for (var m = 0; m < _metrics; m++)
        {
            for (var i = 0; i < count; i++)
                sorted[i] = rows.Back(count - 1 - i)[m];
            sorted.Sort();
            _median[m] = (sorted[count / 2] + sorted[(count - 1) / 2]) / 2;
        }
    }
}
