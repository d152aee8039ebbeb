namespace Tocsin.Inference.Scoring;

public enum FusionRule
{
    /// <summary>Sum of logarithms: all methods a little surprised is a lot.</summary>
    Fisher = 0,

    /// <summary>Weighted sum of normal scores.</summary>
    Stouffer = 1,

    /// <summary>The most surprised, corrected for how many were asked.</summary>
    Least = 2,

    /// <summary>Cauchy combination (Liu and Xie 2020): its tail holds whatever the dependence between the methods.</summary>
    Cauchy = 3,
}

/// <summary>Several methods' surprises (-log10 p, <see cref="TailModel.Surprise"/>) as one, worked in logarithms: finite and in order however small the p-values.</summary>
/// <remarks>Fisher, Stouffer and least assume independent methods, which these are not: calibrate the result anew (<see cref="TailFitter"/>) before a threshold is put to it.</remarks>
public static class SurpriseFusion
{
    private const double Ln10 = 2.302585092994045684;

    /// <param name="surprises">At least 0 each; NaN = that method has no say, the others stand for it.</param>
    /// <param name="weights">One a method, above 0; empty = equal. Fisher and least take no weights.</param>
    /// <returns>NaN where no method has a say.</returns>
    public static double Fuse(FusionRule rule, ReadOnlySpan<double> surprises, ReadOnlySpan<double> weights = default)
    {
        if (!weights.IsEmpty && weights.Length != surprises.Length)
            throw new ArgumentException($"{weights.Length} weights for {surprises.Length} methods", nameof(weights));
        var known = 0;
        foreach (var s in surprises)
            known += double.IsNaN(s) ? 0 : 1;
        if (known == 0)
            return double.NaN;
        var logP = rule switch
        {
            FusionRule.Fisher => Fisher(surprises, known),
            FusionRule.Stouffer => Stouffer(surprises, weights),
            FusionRule.Least => Least(surprises, known),
            FusionRule.Cauchy => Cauchy(surprises, weights),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "no such rule"),
        };
        return -logP / Ln10;
    }

    /// <summary>Chi squared with 2k degrees of freedom: P = exp(-x) sum x^i / i! over i &lt; k, x the sum of -ln p.</summary>
    private static double Fisher(ReadOnlySpan<double> surprises, int known)
    {
        double x = 0;
        foreach (var s in surprises)
            x += double.IsNaN(s) ? 0 : s * Ln10;
        // Largest term first out of the logarithm: x^i overflows for hundreds of methods, not for tens.
        double term = 1, sum = 1;
        for (var i = 1; i < known; i++)
        {
            term *= x / i;
            sum += term;
        }
        return Math.Min(0, Math.Log(sum) - x);
    }

    private static double Stouffer(ReadOnlySpan<double> surprises, ReadOnlySpan<double> weights)
    {
        double sum = 0, squares = 0;
        for (var i = 0; i < surprises.Length; i++)
        {
            if (double.IsNaN(surprises[i]))
                continue;
            var weight = weights.IsEmpty ? 1 : weights[i];
            // p = 1 has no finite normal score; a p-value from data is never closer to 1 than this.
            sum += weight * NormalTail.FromLogSurvival(Math.Min(-surprises[i] * Ln10, -1e-12));
            squares += weight * weight;
        }
        return NormalTail.LogSurvival(sum / Math.Sqrt(squares));
    }

    /// <summary>Sidak's 1 - (1 - p)^k.</summary>
    private static double Least(ReadOnlySpan<double> surprises, int known)
    {
        double most = 0;
        foreach (var s in surprises)
            most = Math.Max(most, double.IsNaN(s) ? 0 : s);
        var logP = -most * Ln10;
        if (logP < -20)
            return Math.Log(known) + logP;
        return logP < 0 ? NormalTail.Log1MinusExp(known * NormalTail.Log1MinusExp(logP)) : 0;
    }

    /// <summary>P = 1/2 - atan(T) / pi, T the weighted mean of tan((1/2 - p) pi); for small p, T is the mean of 1 / (p pi).</summary>
    private static double Cauchy(ReadOnlySpan<double> surprises, ReadOnlySpan<double> weights)
    {
        const double FarSurprise = 12;
        double whole = 0, most = 0;
        for (var i = 0; i < surprises.Length; i++)
        {
            if (double.IsNaN(surprises[i]))
                continue;
            whole += weights.IsEmpty ? 1 : weights[i];
            most = Math.Max(most, surprises[i]);
        }
        double sum = 0;
        for (var i = 0; i < surprises.Length; i++)
        {
            if (double.IsNaN(surprises[i]))
                continue;
            var weight = (weights.IsEmpty ? 1 : weights[i]) / whole;
            var p = Math.Pow(10, -surprises[i]);
            // Relative to the most surprised, so that nothing overflows.
            sum += most > FarSurprise ? weight * Math.Pow(10, surprises[i] - most) : weight / Math.Tan(Math.Min(p, 1 - 1e-12) * Math.PI);
        }
        return most > FarSurprise ? -most * Ln10 - Math.Log(sum) : Math.Log(sum > 0 ? Math.Atan(1 / sum) / Math.PI : 0.5 - Math.Atan(sum) / Math.PI);
    }
}
