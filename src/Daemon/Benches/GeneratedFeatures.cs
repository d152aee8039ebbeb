using Tocsin.Inference.Features;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Tensors;

namespace Tocsin.Daemon.Benches;

/// <summary>Feature values of segments that belong to families: a level of its own for a third of each family's features, noise on all.</summary>
/// <remarks>Each segment has random numbers of its own: the same for any number of threads.</remarks>
internal static class GeneratedFeatures
{
    public const int Families = 12;

    /// <summary>What random numbers are for.</summary>
    private enum Use : ulong
    {
        Level,
        Noise,
        FirstHalf,
        SecondHalf,
        Family,
    }

    public static VectorTable Make(int segments, int metrics, int threads)
    {
        var width = metrics * FeatureNames.Count;
        var levels = new float[Families][];
        for (var f = 0; f < Families; f++)
        {
            var random = RandomOf(Use.Level, f);
            levels[f] = [.. Enumerable.Range(0, width).Select(_ => random.NextFloat(-1, 1) is var u && u < 0 ? 0 : (3 * u) - 1.5f)];
        }
        var table = new VectorTable(segments, width);
        Parallel.For(0, segments, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var row = table.Row(i);
            var (level, random) = (levels[Family(i)], RandomOf(Use.Noise, i));
            for (var c = 0; c < row.Length; c++)
            {
                // The sum of three uniform values is near enough to normal; the scale of a column varies over six decades, as real features' do.
                var noise = random.NextFloat(-1, 1) + random.NextFloat(-1, 1) + random.NextFloat(-1, 1);
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
                var random = RandomOf(h == 0 ? Use.FirstHalf : Use.SecondHalf, rows[i]);
                for (var c = 0; c < to.Length; c++)
                    to[c] = from[c] + (float)(random.NextFloat(-1, 1) * Math.Pow(10, (c % 7) - 3));
            }
        }
        return new SegmentHalves(whole.View(rows), halves[0], halves[1]);
    }

    /// <summary>Share of segments whose cluster's most common family is their own.</summary>
    public static double ShareInOwnFamily(int[] clusters) =>
        (double)clusters.Select((c, i) => (Cluster: c, Family: Family(i))).GroupBy(x => x.Cluster)
            .Sum(g => g.GroupBy(x => x.Family).Max(f => f.Count())) / clusters.Length;

    // Families of unlike size: the first is the largest.
    private static int Family(int segment) => (int)(Families * Math.Pow(RandomOf(Use.Family, segment).NextFloat(), 1.5));

    private static SeededRandom RandomOf(Use use, int of) => new(((ulong)use << 32) | (uint)of);
}
