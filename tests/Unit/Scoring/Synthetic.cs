namespace Tocsin.Unit.Scoring;

/// <summary>Scores of known kinds, in stretches as a node gives them.</summary>
internal static class Synthetic
{
    /// <summary>An autoregressive normal series, one value a frame.</summary>
    public static double[] Correlated(Random random, int frames, double phi)
    {
        var z = new double[frames];
        for (var t = 0; t < frames; t++)
            z[t] = t == 0 ? Normal(random) : phi * z[t - 1] + Math.Sqrt(1 - phi * phi) * Normal(random);
        return z;
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static float[] Scores(string kind, Random random, int frames) => kind switch
    {
        "exponential" => [.. Enumerable.Range(0, frames).Select(_ => (float)-Math.Log(1 - random.NextDouble()))],
        "lognormal" => [.. Correlated(random, frames, 0.8).Select(z => (float)Math.Exp(0.5 * z))],
        // A mean of ten squares: what a mean squared residual looks like.
        "squares" => [.. Sum(random, frames).Select(s => (float)s)],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A share of the frames becomes faults: bursts of 20 frames, 3 to 10 times as high.</summary>
    public static float[] WithFaults(float[] clean, Random random, double share)
    {
        var scores = clean.ToArray();
        for (var done = 0.0; done < share * scores.Length; done += 20)
        {
            var at = random.Next(scores.Length - 20);
            var factor = 3 + 7 * random.NextSingle();
            for (var t = at; t < at + 20; t++)
                scores[t] = clean[t] * factor;
        }
        return scores;
    }

    private static double[] Sum(Random random, int frames)
    {
        var sum = new double[frames];
        for (var k = 0; k < 10; k++)
        {
            var z = Correlated(random, frames, 0.6);
            for (var t = 0; t < frames; t++)
                sum[t] += z[t] * z[t] / 10;
        }
        return sum;
    }
}
