using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Preparation;

/// <summary>A segment in the model's terms.</summary>
public sealed class PreparedSegment
{
    public required Segment Source { get; init; }

    public required int Metrics { get; init; }

    /// <summary>Row-major (frames x metrics), standardised, clipped.</summary>
    public required float[] Values { get; init; }

    /// <summary>The same before clipping.</summary>
    public required float[] Unclipped { get; init; }

    /// <summary>Row-major (frames x metrics), 1 = missing, its value held.</summary>
    public required byte[] Missing { get; init; }

    /// <summary>Per frame: cadence ticks since the segment's first frame; a gap skips ticks.</summary>
    public required int[] Ticks { get; init; }

    /// <summary>Per frame: log(1 + seconds since the segment's start).</summary>
    public required float[] LogTime { get; init; }

    public int Frames => Ticks.Length;

    public ReadOnlySpan<float> Row(int frame) => Values.AsSpan(frame * Metrics, Metrics);

    public ReadOnlySpan<float> UnclippedRow(int frame) => Unclipped.AsSpan(frame * Metrics, Metrics);

    /// <exception cref="LibraryRefusedException">The segment's metrics are not the plan's.</exception>
    public static PreparedSegment From(Segment source, PreparationPlan plan)
    {
        var columns = plan.MapColumns(source.Metrics);
        var count = plan.Count;
        var unclipped = new float[source.Frames * count];
        var missing = new byte[source.Frames * count];
        var ticks = new int[source.Frames];
        var logTime = new float[source.Frames];
        var preparer = new FramePreparer(plan, source.Node);
        for (var t = 0; t < source.Frames; t++)
        {
            preparer.Push(source.Row(t), columns, source.TimesMs[t], unclipped.AsSpan(t * count, count), missing.AsSpan(t * count, count));
            ticks[t] = (int)Math.Round((double)(source.TimesMs[t] - source.TimesMs[0]) / source.CadenceMs);
            if (t > 0 && ticks[t] <= ticks[t - 1])
                ticks[t] = ticks[t - 1] + 1;
            logTime[t] = (float)Math.Log(1 + (Math.Max(0, source.TimesMs[t] - source.StartMs) / 1000.0));
        }
        var values = new float[unclipped.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Clamp(unclipped[i], -plan.Clip, plan.Clip);
        return new PreparedSegment
        {
            Source = source,
            Metrics = count,
            Values = values,
            Unclipped = unclipped,
            Missing = missing,
            Ticks = ticks,
            LogTime = logTime,
        };
    }
}
