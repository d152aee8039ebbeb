namespace Tocsin.Inference.Training;

/// <summary>Per metric the mean of a window's visible values: what the model is asked for is the difference from it, so that a level never seen in training
/// (another node, another size of the same job) is no error. 0 where nothing of the metric is visible: then its level itself is asked for.</summary>
public static class WindowBaseline
{
    /// <param name="values">Row-major (frames x metrics).</param>
    /// <param name="hidden">1 = hidden or missing.</param>
    /// <param name="baseline">Per metric; overwritten.</param>
    public static void Of(ReadOnlySpan<float> values, ReadOnlySpan<float> hidden, ReadOnlySpan<bool> valid, Span<float> baseline)
    {
        var metrics = baseline.Length;
        baseline.Clear();
        Span<int> seen = metrics <= 1024 ? stackalloc int[metrics] : new int[metrics];
        seen.Clear();
        for (var t = 0; t < valid.Length; t++)
        {
            if (!valid[t])
                continue;
            for (var m = 0; m < metrics; m++)
            {
                if (hidden[(t * metrics) + m] != 0)
                    continue;
                baseline[m] += values[(t * metrics) + m];
                seen[m]++;
            }
        }
        for (var m = 0; m < metrics; m++)
            baseline[m] = seen[m] == 0 ? 0 : baseline[m] / seen[m];
    }

    public static void Subtract(Span<float> values, ReadOnlySpan<float> baseline)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] -= baseline[i % baseline.Length];
    }
}
