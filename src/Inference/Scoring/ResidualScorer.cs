using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Scoring;

public enum ResidualRule
{
    /// <summary>The paper's weighted mean over all metrics (eq. 5).</summary>
    Mean = 0,

    /// <summary>The mean of the three largest: two of a hundred metrics hardly move a mean.</summary>
    TopThree = 1,

    /// <summary>The largest mean of a group of metrics.</summary>
    Group = 2,
}

/// <summary>One frame's reconstruction error as one number, and which metrics carry it. No allocation; safe for many threads.</summary>
/// <param name="factors">Per metric, what its squared residual counts: its weight, or its weight over its held-out residual variance (unclipped).</param>
/// <param name="groupOf">Per metric its group, 0-based; needed for <see cref="ResidualRule.Group"/> only.</param>
public sealed class ResidualScorer(ResidualRule rule, float[] factors, int[]? groupOf = null)
{
    private readonly int _groups = Check(rule, factors, groupOf);

    public int Metrics => factors.Length;

    /// <summary>Factors for residuals over their held-out variance.</summary>
    /// <param name="variance">Per metric the mean squared residual on held-out normal data. A tenth of the metrics' mean is the least: a metric that was reconstructed
    /// to perfection must not outshout all others by rounding noise.</param>
    public static float[] OverVariance(ReadOnlySpan<float> weights, ReadOnlySpan<float> variance)
    {
        double mean = 0;
        foreach (var v in variance)
            mean += v / (double)variance.Length;
        var floor = Math.Max(mean / 10, 1e-12);
        var factors = new float[weights.Length];
        for (var i = 0; i < factors.Length; i++)
            factors[i] = (float)(weights[i] / Math.Max(variance[i], floor));
        return factors;
    }

    /// <param name="actual">Per metric, standardised.</param>
    /// <param name="missing">Per metric, 1 = its value was only held: it has no say. Empty = none.</param>
    /// <param name="shares">Per metric the share of the score that it carries, summing to 1 (0 where the score is 0 or NaN). Empty = not wanted.</param>
    /// <returns>NaN where every metric is missing.</returns>
    public float Score(ReadOnlySpan<float> actual, ReadOnlySpan<float> reconstruction, ReadOnlySpan<byte> missing = default, Span<float> shares = default)
    {
        Span<float> errors = factors.Length <= 1024 ? stackalloc float[factors.Length] : new float[factors.Length];
        for (var i = 0; i < errors.Length; i++)
        {
            var off = actual[i] - reconstruction[i];
            errors[i] = !missing.IsEmpty && missing[i] != 0 ? float.NaN : factors[i] * off * off;
        }
        return Aggregate(errors, shares);
    }

    /// <param name="squared">Per metric the squared residual; NaN = missing.</param>
    public float ScoreSquared(ReadOnlySpan<float> squared, Span<float> shares = default)
    {
        Span<float> errors = factors.Length <= 1024 ? stackalloc float[factors.Length] : new float[factors.Length];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = factors[i] * squared[i];
        return Aggregate(errors, shares);
    }

    /// <summary>The metrics that carry a score, largest share first.</summary>
    public static MetricShare[] Top(ReadOnlySpan<float> shares, IReadOnlyList<string> names, int most)
    {
        var order = new int[shares.Length];
        var keys = new float[shares.Length];
        for (var i = 0; i < order.Length; i++)
            (order[i], keys[i]) = (i, -shares[i]);
        Array.Sort(keys, order);
        var top = new List<MetricShare>(most);
        for (var i = 0; i < order.Length && top.Count < most && keys[i] < 0; i++)
            top.Add(new MetricShare(names[order[i]], -keys[i]));
        return [.. top];
    }

    private float Aggregate(Span<float> errors, Span<float> shares)
    {
        if (!shares.IsEmpty)
            shares.Clear();
        return rule switch
        {
            ResidualRule.TopThree => TopThree(errors, shares),
            ResidualRule.Group => Group(errors, shares),
            _ => MeanWhere(errors, shares, -1),
        };
    }

    /// <param name="group">-1 = every metric.</param>
    private float MeanWhere(ReadOnlySpan<float> errors, Span<float> shares, int group)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i < errors.Length; i++)
        {
            if (float.IsNaN(errors[i]) || (group >= 0 && groupOf![i] != group))
                continue;
            sum += errors[i];
            count++;
        }
        for (var i = 0; i < shares.Length && sum > 0; i++)
            shares[i] = float.IsNaN(errors[i]) || (group >= 0 && groupOf![i] != group) ? 0 : (float)(errors[i] / sum);
        return count == 0 ? float.NaN : (float)(sum / count);
    }

    private static float TopThree(ReadOnlySpan<float> errors, Span<float> shares)
    {
        Span<int> best = [-1, -1, -1];
        for (var i = 0; i < errors.Length; i++)
        {
            if (float.IsNaN(errors[i]))
                continue;
            var at = i;
            // A stable insertion: of equal ones the first stays first.
            for (var k = 0; k < best.Length; k++)
            {
                if (best[k] < 0 || errors[at] > errors[best[k]])
                    (best[k], at) = (at, best[k]);
                if (at < 0)
                    break;
            }
        }
        double sum = 0;
        var count = 0;
        foreach (var i in best)
        {
            sum += i < 0 ? 0 : errors[i];
            count += i < 0 ? 0 : 1;
        }
        foreach (var i in best)
        {
            if (i >= 0 && sum > 0 && !shares.IsEmpty)
                shares[i] = (float)(errors[i] / sum);
        }
        return count == 0 ? float.NaN : (float)(sum / count);
    }

    private float Group(ReadOnlySpan<float> errors, Span<float> shares)
    {
        var best = -1;
        var highest = float.NaN;
        for (var g = 0; g < _groups; g++)
        {
            var mean = MeanWhere(errors, default, g);
            if (float.IsNaN(mean) || mean <= highest)
                continue;
            (best, highest) = (g, mean);
        }
        return best < 0 ? float.NaN : MeanWhere(errors, shares, best);
    }

    private static int Check(ResidualRule rule, float[] factors, int[]? groupOf)
    {
        if (factors.Length == 0)
            throw new ArgumentException("no metric", nameof(factors));
        if (rule == ResidualRule.Group && groupOf?.Length != factors.Length)
            throw new ArgumentException($"{groupOf?.Length ?? 0} groups for {factors.Length} metrics", nameof(groupOf));
        return groupOf is null ? 0 : groupOf.Max() + 1;
    }
}
