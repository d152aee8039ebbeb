using System.Numerics;

namespace Tocsin.Inference.Patterns;

/// <summary>The mean silhouette (P. Rousseeuw, 1987) of every cut of a tree into 2..most clusters, exact, from one pass over the distances.</summary>
/// <remarks>
/// The clusters of a coarser cut are unions of those of the finest, so the sums of a thing's distances to the finest cut's clusters give
/// every other cut's: O(n^2) distances, O(n most^2) afterwards. A thing alone in its cluster counts as 0, as in scikit-learn.
/// Distances are summed as integers (40 or more bits after the point of the largest), so neither the order of rows nor that of threads
/// reaches the result.
/// </remarks>
public static class SilhouetteCurve
{
    /// <param name="most">2 or more; at most the number of rows is used.</param>
    /// <returns>By number of clusters; [0] and [1] are NaN. Empty cuts end the array: its length is min(most, n) + 1.</returns>
    public static double[] Of(VectorTable table, Dendrogram tree, int most, int threads)
    {
        most = Math.Min(most, table.Count);
        var means = new double[Math.Max(2, most + 1)];
        means[0] = means[1] = double.NaN;
        if (most < 2)
            return means;
        var leaf = tree.Cut(most);
        var sums = DistanceSums(table, leaf, most, threads, out var unit);
        var joins = JoinsOfLeaves(tree, leaf, most);
        var sizes = new int[most];
        foreach (var l in leaf)
            sizes[l]++;
        Span<double> row = stackalloc double[most];
        for (var i = 0; i < table.Count; i++)
        {
            for (var c = 0; c < most; c++)
                row[c] = sums[((long)i * most) + c] * unit;
            AddOne(means, row, leaf[i], [.. sizes], joins);
        }
        for (var k = 2; k <= most; k++)
            means[k] /= table.Count;
        return means;
    }

    /// <summary>Adds one thing's silhouette to each cut's sum, joining clusters from the finest cut on.</summary>
    private static void AddOne(double[] means, Span<double> sums, int own, int[] sizes, (int Into, int From)[] joins)
    {
        for (var k = sizes.Length; k >= 2; k--)
        {
            if (sizes[own] > 1)
            {
                var within = sums[own] / (sizes[own] - 1);
                var nearest = double.PositiveInfinity;
                for (var c = 0; c < sizes.Length; c++)
                {
                    if (c != own && sizes[c] > 0)
                        nearest = Math.Min(nearest, sums[c] / sizes[c]);
                }
                var larger = Math.Max(within, nearest);
                means[k] += larger > 0 ? (nearest - within) / larger : 0;
            }
            var (into, from) = joins[sizes.Length - k];
            sums[into] += sums[from];
            sizes[into] += sizes[from];
            sizes[from] = 0;
            own = own == from ? into : own;
        }
    }

    /// <summary>The last joins of the tree, lowest first, as joins between clusters of the finest cut.</summary>
    private static (int Into, int From)[] JoinsOfLeaves(Dendrogram tree, int[] leaf, int most)
    {
        var number = new Dictionary<int, int>();
        int LeafOf(int cluster)
        {
            if (number.TryGetValue(cluster, out var known))
                return known;
            var thing = cluster;
            while (thing >= tree.Count)
                thing = tree.Joins[thing - tree.Count].Left;
            return leaf[thing];
        }
        var joins = new (int, int)[most - 1];
        for (var j = tree.Count - most; j < tree.Count - 1; j++)
        {
            var into = LeafOf(tree.Joins[j].Left);
            joins[j - (tree.Count - most)] = (into, LeafOf(tree.Joins[j].Right));
            number[tree.Count + j] = into;
        }
        return joins;
    }

    private static unsafe long[] DistanceSums(VectorTable table, int[] leaf, int most, int threads, out double unit)
    {
        // No distance exceeds twice the largest distance from one of the things; n of them must fit 62 bits.
        double reach = 0;
        for (var i = 1; i < table.Count; i++)
            reach = Math.Max(reach, SquaredDistance(table.Row(0), table.Row(i)));
        reach = Math.Max(2.1 * Math.Sqrt(reach), float.Epsilon);
        var bits = 61 - BitOperations.Log2((uint)table.Count) - (int)Math.Ceiling(Math.Log2(reach));
        unit = Math.ScaleB(1, -bits);
        var perUnit = Math.ScaleB(1, bits);
        var parts = DistanceTiles.ForEach(table, threads, () => new long[(long)table.Count * most], (sums, first, rows, second, columns, tile) =>
        {
            for (var i = first; i < first + rows; i++)
            {
                var wanted = Math.Min(columns, i - second);
                for (var j = second; j < second + wanted; j++)
                {
                    var distance = (long)(Math.Sqrt(tile[((i - first) * DistanceKernel.Tile) + j - second]) * perUnit);
                    sums[((long)i * most) + leaf[j]] += distance;
                    sums[((long)j * most) + leaf[i]] += distance;
                }
            }
        });
        var total = parts[0];
        foreach (var part in parts.Skip(1))
        {
            for (var c = 0L; c < total.LongLength; c++)
                total[c] += part[c];
        }
        return total;
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (var k = 0; k < a.Length; k++)
            sum += (double)(a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }
}
