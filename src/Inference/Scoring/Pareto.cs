namespace Tocsin.Inference.Scoring;

/// <summary>A generalised Pareto distribution of excesses over a level: P(Y &gt; y) = (1 + shape y / scale)^(-1/shape), exp(-y / scale) at shape 0.</summary>
/// <param name="Scale">Above 0, in the score's unit.</param>
/// <param name="Shape">Above 0 heavy, below 0 with an end.</param>
public readonly record struct Pareto(double Scale, double Shape)
{
    private const double NearZero = 1e-6;
    private const int ShapeSteps = 40;

    /// <summary>ln P(Y &gt; y) for y at least 0; minus infinity beyond the end of a distribution that has one.</summary>
    public double LogSurvival(double y)
    {
        var z = y / Scale;
        if (Math.Abs(Shape) < NearZero)
            return -z;
        var inner = 1 + Shape * z;
        return inner <= 0 ? double.NegativeInfinity : -Math.Log(inner) / Shape;
    }

    /// <summary>The y with P(Y &gt; y) = exp(<paramref name="logP"/>), for logP at most 0.</summary>
    public double AtLogSurvival(double logP) =>
        Math.Abs(Shape) < NearZero ? -logP * Scale : (Math.Exp(-logP * Shape) - 1) / Shape * Scale;

    public double LogLikelihood(ReadOnlySpan<double> excesses)
    {
        double sum = -excesses.Length * Math.Log(Scale);
        if (Math.Abs(Shape) < NearZero)
        {
            foreach (var y in excesses)
                sum -= y / Scale;
            return sum;
        }
        double logs = 0;
        foreach (var y in excesses)
        {
            var inner = 1 + Shape * y / Scale;
            if (inner <= 0)
                return double.NegativeInfinity;
            logs += Math.Log(inner);
        }
        return sum - (1 + 1 / Shape) * logs;
    }

    /// <summary>Maximum likelihood with the shape held in a range, and drawn to 0 (an exponential tail) as by that many standard deviations of a normal prior:
    /// a few dozen excesses say little of a shape (Coles and Dixon 1999 penalise likewise).</summary>
    /// <param name="excesses">At least one above 0.</param>
    /// <param name="shapePrior">Standard deviation; infinity = none.</param>
    /// <param name="truncatedAt">Where the sample was cut: larger excesses exist, but nobody knows how many. Infinity = nowhere.</param>
    public static Pareto Fit(
        ReadOnlySpan<double> excesses, double lowestShape = -0.5, double highestShape = 0.5, double shapePrior = double.PositiveInfinity, double truncatedAt = double.PositiveInfinity)
    {
        double largest = 0, sum = 0;
        foreach (var y in excesses)
        {
            largest = Math.Max(largest, y);
            sum += y;
        }
        if (!(largest > 0) || !double.IsFinite(sum))
            throw new ArgumentException("an excess above 0 is needed, and none without bounds", nameof(excesses));
        var mean = sum / excesses.Length;
        var best = new Pareto(mean, 0);
        var bestValue = double.NegativeInfinity;
        var step = (highestShape - lowestShape) / ShapeSteps;
        var centre = lowestShape;
        // The whole range first, then ever finer around the best: the profile over the shape is smooth, but not always with one top.
        for (var round = 0; round < 3; round++)
        {
            var (from, to) = round == 0 ? (lowestShape, highestShape) : (Math.Max(lowestShape, centre - step), Math.Min(highestShape, centre + step));
            step = (to - from) / (round == 0 ? ShapeSteps : 10);
            for (var shape = from; shape <= to + step / 2; shape += Math.Max(step, 1e-12))
            {
                var held = Math.Abs(shape) < NearZero ? 0 : Math.Min(shape, highestShape);
                var candidate = AtShape(excesses, held, mean, largest, truncatedAt, round == 0 ? 1e-4 : 1e-8);
                var value = candidate.Value(excesses, truncatedAt) - held * held / (2 * shapePrior * shapePrior);
                if (value > bestValue)
                    (best, bestValue, centre) = (candidate, value, held);
            }
        }
        return best;
    }

    /// <summary>Golden section over the logarithm of the scale.</summary>
    private static Pareto AtShape(ReadOnlySpan<double> excesses, double shape, double mean, double largest, double truncatedAt, double precision)
    {
        if (shape == 0 && double.IsPositiveInfinity(truncatedAt))
            return new Pareto(mean, 0);
        const double Golden = 0.61803398874989484820;
        var low = Math.Log(mean / 50);
        var high = Math.Log(mean * 20);
        if (shape < 0)
            low = Math.Max(low, Math.Log(-shape * largest * (1 + 1e-9)));
        high = Math.Max(high, low + 1);
        var (a, b) = (high - Golden * (high - low), low + Golden * (high - low));
        var (atA, atB) = (At(excesses, a), At(excesses, b));
        while (high - low > precision)
        {
            if (atA > atB)
            {
                (high, b, atB) = (b, a, atA);
                a = high - Golden * (high - low);
                atA = At(excesses, a);
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + Golden * (high - low);
                atB = At(excesses, b);
            }
        }
        return new Pareto(Math.Exp((low + high) / 2), shape);

        double At(ReadOnlySpan<double> y, double logScale) => new Pareto(Math.Exp(logScale), shape).Value(y, truncatedAt);
    }

    private double Value(ReadOnlySpan<double> excesses, double truncatedAt) =>
        LogLikelihood(excesses) - (double.IsPositiveInfinity(truncatedAt) ? 0 : excesses.Length * NormalTail.Log1MinusExp(LogSurvival(truncatedAt)));
}
