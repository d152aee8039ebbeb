using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Preparation;

/// <summary>One metric's values over all training segments, treated as live frames are.</summary>
internal static class TreatedColumn
{
    /// <summary>Frames of all segments one after another; NaN = missing.</summary>
    public static float[] Of(MetricTable table, int metric, MetricPlan plan)
    {
        var column = new float[table.Segments.Sum(s => s.Frames)];
        var at = 0;
        foreach (var segment in table.Segments)
        {
            var source = table.Columns(segment.Metrics)[metric];
            var state = new TreatmentState();
            for (var t = 0; t < segment.Frames; t++, at++)
            {
                double level = source < 0 ? float.NaN : segment.Values[(t * segment.Metrics.Count) + source];
                var seconds = t == 0 ? 0 : (segment.TimesMs[t] - segment.TimesMs[t - 1]) / 1000.0;
                var value = (float)plan.Transform(state.Push(plan.Treatment, level, seconds));
                column[at] = float.IsFinite(value) ? value : float.NaN;
            }
        }
        return column;
    }

    /// <summary>Whether the metric moved in one direction only, on every node, at 1 % of the frames or more.</summary>
    public static Treatment Choose(IEnumerable<IEnumerable<Segment>> byNodeInTime, MetricTable table, int metric)
    {
        long rises = 0, falls = 0, frames = 0;
        foreach (var segments in byNodeInTime)
        {
            var before = float.NaN;
            foreach (var segment in segments)
            {
                for (var t = 0; t < segment.Frames; t++)
                {
                    var value = table.Value(segment, t, metric);
                    if (float.IsNaN(value))
                        continue;
                    rises += value > before ? 1 : 0;
                    falls += value < before ? 1 : 0;
                    frames++;
                    before = value;
                    if (rises > 0 && falls > 0)
                        return Treatment.Level;
                }
            }
        }
        if ((rises + falls) * 100 < frames || frames == 0)
            return Treatment.Level;
        return rises > 0 ? Treatment.Increase : Treatment.Decrease;
    }
}
