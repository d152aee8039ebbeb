using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Preparation;

/// <summary>Linear interpolation of missing values, for training only: live, the value after the gap is not known yet.</summary>
public static class GapFilling
{
    /// <summary>Fills each run of NaN of one metric whose known neighbours lie at most <paramref name="longestMs"/> apart; the rest stays NaN.</summary>
    /// <returns>The segment itself where nothing was missing.</returns>
    public static Segment Interpolate(Segment segment, long longestMs)
    {
        if (Array.FindIndex(segment.Values, float.IsNaN) < 0)
            return segment;
        var values = (float[])segment.Values.Clone();
        var count = segment.Metrics.Count;
        for (var m = 0; m < count; m++)
        {
            var known = -1;
            for (var t = 0; t < segment.Frames; t++)
            {
                if (float.IsNaN(values[(t * count) + m]))
                    continue;
                if (known >= 0 && t - known > 1 && segment.TimesMs[t] - segment.TimesMs[known] <= longestMs)
                    Fill(values, segment.TimesMs, count, m, known, t);
                known = t;
            }
        }
        return new Segment
        {
            Node = segment.Node,
            Jobs = segment.Jobs,
            StartMs = segment.StartMs,
            EndMs = segment.EndMs,
            CadenceMs = segment.CadenceMs,
            Metrics = segment.Metrics,
            TimesMs = segment.TimesMs,
            Values = values,
            Labels = segment.Labels,
        };
    }

    private static void Fill(float[] values, long[] times, int count, int metric, int from, int to)
    {
        double first = values[(from * count) + metric], last = values[(to * count) + metric];
        double span = times[to] - times[from];
        for (var t = from + 1; t < to; t++)
            values[(t * count) + metric] = (float)(first + ((last - first) * ((times[t] - times[from]) / span)));
    }
}
