namespace Tocsin.Inference.Preparation;

/// <summary>Mean and standard deviation without the extremes (NodeSentry section 3.2).</summary>
public static class TrimmedMoments
{
    /// <summary>Sorts <paramref name="values"/> in place and drops <paramref name="share"/> of them at each end; NaN for an empty span.</summary>
    /// <param name="share">0 up to, not including, 0.5.</param>
    public static (double Mean, double Sigma) Of(Span<float> values, double share)
    {
        if (values.IsEmpty)
            return (double.NaN, double.NaN);
        values.Sort();
        var cut = (int)(values.Length * share);
        var kept = values[cut..^cut];
        double sum = 0;
        foreach (var v in kept)
            sum += v;
        var mean = sum / kept.Length;
        double squares = 0;
        foreach (var v in kept)
            squares += (v - mean) * (v - mean);
        return (mean, Math.Sqrt(squares / kept.Length));
    }
}
