using Tocsin.Daemon.Serve.Frames;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Preparation;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Patterns;

/// <summary>How a pattern's segments begin: of each group of metrics that move together the few that tell the pattern from all others most.</summary>
internal static class TypicalShape
{
    /// <summary>Frames of the head.</summary>
    private const int Most = 120;

    private const int MostOfGroup = 3;
    private const int MostCurves = 12;

    /// <summary>Of a segment that is too short to say how it goes on, the others say it.</summary>
    private const int LeastSegments = 2;

    /// <param name="members">Of the library's metrics.</param>
    public static IReadOnlyList<ShapeCurve> Of(PatternLibrary library, int pattern, IReadOnlyList<Segment> members)
    {
        var plan = library.Plan;
        var heads = members.Select(m => PreparedSegment.From(m, plan)).ToList();
        var frames = heads.Count == 0 ? 2 : Math.Min(Most, heads.Select(h => h.Frames).OrderDescending().ElementAt(Math.Min(heads.Count, LeastSegments) - 1));
        var shape = new List<(double Apart, ShapeCurve Curve)>();
        foreach (var group in Enumerable.Range(0, plan.Count).GroupBy(m => library.Groups.GroupOf[m]))
        {
            foreach (var lead in group.OrderByDescending(m => Apart(library, pattern, m)).ThenBy(m => m).Take(MostOfGroup))
            {
                var with = group.Where(m => m != lead).Select(m => plan.Metrics[m].Name).ToList();
                shape.Add((Apart(library, pattern, lead), Curve(library, pattern, lead, with, heads, frames)));
            }
        }
        return [.. shape.OrderByDescending(s => s.Apart).Take(MostCurves).Select(s => s.Curve)];
    }

    /// <summary>From the mean over all of training, in deviations of all of training: in its own every metric that stands still would be far.</summary>
    private static double Apart(PatternLibrary library, int pattern, int metric)
    {
        var z = library.PatternZ;
        var (own, all) = ((pattern * z.Metrics) + metric, (z.Patterns * z.Metrics) + metric);
        return Math.Abs(z.Means[own] - z.Means[all]) / z.Sigmas[all];
    }

    private static ShapeCurve Curve(PatternLibrary library, int pattern, int metric, List<string> with, List<PreparedSegment> heads, int frames)
    {
        var curve = new ShapeCurve(library.Plan.Metrics[metric], with, new float[frames], new float[frames], new float[frames]);
        var z = library.PatternZ;
        for (var t = 0; t < frames; t++)
        {
            float[] values = [.. heads.Where(h => t < h.Frames && h.Missing[(t * h.Metrics) + metric] == 0).Select(h => h.UnclippedRow(t)[metric])];
            double mean = z.Means[(pattern * z.Metrics) + metric], deviation = z.Sigmas[(pattern * z.Metrics) + metric];
            if (heads.Count > 0)
            {
                mean = values.Length == 0 ? double.NaN : values.Average();
                deviation = values.Length == 0 ? double.NaN : Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            }
            var scaling = library.Plan.AllNodes;
            curve.Mean[t] = FrameCurves.InUnit(library.Plan, scaling, metric, (float)mean);
            curve.Low[t] = FrameCurves.InUnit(library.Plan, scaling, metric, (float)(mean - deviation));
            curve.High[t] = FrameCurves.InUnit(library.Plan, scaling, metric, (float)(mean + deviation));
        }
        return curve;
    }
}
