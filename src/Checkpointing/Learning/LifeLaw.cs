namespace Tocsin.Checkpointing.Learning;

/// <summary>How the risk of a node changes with the time that it is in service since its last repair: Weibull, h(t) = (k / s) (t / s)^(k - 1). With k below 1, as is
/// measured on real machines (Schroeder, Gibson 2006: 0.7 to 0.8; Heien et al. 2011: 0.5 to 0.7), what was just repaired fails soonest.</summary>
/// <param name="Shape">k; 1 = no memory.</param>
/// <param name="ScaleS">s, seconds.</param>
public readonly record struct LifeLaw(double Shape, double ScaleS)
{
    /// <summary>The risk is averaged over the next hour: at t = 0 and k below 1 it is infinite, what happens in an hour is not.</summary>
    private const double AheadS = 3600;

    /// <summary>Fewer lives say nothing of a shape.</summary>
    private const int LeastLives = 20;

    /// <summary>Log likelihood that another shape must gain over k = 1.</summary>
    private const double LeastGain = 3;

    public double FailuresPerS(double ageS)
    {
        ageS = Math.Max(0, ageS);
        return (Math.Pow((ageS + AheadS) / ScaleS, Shape) - Math.Pow(ageS / ScaleS, Shape)) / AheadS;
    }

    /// <summary>Maximum likelihood over a grid of shapes, with lives that still last counted as such: leaving them out would see infant mortality everywhere.
    /// Null: no shape is clearly better than k = 1.</summary>
    /// <param name="ended">Seconds from repair to failure.</param>
    /// <param name="lasting">Seconds since repair of those that have not failed again.</param>
    public static LifeLaw? Fit(IReadOnlyCollection<double> ended, IReadOnlyCollection<double> lasting)
    {
        if (ended.Count < LeastLives)
            return null;
        var logs = ended.Sum(t => Math.Log(Math.Max(60, t)));
        var (best, without) = (double.NegativeInfinity, double.NaN);
        var law = new LifeLaw(1, 1);
        for (var step = 0; step <= 20; step++)
        {
            var k = 0.3 + (0.05 * step);
            var sum = ended.Sum(t => Math.Pow(Math.Max(60, t), k)) + lasting.Sum(t => Math.Pow(Math.Max(60, t), k));
            var likelihood = (ended.Count * Math.Log(k * ended.Count / sum)) + ((k - 1) * logs);
            if (step == 14)
                without = likelihood;
            if (likelihood > best)
                (best, law) = (likelihood, new LifeLaw(k, Math.Pow(sum / ended.Count, 1 / k)));
        }
        return best > without + LeastGain ? law : null;
    }
}
