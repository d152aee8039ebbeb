using Tocsin.Daemon.Serve.Frames;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Labels;

/// <param name="UntilMs">Exclusive.</param>
/// <param name="Metric">Null: the score.</param>
/// <param name="Peak">Thresholds, or deviations.</param>
internal readonly record struct Suggestion(long FromMs, long UntilMs, string? Metric, float Peak);

/// <summary>Stretches that detectors find strange: a score over its threshold, and a metric beyond k deviations of where it usually is.</summary>
internal static class Suggestions
{
    private const int Most = 50;

    /// <summary>Of the k-sigma rule; over a whole stretch of time it is robust: median and median absolute deviation.</summary>
    private const float K = 6;

    /// <summary>One strange frame is noise.</summary>
    private const int LeastTicks = 3;

    /// <summary>Two stretches that are no further apart are one.</summary>
    private const int Gap = 4;

    /// <summary>Of the deviation over all training: a metric that stands still is not strange for a thousandth.</summary>
    private const float LeastSpread = 0.1f;

    public static IReadOnlyList<Suggestion> Of(NodeDirectory nodes, NodeKey node)
    {
        var found = new List<Suggestion>();
        var scores = nodes.Scores.Read(node);
        float[] over = [.. scores.Scores.Select((s, i) => scores.Thresholds[i] > 0 ? s / scores.Thresholds[i] : float.NaN)];
        found.AddRange(Stretches(over, 1, scores.First, nodes.Scores.StepMs, null));
        if (nodes.Frames.Of(node) is { } ring && ring.Scale is { } scale)
        {
            var stretch = ring.Read(0, long.MaxValue, [.. Enumerable.Range(0, scale.Plan.Count)]);
            for (var m = 0; m < scale.Plan.Count && stretch.Ticks > 0; m++)
            {
                var values = stretch.Values.AsSpan(m * stretch.Ticks, stretch.Ticks);
                found.AddRange(Stretches(Deviations(values), K, stretch.First, nodes.Frames.StepMs, scale.Plan.Metrics[m].Name));
            }
        }
        // What several metrics say of one time is one suggestion: that of the metric that says it loudest.
        var kept = new List<Suggestion>();
        foreach (var s in found.OrderBy(s => s.Metric is null ? 0 : 1).ThenByDescending(s => s.Peak))
        {
            if (kept.Count < Most && !kept.Any(k => k.FromMs < s.UntilMs && s.FromMs < k.UntilMs))
                kept.Add(s);
        }
        return [.. kept.OrderBy(s => s.FromMs)];
    }

    /// <summary>Where it is over a bound.</summary>
    internal static IEnumerable<Suggestion> Stretches(float[] values, float bound, long first, long stepMs, string? metric)
    {
        var (begin, last, count, peak) = (-1, -1, 0, 0f);
        for (var i = 0; i <= values.Length; i++)
        {
            var strange = i < values.Length && values[i] > bound;
            if (begin >= 0 && (i == values.Length || (strange && i - last > Gap)))
            {
                if (count >= LeastTicks)
                    yield return new Suggestion((first + begin) * stepMs, (first + last + 1) * stepMs, metric, FrameCurves.Short(peak));
                (begin, count, peak) = (-1, 0, 0);
            }
            if (!strange)
                continue;
            begin = begin < 0 ? i : begin;
            (last, count, peak) = (i, count + 1, Math.Max(peak, values[i]));
        }
    }

    private static float[] Deviations(ReadOnlySpan<float> values)
    {
        var known = values.ToArray().Where(float.IsFinite).Order().ToArray();
        var deviations = new float[values.Length];
        Array.Fill(deviations, float.NaN);
        if (known.Length == 0)
            return deviations;
        var middle = known[known.Length / 2];
        var spread = known.Select(v => Math.Abs(v - middle)).Order().ElementAt(known.Length / 2) * 1.4826f;
        for (var i = 0; i < values.Length; i++)
            deviations[i] = Math.Abs(values[i] - middle) / Math.Max(spread, LeastSpread);
        return deviations;
    }
}
