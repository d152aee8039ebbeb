using Tocsin.Inference.Preparation;

namespace Tocsin.Daemon.Serve.Frames;

/// <summary>One metric of one node over time, in the metric's own unit; NaN = no frame, or missing in it.</summary>
/// <param name="Expected">The model's reconstruction from the other metrics.</param>
/// <param name="Low">Twice the spread of what the model cannot tell below <paramref name="Expected"/>.</param>
/// <param name="High">The same above.</param>
internal sealed record FrameCurve(MetricPlan Metric, float[] Values, float[] Expected, float[] Low, float[] High);

/// <param name="Off">How far the metric was off what was expected, in spreads: the mean over the latest frames.</param>
internal readonly record struct MetricOff(MetricPlan Metric, float Off);

/// <summary>From what is kept of a node to what is drawn.</summary>
internal static class FrameCurves
{
    private const float Spreads = 2;

    /// <summary>Frames at the end of a stretch by which metrics are ranked.</summary>
    private const int Latest = 20;

    /// <param name="columns">Metrics of the plan.</param>
    public static IReadOnlyList<FrameCurve> Of(PreparationPlan plan, Scaling scaling, in FrameStretch stretch, ReadOnlySpan<int> columns)
    {
        var curves = new List<FrameCurve>();
        var ticks = stretch.Ticks;
        for (var c = 0; c < columns.Length; c++)
        {
            var m = columns[c];
            var curve = new FrameCurve(plan.Metrics[m], new float[ticks], new float[ticks], new float[ticks], new float[ticks]);
            for (var t = 0; t < ticks; t++)
            {
                var expected = stretch.Expected[(c * ticks) + t];
                var spread = Spreads * (stretch.Bands[t]?.Sigma[m] ?? float.NaN);
                curve.Values[t] = InUnit(plan, scaling, m, stretch.Values[(c * ticks) + t]);
                curve.Expected[t] = InUnit(plan, scaling, m, expected);
                curve.Low[t] = InUnit(plan, scaling, m, expected - spread);
                curve.High[t] = InUnit(plan, scaling, m, expected + spread);
            }
            curves.Add(curve);
        }
        return curves;
    }

    /// <summary>All metrics, those that are furthest off what was expected first.</summary>
    public static IReadOnlyList<MetricOff> Rank(PreparationPlan plan, FrameRing ring, long from, long until)
    {
        int[] all = [.. Enumerable.Range(0, plan.Count)];
        var range = ring.Read(from, until, []);
        var stretch = ring.Read(Math.Max(from, range.First + range.Ticks - Latest), until, all);
        return [.. all.Select(m => new MetricOff(plan.Metrics[m], Off(stretch, m))).OrderByDescending(o => o.Off).ThenBy(o => o.Metric.Name, StringComparer.Ordinal)];
    }

    /// <summary>A standardised value in the metric's unit, in four digits: of one that is differenced its change per second, of one that fills up what came since the segment began.</summary>
    public static float InUnit(PreparationPlan plan, Scaling scaling, int metric, float standardised) =>
        Short(plan.Metrics[metric].Untransform((standardised * scaling.Sigma[metric]) + scaling.Mean[metric]));

    /// <summary>Four digits are more than a picture shows, and a quarter of the bytes.</summary>
    internal static float Short(double value)
    {
        if (!double.IsFinite(value) || value == 0)
            return (float)value;
        var scale = Math.Pow(10, 3 - Math.Floor(Math.Log10(Math.Abs(value))));
        return double.IsFinite(scale) ? (float)(Math.Round(value * scale) / scale) : 0;
    }

    private static float Off(in FrameStretch stretch, int metric)
    {
        var (sum, count) = (0.0, 0);
        for (var t = 0; t < stretch.Ticks; t++)
        {
            var at = (metric * stretch.Ticks) + t;
            if (stretch.Bands[t] is not { } band || float.IsNaN(stretch.Values[at]))
                continue;
            sum += Math.Abs(stretch.Values[at] - stretch.Expected[at]) / band.Sigma[metric];
            count++;
        }
        return count == 0 ? 0 : Short(sum / count);
    }
}
