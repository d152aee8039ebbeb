namespace Tocsin.Checkpointing.Simulation;

internal static class Draws
{
    /// <summary>Knuth's product below 30, the rounded normal above.</summary>
    public static int Poisson(Random random, double mean)
    {
        if (mean > 30)
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * FailureLaw.Normal(random))));
        var (limit, product, count) = (Math.Exp(-mean), 1.0, -1);
        do
        {
            product *= random.NextDouble();
            count++;
        }
        while (product > limit);
        return count;
    }
}
