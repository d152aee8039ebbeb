using System.Diagnostics;
using System.Runtime.Intrinsics;
using Tocsin.Inference.Features;

namespace Tocsin.Daemon.Benches;

/// <summary>What the features of one segment cost, on one core.</summary>
internal static class FeatureBench
{
    public const string Summary = "134 features of a segment of 860 frames x 138 metrics, one core";

    private const int Frames = 860;
    private const int Metrics = 138;
    private const int Repeats = 30;

    public static IReadOnlyDictionary<string, double> Run()
    {
        var values = Segment();
        var features = new double[Metrics * FeatureNames.Count];
        var extractor = new FeatureExtractor(Frames);
        // Long enough for the runtime to have compiled the loops for good.
        var warm = Stopwatch.StartNew();
        while (warm.ElapsedMilliseconds < 1500)
            extractor.ExtractSegment(values, Frames, Metrics, features);

        var times = new double[Repeats];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Repeats; i++)
        {
            var since = Stopwatch.GetTimestamp();
            extractor.ExtractSegment(values, Frames, Metrics, features);
            times[i] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Array.Sort(times);
        var figures = new Dictionary<string, double>
        {
            ["segment_ms_min"] = times[0],
            ["segment_ms_median"] = times[Repeats / 2],
            ["series_us_min"] = 1000 * times[0] / Metrics,
            ["allocated_bytes"] = allocated,
        };
        Console.WriteLine($"path     {(Vector512.IsHardwareAccelerated ? "AVX-512" : Vector256.IsHardwareAccelerated ? "AVX2" : "portable")}");
        Console.WriteLine($"segment  {times[0]:F2} ms least of {Repeats}, {times[Repeats / 2]:F2} ms median ({Frames} x {Metrics}; wanted: 30 ms)");
        Console.WriteLine($"series   {1000 * times[0] / Metrics:F1} us");
        Console.WriteLine($"allocated in {Repeats} segments: {allocated} bytes");
        foreach (var (family, share) in Shares(extractor, values, features))
        {
            Console.WriteLine($"  {family,-14} {share,6:P1}");
            figures[$"share_{family.ToLowerInvariant().Replace(' ', '_')}"] = share;
        }
        // Heads as they are matched, and a length that is prime: the transform's worst case.
        foreach (var frames in (ReadOnlySpan<int>)[10, 40, 240, 859])
        {
            var least = Least(() => extractor.ExtractSegment(values.AsSpan(0, frames * Metrics), frames, Metrics, features));
            Console.WriteLine($"  {frames,4} frames {least,8:F2} ms");
            figures[$"segment_{frames}_ms_min"] = least;
        }
        return figures;
    }

    private static double Least(Action work)
    {
        var least = double.MaxValue;
        for (var i = 0; i < Repeats; i++)
        {
            var since = Stopwatch.GetTimestamp();
            work();
            least = Math.Min(least, Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        return least;
    }

    private static IEnumerable<(string Family, double Share)> Shares(FeatureExtractor extractor, float[] values, double[] features)
    {
        extractor.Profile = new FeatureProfile();
        for (var i = 0; i < Repeats; i++)
            extractor.ExtractSegment(values, Frames, Metrics, features);
        var spent = extractor.Profile.Spent;
        extractor.Profile = null;
        var all = spent.Values.Sum(t => t.TotalSeconds);
        return spent.OrderByDescending(p => p.Value).Select(p => (p.Key, p.Value.TotalSeconds / all));
    }

    /// <summary>Four kinds in turn: noise, a slow walk (forgotten late: the dearest autocorrelation), whole steps, a wave.</summary>
    private static float[] Segment()
    {
        var random = new Random(7);
        var values = new float[Frames * Metrics];
        for (var m = 0; m < Metrics; m++)
        {
            var walk = 0.0;
            for (var t = 0; t < Frames; t++)
            {
                var noise = random.NextDouble() - 0.5;
                walk += noise;
                values[t * Metrics + m] = (float)((m % 4) switch
                {
                    0 => noise,
                    1 => walk,
                    2 => Math.Round(walk),
                    _ => Math.Sin(t / (3.0 + m)) + 0.1 * noise,
                });
            }
        }
        return values;
    }
}
