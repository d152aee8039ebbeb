using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Preparation;

/// <summary>Learns from training segments which metrics to take and how to scale them. Reads no label.</summary>
public static class PreparationFitter
{
    /// <param name="segments">Gaps already interpolated; at least one frame in all.</param>
    /// <exception cref="BadDataException">There is nothing to learn from.</exception>
    public static PreparationPlan Fit(IReadOnlyList<Segment> segments, PreparationOptions options)
    {
        var frames = segments.Sum(s => s.Frames);
        if (frames == 0)
            throw new BadDataException("training found no frame of any node; expected segments with at least 2 frames; check --from, --until and the job list");
        var table = new MetricTable(segments);
        var offsets = Offsets(segments);
        var byNode = segments.Select((s, i) => (Segment: s, Offset: offsets[i]))
            .GroupBy(s => s.Segment.Node.ToString(), StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Node: g.Key, Segments: g.OrderBy(s => s.Segment.StartMs).ToList()))
            .ToList();

        var dropped = new List<DroppedMetric>();
        var taken = new List<(MetricPlan Plan, float[] Column)>();
        for (var m = 0; m < table.Schema.Count; m++)
        {
            var metric = table.Schema.Metrics[m];
            var plan = MetricRules.PlanFor(metric, metric.Kind switch
            {
                MetricKind.Rate => Treatment.Level,
                MetricKind.Fill => Treatment.SinceStart,
                _ => TreatedColumn.Choose(byNode.Select(n => n.Segments.Select(s => s.Segment)), table, m),
            });
            var column = TreatedColumn.Of(table, m, plan);
            var missing = column.Count(float.IsNaN);
            if (missing > options.MostMissing * frames)
                dropped.Add(new DroppedMetric(metric.Name, $"missing in {100.0 * missing / frames:F0} % of frames"));
            else
                taken.Add((plan, column));
        }

        var same = Reduction.Find(
            [.. taken.Select(t => t.Column)], [.. taken.Select(t => t.Plan.Name)], [.. segments.Select(s => s.Frames)], options.SameCurve, options.TrimmedShare, options.CorrelationFrames);
        for (var m = 0; m < taken.Count; m++)
        {
            if (same[m].KeptAs >= 0)
                dropped.Add(new DroppedMetric(taken[m].Plan.Name, $"same curve as {taken[same[m].KeptAs].Plan.Name} (r = {same[m].R:F4})"));
        }
        var kept = taken.Where((_, m) => same[m].KeptAs < 0).ToList();
        if (kept.Count == 0)
            throw new BadDataException($"none of the {table.Schema.Count} metrics can be used; expected at least one with values in half of the frames; check what the exporter sends");

        var all = Scale(kept, [(0, frames)], options);
        var nodes = new Dictionary<string, Scaling>(StringComparer.Ordinal);
        if (byNode.Count > 1)
        {
            foreach (var (node, own) in byNode)
            {
                if (own.Sum(s => s.Segment.Frames) >= options.LeastNodeFrames)
                    nodes[node] = Scale(kept, [.. own.Select(s => (s.Offset, s.Segment.Frames))], options);
            }
        }
        return new PreparationPlan([.. kept.Select(k => k.Plan)], dropped, all, nodes, options.Clip);
    }

    private static int[] Offsets(IReadOnlyList<Segment> segments)
    {
        var offsets = new int[segments.Count];
        for (var i = 1; i < offsets.Length; i++)
            offsets[i] = offsets[i - 1] + segments[i - 1].Frames;
        return offsets;
    }

    private static Scaling Scale(
        IReadOnlyList<(MetricPlan Plan, float[] Column)> kept, IReadOnlyList<(int Offset, int Frames)> parts, PreparationOptions options)
    {
        var mean = new double[kept.Count];
        var sigma = new double[kept.Count];
        var values = new List<float>();
        for (var m = 0; m < kept.Count; m++)
        {
            values.Clear();
            foreach (var (offset, frames) in parts)
            {
                foreach (var value in kept[m].Column.AsSpan(offset, frames))
                {
                    if (!float.IsNaN(value))
                        values.Add(value);
                }
            }
            (mean[m], sigma[m]) = TrimmedMoments.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values), options.TrimmedShare);
            if (double.IsNaN(mean[m]))
                (mean[m], sigma[m]) = (0, 1);
            sigma[m] = Math.Max(sigma[m], Math.Max(kept[m].Plan.SigmaFloor, 1e-3 * Math.Abs(mean[m])));
        }
        return new Scaling(mean, sigma);
    }
}
