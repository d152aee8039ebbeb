namespace Tocsin.Checkpointing.Simulation;

/// <summary>How long a node lives between repair and failure. A closed set; all have the mean that they are asked for.</summary>
public abstract record FailureLaw(string Name)
{
    public static FailureLaw Exponential { get; } = new Weibull(1);

    /// <summary>Seconds, above 0.</summary>
    public abstract double Life(Random random, double meanS);

    /// <summary>What is left of the life of a node that nobody has watched so far: uniform over a life that was met in proportion to its length.</summary>
    public abstract double Residual(Random random, double meanS);

    /// <summary>Failures a second over the next hour at this age.</summary>
    public abstract double Hazard(double ageS, double meanS);

    /// <summary>Above 0 and at most 1, so that its logarithm is finite.</summary>
    internal static double Open(Random random) => 1 - random.NextDouble();

    internal static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(Open(random))) * Math.Cos(2 * Math.PI * random.NextDouble());
}

/// <param name="Shape">k above 0; 1 = exponential; below 1 what was just repaired fails soonest.</param>
public sealed record Weibull(double Shape) : FailureLaw(Shape == 1 ? "exponential" : $"weibull {Shape:G2}")
{
    private readonly double _mean = Gamma(1 + (1 / Shape));

    public override double Life(Random random, double meanS) => meanS / _mean * Math.Pow(-Math.Log(Open(random)), 1 / Shape);

    /// <summary>The length-biased life is scale x G^(1/k), G of the Gamma law with shape 1 + 1/k.</summary>
    public override double Residual(Random random, double meanS) => random.NextDouble() * meanS / _mean * Math.Pow(GammaDraw(random, 1 + (1 / Shape)), 1 / Shape);

    public override double Hazard(double ageS, double meanS) => new Learning.LifeLaw(Shape, meanS / _mean).FailuresPerS(ageS);

    /// <summary>Lanczos' approximation (g = 7, nine terms), x above 0.5, within 1e-13.</summary>
    internal static double Gamma(double x)
    {
        ReadOnlySpan<double> terms =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        x--;
        var sum = terms[0];
        for (var i = 1; i < terms.Length; i++)
            sum += terms[i] / (x + i);
        var t = x + 7.5;
        return Math.Sqrt(2 * Math.PI) * Math.Pow(t, x + 0.5) * Math.Exp(-t) * sum;
    }

    /// <summary>Marsaglia, Tsang 2000; shape at least 1.</summary>
    private static double GammaDraw(Random random, double shape)
    {
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal(random);
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(Open(random)) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }
}

/// <param name="Sigma">Of the logarithm, above 0.</param>
public sealed record LogNormal(double Sigma) : FailureLaw($"log-normal {Sigma:G2}")
{
    public override double Life(Random random, double meanS) => meanS * Math.Exp((Sigma * Normal(random)) - (Sigma * Sigma / 2));

    /// <summary>The length-biased law is log-normal with its mean logarithm sigma squared higher.</summary>
    public override double Residual(Random random, double meanS) => random.NextDouble() * meanS * Math.Exp((Sigma * Normal(random)) + (Sigma * Sigma / 2));

    public override double Hazard(double ageS, double meanS)
    {
        var (now, then) = (Survival(ageS, meanS), Survival(ageS + 3600, meanS));
        return now > 1e-300 ? -Math.Log(Math.Max(then, 1e-300) / now) / 3600 : 1 / meanS;
    }

    private double Survival(double ageS, double meanS) =>
        ageS <= 0 ? 1 : 0.5 * Erfc((Math.Log(ageS / meanS) + (Sigma * Sigma / 2)) / (Sigma * Math.Sqrt(2)));

    /// <summary>Numerical Recipes' Chebyshev fit, relative error below 1.2e-7.</summary>
    private static double Erfc(double x)
    {
        ReadOnlySpan<double> terms =
        [
            0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
        ];
        var t = 1 / (1 + (0.5 * Math.Abs(x)));
        var sum = 0.0;
        foreach (var term in terms)
            sum = (sum * t) + term;
        var r = t * Math.Exp((-x * x) + sum);
        return x >= 0 ? r : 2 - r;
    }
}
