using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>Lloyd's algorithm from centres drawn far apart (Arthur and Vassilvitskii 2007), twenty rounds.</summary>
internal static class KMeans
{
    private const int Rounds = 20;

    public static float[][] Run(IReadOnlyList<float[]> points, int k, SeededRandom random)
    {
        List<float[]> centres = [[.. points[random.NextInt(points.Count)]]];
        while (centres.Count < k)
        {
            var distances = points.Select(p => centres.Min(c => Distance(p, c))).ToArray();
            var at = random.NextFloat() * distances.Sum();
            var chosen = 0;
            while (chosen < points.Count - 1 && (at -= distances[chosen]) > 0)
                chosen++;
            centres.Add([.. points[chosen]]);
        }
        for (var round = 0; round < Rounds; round++)
        {
            var sums = centres.Select(c => new float[c.Length]).ToArray();
            var counts = new int[k];
            foreach (var point in points)
            {
                var nearest = 0;
                for (var c = 1; c < k; c++)
                    nearest = Distance(point, centres[c]) < Distance(point, centres[nearest]) ? c : nearest;
                counts[nearest]++;
                for (var f = 0; f < point.Length; f++)
                    sums[nearest][f] += point[f];
            }
            for (var c = 0; c < k; c++)
            {
                for (var f = 0; f < sums[c].Length && counts[c] > 0; f++)
                    centres[c][f] = sums[c][f] / counts[c];
            }
        }
        return [.. centres];
    }

    /// <summary>Squared.</summary>
    public static float Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (var f = 0; f < a.Length; f++)
            sum += (a[f] - b[f]) * (a[f] - b[f]);
        return sum;
    }
}
