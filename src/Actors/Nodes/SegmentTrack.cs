using Tocsin.Actors.Persistence;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;

namespace Tocsin.Actors.Nodes;

/// <summary>The segments of one node: cut by the timeline of its jobs as frames come, and cut anew where the timeline was corrected.</summary>
public sealed class SegmentTrack(NodeKey node)
{
    private readonly List<SegmentRow> _segments = [];

    /// <summary>Those that a correction can still reach, by start; the last one is open.</summary>
    public IReadOnlyList<SegmentRow> Segments => _segments;

    /// <summary>Time of the node's first frame: where its first segment starts if no job did. Null before it.</summary>
    public long? FirstMs { get; private set; }

    /// <summary>Time of its latest frame; null before the first.</summary>
    public long? FrontierMs { get; private set; }

    public SegmentRow? Open => _segments.Count == 0 ? null : _segments[^1];

    public void Restore(long? firstMs, long? frontierMs, IEnumerable<SegmentRow> segments)
    {
        (FirstMs, FrontierMs) = (firstMs, frontierMs);
        _segments.AddRange(segments);
    }

    /// <summary>A frame came: closes what ended before it and opens what the frame belongs to.</summary>
    /// <returns>True where the open segment is another one than before.</returns>
    public bool Advance(JobTimeline timeline, long timeMs, NodeEffects effects)
    {
        var from = FrontierMs + 1 ?? timeMs;
        FirstMs ??= timeMs;
        FrontierMs = timeMs;
        var moved = Cut(timeline, from, effects);
        _segments.RemoveAll(s => s.EndMs < timeMs - NodeJobs.KeepMs);
        return moved;
    }

    /// <summary>The timeline changed from a time on: the segments from there on are cut anew, up to the node's latest frame.</summary>
    /// <returns>True where the open segment is another one than before.</returns>
    public bool Recut(JobTimeline timeline, long fromMs, NodeEffects effects) => fromMs <= FrontierMs && Cut(timeline, fromMs, effects);

    /// <summary>What the open segment was matched to, and by which library.</summary>
    public void Pin(int? pattern, long version, NodeEffects effects)
    {
        if (Open is { } open && (open.Pattern != pattern || open.LibraryVersion != version))
            Replace(_segments.Count - 1, open with { Pattern = pattern, LibraryVersion = version }, effects);
    }

    /// <summary>No frame comes any more.</summary>
    /// <param name="endMs">Exclusive.</param>
    public void End(long endMs, NodeEffects effects)
    {
        if (Open is { EndMs: null } open)
            Replace(_segments.Count - 1, open with { EndMs = endMs }, effects);
    }

    private bool Cut(JobTimeline timeline, long fromMs, NodeEffects effects)
    {
        var before = Open;
        var old = _segments.Where(s => s.StartMs >= fromMs).ToDictionary(s => s.StartMs);
        _segments.RemoveAll(s => s.StartMs >= fromMs);
        foreach (var span in timeline.Spans)
        {
            if (!(span.EndMs <= fromMs) && span.StartMs <= FrontierMs)
                Lay(span, fromMs, old, effects);
        }
        foreach (var gone in old.Keys.Where(start => _segments.All(s => s.StartMs != start)))
            effects.Remove(node, gone);
        return before is null || Open!.StartMs != before.StartMs || !Open.Jobs.SequenceEqual(before.Jobs);
    }

    private void Lay(JobSpan span, long fromMs, Dictionary<long, SegmentRow> old, NodeEffects effects)
    {
        var jobs = Keys(span.Jobs);
        var end = span.EndMs <= FrontierMs ? span.EndMs : null;
        if (Open is { } last && last.Jobs.SequenceEqual(jobs))
        {
            // It goes on, or it lasts longer or shorter than was said before.
            Replace(_segments.Count - 1, last with { EndMs = end }, effects);
            return;
        }
        var start = Open is null ? Start(span) : Math.Max(Start(span), fromMs);
        if (Open is { } left)
            Replace(_segments.Count - 1, left with { EndMs = start }, effects);
        var known = old.GetValueOrDefault(start);
        Add(known is not null && known.Jobs.SequenceEqual(jobs) ? known with { EndMs = end } : new SegmentRow(node, start, end, jobs, null, 0), known, effects);
    }

    /// <summary>Before its first change a timeline has no start: the node's own is taken.</summary>
    private long Start(JobSpan span) => span.StartMs == long.MinValue ? FirstMs ?? 0 : span.StartMs;

    private void Add(SegmentRow segment, SegmentRow? known, NodeEffects effects)
    {
        _segments.Add(segment);
        if (segment != known)
            effects.Set(segment);
    }

    private void Replace(int index, SegmentRow segment, NodeEffects effects)
    {
        if (_segments[index] == segment)
            return;
        _segments[index] = segment;
        effects.Set(segment);
    }

    private static JobKey[] Keys(IReadOnlyList<JobRun> jobs) => [.. jobs.Select(j => new JobKey(j.JobId, j.StartMs))];
}
