namespace Tocsin.Inference.Patterns;

/// <summary>Centroids, radii and temperature of the patterns among heads of one length.</summary>
internal static class HeadLevelFitter
{
    private const double LeastRadius = 1e-6;

    /// <param name="table">One row a member, in the space's coordinates.</param>
    /// <param name="pattern">Per row its pattern.</param>
    /// <param name="idle">Per pattern.</param>
    public static HeadLevelState Fit(int headFrames, VectorTable table, int[] pattern, bool[] idle, PatternOptions options)
    {
        var members = Members(pattern, idle.Length);
        var (centroids, radii, own) = Shape(table, pattern, members, idle, options);
        var level = new HeadLevelState(headFrames, centroids, [.. radii.Select(r => (float)r)], 1, Doubt(own));
        return level with { Temperature = (float)Temperature(level, table, pattern, members, idle, own, options.ThreadCount) };
    }

    public static (float[] Centroids, double[] Radii) CentroidsAndRadii(VectorTable table, int[] pattern, bool[] idle, PatternOptions options)
    {
        var (centroids, radii, _) = Shape(table, pattern, Members(pattern, idle.Length), idle, options);
        return (centroids, radii);
    }

    private static (float[] Centroids, double[] Radii, double[] Own) Shape(VectorTable table, int[] pattern, int[] members, bool[] idle, PatternOptions options)
    {
        var centroids = Centroids(table, pattern, members);
        var own = OwnDistances(table, pattern, members, centroids);
        var radii = new double[idle.Length];
        foreach (var kind in new[] { false, true })
            SetRadii(radii, [.. Enumerable.Range(0, idle.Length).Where(p => idle[p] == kind)], pattern, own, centroids, table.Width, options);
        return (centroids, radii, own);
    }

    private static int[] Members(int[] pattern, int patterns)
    {
        var members = new int[patterns];
        foreach (var p in pattern)
            members[p]++;
        return members;
    }

    private static float[] Centroids(VectorTable table, int[] pattern, int[] members)
    {
        var sums = new double[members.Length][];
        for (var p = 0; p < sums.Length; p++)
            sums[p] = new double[table.Width];
        for (var i = 0; i < table.Count; i++)
        {
            var row = table.Row(i);
            var sum = sums[pattern[i]];
            for (var k = 0; k < row.Length; k++)
                sum[k] += row[k];
        }
        var centroids = new float[members.Length * table.Width];
        for (var p = 0; p < sums.Length; p++)
        {
            for (var k = 0; k < table.Width; k++)
                centroids[(p * table.Width) + k] = (float)(sums[p][k] / Math.Max(1, members[p]));
        }
        return centroids;
    }

    /// <summary>Per row the distance to its pattern's centroid without it; NaN where it is alone.</summary>
    /// <remarks>The mean of the others lies n/(n-1) times as far from a member as the mean of all.</remarks>
    private static double[] OwnDistances(VectorTable table, int[] pattern, int[] members, float[] centroids)
    {
        var distances = new double[table.Count];
        for (var i = 0; i < distances.Length; i++)
        {
            var p = pattern[i];
            double n = members[p];
            distances[i] = n < 2 ? double.NaN : n / (n - 1) * Points.Distance(table.Row(i), centroids.AsSpan(p * table.Width, table.Width));
        }
        return distances;
    }

    private static void SetRadii(
        double[] radii, int[] patterns, int[] pattern, double[] distances, float[] centroids, int width, PatternOptions options)
    {
        var known = Enumerable.Range(0, pattern.Length).Where(i => patterns.Contains(pattern[i]) && !double.IsNaN(distances[i])).ToArray();
        var pooled = known.Length > 0 ? Quantile(known.Select(i => distances[i]), 0.5) : HalfOfNearest(patterns, centroids, width);
        var spread = new Dictionary<int, double>();
        foreach (var p in patterns)
        {
            var own = known.Where(i => pattern[i] == p).Select(i => distances[i]).ToArray();
            var weight = own.Length / (own.Length + options.SpreadPrior);
            spread[p] = Math.Max(LeastRadius, own.Length == 0 ? pooled : (weight * Quantile(own, 0.5)) + ((1 - weight) * pooled));
        }
        var ratio = known.Length > 0 ? Quantile(known.Select(i => distances[i] / spread[pattern[i]]), options.RadiusQuantile) : 1;
        foreach (var p in patterns)
            radii[p] = Math.Max(LeastRadius, spread[p] * ratio * options.RadiusMargin);
    }

    /// <summary>Where every pattern has one member nothing says how far members lie; half of the way to the nearest other one separates them.</summary>
    private static double HalfOfNearest(int[] patterns, float[] centroids, int width)
    {
        var nearest = patterns.Select(p => patterns.Where(q => q != p)
            .Select(q => Points.Distance(centroids.AsSpan(p * width, width), centroids.AsSpan(q * width, width)))
            .DefaultIfEmpty(1).Min()).DefaultIfEmpty(1);
        return Quantile(nearest, 0.5) / 2;
    }

    /// <summary>The temperature under which members, each left out, are most likely given to their own patterns.</summary>
    private static double Temperature(HeadLevelState level, VectorTable table, int[] pattern, int[] members, bool[] idle, double[] own, int threads)
    {
        var judged = Enumerable.Range(0, table.Count).Where(i => !double.IsNaN(own[i])).ToArray();
        if (judged.Length == 0)
            return 1;
        var squares = new double[judged.Length][];
        Workers.ForEach(judged.Length, threads, j =>
        {
            var i = judged[j];
            squares[j] = new double[idle.Length];
            for (var p = 0; p < idle.Length; p++)
            {
                var distance = p == pattern[i] ? own[i] : Points.Distance(table.Row(i), level.Centroids.AsSpan(p * table.Width, table.Width));
                squares[j][p] = idle[p] != idle[pattern[i]] || members[p] == 0 ? double.PositiveInfinity : Posterior.Cost(distance, level.Radii[p]);
            }
        });
        var best = (Temperature: 1.0, Loss: double.PositiveInfinity);
        // A factor of 2^(1/4) in temperature moves no confidence by more than a few hundredths.
        for (var step = -48; step <= 24; step++)
        {
            var temperature = Math.Pow(2, step / 4.0);
            double loss = 0;
            for (var j = 0; j < judged.Length; j++)
                loss -= Posterior.LogShare(squares[j], pattern[judged[j]], temperature);
            if (loss < best.Loss)
                best = (temperature, loss);
        }
        return best.Temperature;
    }

    /// <summary>What was right n times out of n is right the next time with n + 1 to 1 (Laplace's rule of succession).</summary>
    private static float Doubt(double[] own) => 2f / (own.Count(d => !double.IsNaN(d)) + 2);

    private static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Select(v => (float)v).ToArray();
        Array.Sort(sorted);
        return RobustScale.Quantile(sorted, share);
    }
}
