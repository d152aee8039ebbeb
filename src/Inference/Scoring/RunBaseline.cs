namespace Tocsin.Inference.Scoring;

/// <summary>Per metric the median of a run's first settled rows (the 5th to the 15th): the size of this run, known from its 10th row on and fixed from its 16th.</summary>
internal sealed class RunBaseline(int metrics)
{
    private const int First = 4;
    private const int Fewest = 5;
    private const int Last = 15;

    private readonly float[] _head = new float[(Last - First) * metrics];
    private readonly float[] _median = new float[metrics];
    private readonly float[] _sorted = new float[Last - First];
    private int _rows;

    public bool Known { get; private set; }

    public ReadOnlySpan<float> Median => _median;

    /// <summary>Takes the row after it was judged: a row is never its own baseline.</summary>
    public void Push(ReadOnlySpan<float> row)
    {
        var index = _rows++ - First;
        if (index < 0 || index >= Last - First)
            return;
        row.CopyTo(_head.AsSpan(index * metrics));
        var count = index + 1;
        if (count < Fewest)
            return;
        for (var m = 0; m < metrics; m++)
        {
            for (var i = 0; i < count; i++)
                _sorted[i] = _head[(i * metrics) + m];
            var span = _sorted.AsSpan(0, count);
            span.Sort();
            _median[m] = (span[count / 2] + span[(count - 1) / 2]) / 2;
        }
        Known = true;
    }
}
