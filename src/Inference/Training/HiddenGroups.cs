namespace Tocsin.Inference.Training;

/// <summary>Metrics that move together, so that hiding a group leaves no copy of what is hidden.</summary>
/// <param name="GroupOf">Per metric 0..Count-1.</param>
public sealed record HiddenGroups(int[] GroupOf, int Count)
{
    /// <summary>Average linkage on 1 - |r| over training rows, cut into at most <paramref name="wanted"/> groups; metrics that never move are dealt out evenly.</summary>
    /// <param name="rows">Row-major (frames x metrics), standardised.</param>
    public static HiddenGroups Of(ReadOnlySpan<float> rows, int metrics, int wanted)
    {
        var frames = rows.Length / metrics;
        var centred = new double[metrics][];
        for (var m = 0; m < metrics; m++)
        {
            centred[m] = new double[frames];
            double mean = 0;
            for (var t = 0; t < frames; t++)
                mean += rows[(t * metrics) + m];
            mean /= Math.Max(1, frames);
            double squares = 0;
            for (var t = 0; t < frames; t++)
            {
                centred[m][t] = rows[(t * metrics) + m] - mean;
                squares += centred[m][t] * centred[m][t];
            }
            var scale = squares > 1e-9 * frames ? 1 / Math.Sqrt(squares) : 0;
            for (var t = 0; t < frames; t++)
                centred[m][t] *= scale;
        }
        var moving = Enumerable.Range(0, metrics).Where(m => Array.Exists(centred[m], v => v != 0)).ToList();
        var group = new int[metrics];
        var clusters = Join(moving, centred, Math.Min(wanted, Math.Max(1, moving.Count)));
        for (var c = 0; c < clusters.Count; c++)
        {
            foreach (var m in clusters[c])
                group[m] = c;
        }
        var next = 0;
        var count = Math.Max(1, clusters.Count);
        foreach (var m in Enumerable.Range(0, metrics).Except(moving))
            group[m] = next++ % count;
        return new HiddenGroups(group, count);
    }

    private static List<List<int>> Join(List<int> metrics, double[][] centred, int wanted)
    {
        var clusters = metrics.Select(m => new List<int> { m }).ToList();
        var similar = new double[clusters.Count, clusters.Count];
        for (var i = 0; i < clusters.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                double r = 0;
                for (var t = 0; t < centred[metrics[i]].Length; t++)
                    r += centred[metrics[i]][t] * centred[metrics[j]][t];
                similar[i, j] = similar[j, i] = Math.Abs(r);
            }
        }
        var live = Enumerable.Range(0, clusters.Count).ToList();
        while (live.Count > wanted)
        {
            var (best, a, b) = (-1.0, 0, 0);
            for (var i = 0; i < live.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    // Sizes damp the largest cluster's pull: groups of even size hide evenly much.
                    var value = similar[live[i], live[j]] / Math.Sqrt(clusters[live[i]].Count + clusters[live[j]].Count);
                    if (value > best)
                        (best, a, b) = (value, live[j], live[i]);
                }
            }
            double na = clusters[a].Count, nb = clusters[b].Count;
            foreach (var other in live)
                similar[a, other] = similar[other, a] = ((na * similar[a, other]) + (nb * similar[b, other])) / (na + nb);
            clusters[a].AddRange(clusters[b]);
            live.Remove(b);
        }
        return [.. live.Select(c => clusters[c])];
    }
}
