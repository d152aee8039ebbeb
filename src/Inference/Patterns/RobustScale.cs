namespace Tocsin.Inference.Patterns;

/// <summary>Median and a robust standard deviation.</summary>
internal static class RobustScale
{
    // Width of the central share of a normal distribution in standard deviations: 50, 80, 90 and 98 %.
    private static readonly (double Tail, double Sigmas)[] Widths = [(0.25, 1.349), (0.10, 2.563), (0.05, 3.290), (0.01, 4.653)];

    /// <summary>Sorts <paramref name="values"/>. Scale 0 = constant: it moves by less than float32 resolves.</summary>
    /// <remarks>
    /// The interquartile range, where it is wide enough: a feature that is the same in most segments and different in a few (disk writes
    /// of the one job that writes) is told by the next wider range, at last by the whole, and is not lost. The floor, a share of the
    /// 90 % width, keeps such a feature's noise within the majority from filling the scale.
    /// </remarks>
    /// <param name="values">Finite.</param>
    public static (double Median, double Scale) Of(Span<float> values, double floorShare)
    {
        if (values.IsEmpty)
            return (0, 0);
        values.Sort();
        var median = Quantile(values, 0.5);
        double range = (double)values[^1] - values[0];
        if (range <= Resolution(values[0], values[^1]))
            return (median, 0);
        foreach (var (tail, sigmas) in Widths)
        {
            double low = Quantile(values, tail), high = Quantile(values, 1 - tail);
            var scale = (high - low) / sigmas;
            // By these two alone: one wild value must not make everything else look constant.
            if (scale <= Resolution(low, high))
                continue;
            var wide = (Quantile(values, 0.95) - Quantile(values, 0.05)) / 3.290;
            return (median, Math.Max(scale, floorShare * wide));
        }
        return (median, range / 4.653);
    }

    private static double Resolution(double low, double high) => (1e-6 * Math.Max(Math.Abs(low), Math.Abs(high))) + 1e-12;

    /// <summary>Linear between order statistics, of sorted values.</summary>
    public static double Quantile(ReadOnlySpan<float> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * ((double)sorted[above] - sorted[below]));
    }
}
