using Tocsin.Actors.Persistence;

namespace Tocsin.Actors.Learning;

/// <summary>A segment whose frames are all there.</summary>
/// <param name="First">Of its frames in what was collected of the node.</param>
/// <param name="FromStart">Its first frame is where the segment began.</param>
public sealed record RipeSegment(SegmentRow Row, int First, int Frames, bool FromStart);

/// <param name="Forget">So many of the oldest frames are of no use any more.</param>
/// <param name="DoneStartMs">The open segment has as many frames as are wanted: no more of it. Null = it goes on.</param>
public sealed record Harvest(IReadOnlyList<RipeSegment> Ripe, int Forget, long? DoneStartMs)
{
    /// <summary>What can be taken out of a node's frames: segments whose end has settled, and one that is long enough as it is.</summary>
    /// <param name="rows">The node's segments as they are stored, by start.</param>
    /// <param name="newestMs">Event time that the nodes have reached.</param>
    public static Harvest Of(OpenFrames frames, IReadOnlyList<SegmentRow> rows, long newestMs, CollectOptions options)
    {
        var ripe = new List<RipeSegment>();
        var forget = 0;
        long? done = null;
        foreach (var row in rows)
        {
            var first = frames.IndexOf(row.StartMs);
            var end = row.EndMs is { } at ? frames.IndexOf(at) : frames.Count;
            var settled = row.EndMs + (long)options.Settle.TotalMilliseconds <= newestMs;
            if (!settled && end - first < options.MostFrames)
                break;
            var count = Math.Min(end - first, options.MostFrames);
            if (count > 0)
                ripe.Add(new RipeSegment(row, first, count, frames.TimesMs[first] - row.StartMs <= options.LateStart * options.CadenceMs));
            if (!settled)
            {
                (forget, done) = (frames.Count, row.StartMs);
                break;
            }
            forget = end;
        }
        return new Harvest(ripe, forget, done);
    }
}
