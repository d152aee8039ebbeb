namespace Tocsin.Checkpointing.Policies;

/// <summary>Seconds of work between two checkpoints that waste least, for failures without memory.</summary>
public static class BestPeriod
{
    /// <summary>sqrt(2 C M): Young, "A first order approximation to the optimum checkpoint interval", 1974. Good where C is far below M.</summary>
    /// <param name="costS">C, above 0.</param>
    /// <param name="mtbfS">M of the whole job, above 0; infinite gives infinite.</param>
    public static double Young(double costS, double mtbfS) => Math.Sqrt(2 * costS * mtbfS);

    /// <summary>sqrt(2 C M / (1 - r)): Aupy, Robert, Vivien, Zaidouni, "Checkpointing algorithms and fault prediction", 2014.</summary>
    /// <param name="recall">Of failures that are predicted in time, 0..1; at 1 no periodic checkpoint is needed.</param>
    public static double Predicted(double costS, double mtbfS, double recall) => recall >= 1 ? double.PositiveInfinity : Young(costS, mtbfS / (1 - recall));

    /// <summary>As <see cref="Exact"/> for jobs that may end of themselves at a steady rate: x - 1 + exp(-x) = (k / l)^2 (1 - exp(-l C)) exp(-l T) with l = failures, k = failures
    /// and ends a second, x = k T. It is the threshold of the optimal stopping problem h' = g - l w + k h, h(0) = 0, h(T) = C, h'(T) = 0 for unsaved work w, and Daly's
    /// where nothing ends. Within 1e-6.</summary>
    /// <param name="failuresPerS">l, 0 or more; 0 gives infinite.</param>
    /// <param name="endsPerS">0 or more.</param>
    public static double Finite(double costS, double failuresPerS, double endsPerS)
    {
        if (endsPerS <= 0 || failuresPerS <= 0)
            return failuresPerS <= 0 ? double.PositiveInfinity : Exact(costS, 1 / failuresPerS);
        var k = failuresPerS + endsPerS;
        var share = failuresPerS / k;
        var a = -double.ExpM1(-failuresPerS * costS) / (share * share);
        // The left side less the right rises with x, is below 0 at 0 and above it at the first bound.
        var (low, high) = (0.0, 1 + a);
        while (high - low > 1e-6 * high)
        {
            var x = (low + high) / 2;
            if (x - 1 + Math.Exp(-x) - (a * Math.Exp(-x * share)) < 0)
                low = x;
            else
                high = x;
        }
        return high / k;
    }

    /// <summary>The exact optimum of exp(x + C / M) - 1 over x = T / M, which solves x - 1 + exp(-(x + C / M)) = 0: Daly, "A higher order estimate of the optimum checkpoint
    /// interval for restart dumps", 2006, before his expansion. Failures may strike checkpoints too. Within 1e-9 of M.</summary>
    public static double Exact(double costS, double mtbfS)
    {
        if (double.IsPositiveInfinity(mtbfS))
            return double.PositiveInfinity;
        var c = costS / mtbfS;
        // Convex and rising for x > 0: Newton from the right of the root never leaves that side. The root is below 1 and below Young's value.
        var x = Math.Min(1, Math.Sqrt(2 * c));
        for (var i = 0; i < 20; i++)
        {
            var e = Math.Exp(-(x + c));
            var step = (x - 1 + e) / (1 - e);
            x -= step;
            if (Math.Abs(step) < 1e-10)
                break;
        }
        return x * mtbfS;
    }
}
