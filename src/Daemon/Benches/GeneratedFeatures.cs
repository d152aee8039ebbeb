using Tocsin.Inference.Features;
using Tocsin.Inference.Patterns;

namespace Tocsin.Daemon.Benches;

/// <summary>Feature values of segments that belong to families: a level of its own for a third of each family's features, noise on all.</summary>
/// <remarks>Each value is a hash of (segment, column): the same for any number of threads.</remarks>
internal static class GeneratedFeatures
{
    public const int Families = 12;

    public static VectorTable Make(int segments, int metrics, int threads)
    {
        var width = metrics * FeatureNames.Count;
        var levels = new float[Families][];
        for (var f = 0; f < Families; f++)
            levels[f] = [.. Enumerable.Range(0, width).Select(c => Uniform(1_000_003UL + (ulong)f, (ulong)c) is var u && u < 0 ? 0 : (float)((3 * u) - 1.5))];
        var table = new VectorTable(segments, width);
        Parallel.For(0, segments, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var row = table.Row(i);
            var level = levels[Family(i)];
            for (var c = 0; c < row.Length; c++)
            {
                // The sum of three uniform values is near enough to normal; the scale of a column varies over six decades, as real features' do.
                var noise = Uniform((ulong)i, (3UL * (ulong)c) + 0) + Uniform((ulong)i, (3UL * (ulong)c) + 1) + Uniform((ulong)i, (3UL * (ulong)c) + 2);
                row[c] = (float)((level[c] + noise) * Math.Pow(10, (c % 7) - 3));
            }
        });
        return table;
    }

    /// <summary>Every tenth segment, at most 1,000, with two halves that differ from the whole by noise of their own.</summary>
    public static SegmentHalves Halves(VectorTable whole)
    {
        var rows = Enumerable.Range(0, whole.Count / 10).Take(1000).Select(i => i * 10).ToArray();
        VectorTable[] halves = [new(rows.Length, whole.Width), new(rows.Length, whole.Width)];
        for (var h = 0; h < 2; h++)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var from = whole.Row(rows[i]);
                var to = halves[h].Row(i);
                for (var c = 0; c < to.Length; c++)
                    to[c] = from[c] + (float)(Uniform((ulong)(rows[i] + 1) * 7919, (ulong)((2 * c) + h)) * Math.Pow(10, (c % 7) - 3));
            }
        }
        return new SegmentHalves(whole.View(rows), halves[0], halves[1]);
    }

    /// <summary>Share of segments whose cluster's most common family is their own.</summary>
    public static double ShareInOwnFamily(int[] clusters) =>
        (double)clusters.Select((c, i) => (Cluster: c, Family: Family(i))).GroupBy(x => x.Cluster)
            .Sum(g => g.GroupBy(x => x.Family).Max(f => f.Count())) / clusters.Length;

    // Families of unlike size: the first is the largest.
    private static int Family(int segment) => (int)(Families * Math.Pow((Uniform(17, (ulong)segment) + 1) / 2, 1.5));

    /// <summary>-1..1, from SplitMix64's output function.</summary>
    private static double Uniform(ulong stream, ulong index)
    {
        var z = (stream * 0x9E3779B97F4A7C15UL) + (index * 0xD1B54A32D192ED03UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return ((z ^ (z >> 31)) >> 11) * (2.0 / (1UL << 53)) - 1;
    }
}
