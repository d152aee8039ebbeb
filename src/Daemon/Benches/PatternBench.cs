using System.Diagnostics;
using Tocsin.Inference.Features;
using Tocsin.Inference.Patterns;

namespace Tocsin.Daemon.Benches;

/// <summary>How making patterns grows with the number of segments: scaling, distances, linkage, silhouettes of 2..50 clusters.</summary>
internal static class PatternBench
{
    private const int Metrics = 82;
    private const int MostPatterns = 50;

    private static readonly int[] Sizes = [1_000, 2_000, 4_000, 8_000, 15_000];

    public static IReadOnlyDictionary<string, double> Run() => Run(Sizes);

    internal static IReadOnlyDictionary<string, double> Run(IReadOnlyList<int> sizes)
    {
        var threads = Environment.ProcessorCount;
        var figures = new Dictionary<string, double>();
        Console.WriteLine($"Segments x {Metrics} metrics x {FeatureNames.Count} features of {GeneratedFeatures.Families} families, Ward linkage, {threads} threads.");
        Console.WriteLine("Seconds without the generation; peak is the process's largest resident memory by then, generation included.");
        Console.WriteLine();
        Console.WriteLine($"{"segments",8} {"columns",8} {"scaling",8} {"distances",10} {"linkage",8} {"silhouettes",12} {"total s",8} {"peak MB",8} {"patterns",9} {"right",6}");
        foreach (var size in sizes)
        {
            One(size, threads, figures);
            // The next size's peak is its own: what this one held is given back first.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        return figures;
    }

    private static void One(int segments, int threads, Dictionary<string, double> figures)
    {
        var table = GeneratedFeatures.Make(segments, Metrics, threads);
        var halves = GeneratedFeatures.Halves(table);
        var watch = Stopwatch.StartNew();
        var options = new PatternOptions();
        var space = FeatureSpace.Fit(table, halves, options.Clip, options.ScaleFloor, threads);
        space.TransformInPlace(table, threads);
        var scaling = Lap(watch);
        var matrix = TriangularMatrix.OfDistances(table, squared: true, threads);
        var distances = Lap(watch);
        var tree = HierarchicalClustering.Link(matrix, Linkage.Ward);
        var linkage = Lap(watch);
        var curve = SilhouetteCurve.Of(table, tree, MostPatterns, threads);
        var silhouettes = Lap(watch);
        var best = Enumerable.Range(2, curve.Length - 2).MaxBy(k => curve[k]);
        var right = GeneratedFeatures.ShareInOwnFamily(tree.Cut(best));
        var total = scaling + distances + linkage + silhouettes;
        var peak = ProcessMemory.PeakBytes / 1e6;
        Console.WriteLine($"{segments,8} {space.Dimensions,8} {scaling,8:F2} {distances,10:F2} {linkage,8:F2} {silhouettes,12:F2} {total,8:F2} {peak,8:F0} {best,9} {right,6:P0}");
        figures[$"{segments}.scaling_s"] = scaling;
        figures[$"{segments}.distances_s"] = distances;
        figures[$"{segments}.linkage_s"] = linkage;
        figures[$"{segments}.silhouettes_s"] = silhouettes;
        figures[$"{segments}.total_s"] = total;
        figures[$"{segments}.peak_mb"] = peak;
        figures[$"{segments}.patterns"] = best;
        figures[$"{segments}.right"] = right;
    }

    private static double Lap(Stopwatch watch)
    {
        var seconds = watch.Elapsed.TotalSeconds;
        watch.Restart();
        return seconds;
    }
}
