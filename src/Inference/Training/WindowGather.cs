using Tocsin.Inference.Preparation;

namespace Tocsin.Inference.Training;

/// <summary>Cuts the window that ends at a frame: T slots on the tick grid, the newest last; slots without a frame are not valid.</summary>
public static class WindowGather
{
    /// <summary>All spans are cleared first; shapes: <paramref name="values"/>, <paramref name="hidden"/> (T x M), the others (T).</summary>
    /// <param name="values">Standardised, clipped; 0 where missing.</param>
    /// <param name="hidden">1 where missing: the same channel that training masks use.</param>
    /// <param name="valid">True where there is a frame.</param>
    /// <param name="position">Ticks since the segment's first frame.</param>
    /// <param name="logTime">log(1 + seconds since the segment's start).</param>
    public static void Fill(
        PreparedSegment segment, int newest, int slots, Span<float> values, Span<float> hidden, Span<bool> valid, Span<int> position, Span<float> logTime)
    {
        values.Clear();
        hidden.Clear();
        valid.Clear();
        position.Clear();
        logTime.Clear();
        var count = segment.Metrics;
        for (var frame = newest; frame >= 0; frame--)
        {
            var slot = slots - 1 - (segment.Ticks[newest] - segment.Ticks[frame]);
            if (slot < 0)
                break;
            var row = values.Slice(slot * count, count);
            segment.Row(frame).CopyTo(row);
            var missing = segment.Missing.AsSpan(frame * count, count);
            for (var m = 0; m < count; m++)
            {
                if (missing[m] != 0)
                    (row[m], hidden[(slot * count) + m]) = (0, 1);
            }
            valid[slot] = true;
            position[slot] = segment.Ticks[frame];
            logTime[slot] = segment.LogTime[frame];
        }
    }
}
