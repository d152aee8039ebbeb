namespace Tocsin.Inference.Patterns;

/// <summary>From squared distances to the share of belief in each pattern: a softmax of -cost / temperature.</summary>
internal static class Posterior
{
    /// <param name="radius">Of the pattern, above 0.</param>
    public static double Cost(double distance, double radius) => distance * distance / (radius * radius);

    /// <summary>log(exp(-cost[of]/T) / sum exp(-cost/T)); costs of patterns that are out of the question are infinite.</summary>
    public static double LogShare(ReadOnlySpan<double> costs, int of, double temperature)
    {
        var least = double.PositiveInfinity;
        foreach (var cost in costs)
            least = Math.Min(least, cost);
        double sum = 0;
        foreach (var cost in costs)
            sum += Math.Exp((least - cost) / temperature);
        return ((least - costs[of]) / temperature) - Math.Log(sum);
    }
}
