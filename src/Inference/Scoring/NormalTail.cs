namespace Tocsin.Inference.Scoring;

/// <summary>The standard normal distribution's upper tail, in logarithms, so that it neither underflows nor loses order far out.</summary>
public static class NormalTail
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>ln P(Z &gt; z), relative error below 1e-12 for any finite z.</summary>
    /// <remarks>Near the middle by the series of the density's integral (Abramowitz and Stegun 26.2.11), beyond by Laplace's continued fraction (26.2.14).</remarks>
    public static double LogSurvival(double z)
    {
        if (z < 0)
            return Log1MinusExp(LogSurvival(-z));
        var logDensity = -z * z / 2 - HalfLogTwoPi;
        if (z < 3)
        {
            double term = z, sum = z;
            for (var k = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum) + 1e-300; k += 2)
            {
                term *= z * z / k;
                sum += term;
            }
            return Math.Log(0.5 - Math.Exp(logDensity) * sum);
        }
        // Evaluated from the inside out; so many levels are enough from z = 3 on.
        var fraction = z;
        for (var k = 120; k >= 1; k--)
            fraction = z + k / fraction;
        return logDensity - Math.Log(fraction);
    }

    /// <summary>The z with P(Z &gt; z) = exp(<paramref name="logP"/>), for logP &lt; 0.</summary>
    public static double FromLogSurvival(double logP)
    {
        if (!(logP < 0))
            return double.NegativeInfinity;
        if (logP > -Math.Log(2))
            return -FromLogSurvival(Log1MinusExp(logP));
        // Newton's method on ln P: concave in z, so it converges from the left of the root, where the start lies.
        var z = Math.Sqrt(Math.Max(0, -2 * logP - Math.Log(2 * Math.PI * Math.Max(1, -2 * logP))));
        for (var i = 0; i < 50; i++)
        {
            var at = LogSurvival(z);
            var slope = -Math.Exp(-z * z / 2 - HalfLogTwoPi - at);
            var step = (logP - at) / slope;
            z += step;
            if (Math.Abs(step) <= 1e-14 * (1 + Math.Abs(z)))
                break;
        }
        return z;
    }

    /// <summary>ln(1 - exp(x)) for x &lt; 0 without cancellation at either end.</summary>
    internal static double Log1MinusExp(double x)
    {
        if (x > -1e-5)
            return Math.Log(-x * (1 + x / 2 + x * x / 6));
        var p = Math.Exp(x);
        return p > 1e-5 ? Math.Log(1 - p) : -p * (1 + p / 2 * (1 + p * 2 / 3));
    }
}
