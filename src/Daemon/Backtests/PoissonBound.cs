namespace Tocsin.Daemon.Backtests;

/// <summary>What a count can be believed: the largest mean of a Poisson law under which so few would still be seen in one case of twenty (Garwood's one-sided limit).</summary>
internal static class PoissonBound
{
    private const double Doubt = 0.05;

    /// <param name="count">0 to 1,000,000.</param>
    /// <returns>3.00 for 0, 4.74 for 1, 6.30 for 2.</returns>
    public static double Upper95(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double low = count, high = count + (5 * Math.Sqrt(count + 1)) + 5;
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            if (AtMost(count, middle) > Doubt)
                low = middle;
            else
                high = middle;
        }
        return high;
    }

    /// <summary>P(at most count) under a mean: summed from the largest term down, each scaled by it, so that nothing underflows.</summary>
    private static double AtMost(long count, double mean)
    {
        double term = 1, sum = 1;
        for (var k = count; k > 0 && term > 1e-18; k--)
            sum += term *= k / mean;
        return sum * Math.Exp((count * Math.Log(mean)) - mean - LogFactorial(count));
    }

    private static double LogFactorial(long n)
    {
        if (n < 32)
        {
            double log = 0;
            for (var k = 2; k <= n; k++)
                log += Math.Log(k);
            return log;
        }
        // Stirling's series; the next term is under 1e-9 from 32 on.
        return (n * Math.Log(n)) - n + (0.5 * Math.Log(2 * Math.PI * n)) + (1.0 / (12.0 * n)) - (1.0 / (360.0 * n * n * n));
    }
}
