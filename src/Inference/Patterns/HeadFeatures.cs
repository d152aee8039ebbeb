using Tocsin.Inference.Features;

namespace Tocsin.Inference.Patterns;

/// <summary>Features of many segments' heads, on several threads.</summary>
internal static class HeadFeatures
{
    /// <summary>Writes row i of <paramref name="table"/> from the first min(frames, <paramref name="head"/>) frames of sample i, length-free.</summary>
    /// <param name="head">0 = whole segments.</param>
    public static void Extract(IReadOnlyList<PatternSample> samples, int metrics, int head, VectorTable table, int threads)
    {
        Extract(samples, metrics, s => (0, head == 0 ? s.Frames : Math.Min(head, s.Frames)), table, threads);
    }

    /// <summary>Some of the samples, whole and in halves; null where too few are long enough.</summary>
    public static SegmentHalves? Halves(IReadOnlyList<PatternSample> samples, VectorTable whole, int metrics, int shortestHalf, int threads)
    {
        var taken = Enumerable.Range(0, samples.Count).Where(i => samples[i].Frames >= 2 * shortestHalf).ToArray();
        if (taken.Length < FeatureReliability.FewestSegments)
            return null;
        var stride = (taken.Length + FeatureReliability.MostSegments - 1) / FeatureReliability.MostSegments;
        taken = [.. taken.Where((_, i) => i % stride == 0)];
        PatternSample[] some = [.. taken.Select(i => samples[i])];
        var first = new VectorTable(some.Length, whole.Width);
        var second = new VectorTable(some.Length, whole.Width);
        Extract(some, metrics, s => (0, s.Frames / 2), first, threads);
        Extract(some, metrics, s => (s.Frames - (s.Frames / 2), s.Frames / 2), second, threads);
        return new SegmentHalves(whole.View(taken), first, second);
    }

    private static void Extract(
        IReadOnlyList<PatternSample> samples, int metrics, Func<PatternSample, (int From, int Frames)> part, VectorTable table, int threads)
    {
        table.Widen();
        var next = -1;
        Workers.Run(Math.Max(1, Math.Min(threads, samples.Count)), _ =>
        {
            var extractor = new FeatureExtractor();
            var features = new double[metrics * FeatureNames.Count];
            for (int i; (i = Interlocked.Increment(ref next)) < samples.Count;)
            {
                var (from, frames) = part(samples[i]);
                extractor.ExtractSegment(samples[i].Values.AsSpan(from * metrics, frames * metrics), frames, metrics, features);
                FeatureSpace.LengthFree(features, frames, table.Row(i));
            }
        });
    }
}
