using Tocsin.Actors.Alerts;
using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Learning;

/// <summary>What of a segment that is over matters beyond its frames.</summary>
/// <param name="Pattern">That it was matched to while it ran; null = none.</param>
/// <param name="Refused">Why it may not be learned from; null = it was kept.</param>
public sealed record Collected(SegmentRow Row, string? Refused);

/// <summary>From frames to kept segments: gathers what shards take in, cuts it by the stored segments once these have settled, and keeps what may be
/// learned from. A node is given room for a whole segment or none, so that those that are begun can be finished; where all is given away, a segment like no pattern takes the
/// room of one of which there is plenty, down to half of it. One thread at a time.</summary>
public sealed class Collector
{
    /// <summary>Rows that are read at once.</summary>
    private const int Page = 1000;

    private readonly CollectOptions _options;
    private readonly Corpus _corpus;
    private readonly OpenFiles _files;
    private readonly Dictionary<NodeKey, OpenFrames> _open = [];
    private readonly System.Collections.Concurrent.ConcurrentDictionary<NodeKey, long> _done = new();
    private long _newestMs = long.MinValue;

    public Collector(CollectOptions options, Corpus corpus, OpenFiles files, StateSpans states)
    {
        (_options, _corpus, _files, States) = (options, corpus, files, states);
        foreach (var frames in files.Load())
        {
            _open[frames.Node] = frames;
            _newestMs = Math.Max(_newestMs, frames.LastMs);
            OpenBytes += frames.Bytes;
        }
    }

    public StateSpans States { get; }

    /// <summary>Segments that were not kept, by reason.</summary>
    public Rejections Refused { get; } = new();

    public long Kept { get; private set; }

    public long OpenBytes { get; private set; }

    public int OpenNodes => _open.Count;

    /// <summary>Whether a frame of a node's segment is wanted. Any thread.</summary>
    public bool Wants(NodeKey node, long segmentStartMs) => !_done.TryGetValue(node, out var done) || done != segmentStartMs;

    /// <summary>Takes a frame in, or notes that there is no room for its segment.</summary>
    public void Take(TappedFrame frame)
    {
        _newestMs = Math.Max(_newestMs, frame.TimeMs);
        if (!Wants(frame.Node, frame.SegmentStartMs))
            return;
        if (!_open.TryGetValue(frame.Node, out var frames))
        {
            // In the middle of a segment there is nothing to begin: its head is gone.
            if (frame.TimeMs - frame.SegmentStartMs > _options.LateStart * _options.CadenceMs)
            {
                _done[frame.Node] = frame.SegmentStartMs;
                return;
            }
            if (!Room(frame))
            {
                Refused.Add("no room", frame.Node.ToString());
                _done[frame.Node] = frame.SegmentStartMs;
                return;
            }
            _open[frame.Node] = frames = new OpenFrames(frame.Node, frame.Schema);
        }
        if (frames.Count >= _options.MostOpenFrames)
            return;
        var before = frames.Bytes;
        frames.Add(frame.TimeMs, frame.Schema, frame.Row, frame.Common);
        OpenBytes += frames.Bytes - before;
    }

    /// <summary>Takes out what has settled. Asks the store, and waits for the disk.</summary>
    /// <returns>The segments that were looked at.</returns>
    public IReadOnlyList<Collected> Settle(IStoreReader store)
    {
        var looked = new List<Collected>();
        var bar = new Lazy<LearningBar>(() => Bar(store));
        foreach (var frames in _open.Values.ToList())
        {
            if (frames.Count == 0 || _newestMs - frames.LastMs > _options.GoneMs)
            {
                Drop(frames.Node);
                continue;
            }
            var rows = store.Segments(new SegmentQuery(FromMs: frames.TimesMs[0], Node: frames.Node));
            var harvest = Harvest.Of(frames, rows, _newestMs, _options);
            foreach (var ripe in harvest.Ripe)
                looked.Add(Keep(frames, ripe, store, bar.Value));
            Forget(frames, harvest);
            if (frames.Unsaved >= _options.SaveEvery)
                _files.Save(frames);
        }
        return looked;
    }

    /// <summary>Before the end of the process.</summary>
    public void SaveAll()
    {
        foreach (var frames in _open.Values.Where(f => f.Unsaved > 0))
            _files.Save(frames);
    }

    private Collected Keep(OpenFrames frames, RipeSegment ripe, IStoreReader store, LearningBar bar)
    {
        var jobs = ripe.Row.Jobs.Select(key => store.Jobs(new JobQuery(JobId: key.JobId)).FirstOrDefault(j => j.StartMs == key.StartMs)).OfType<JobEvent>().ToList();
        var why = KeepRule.Refuses(ripe, jobs, bar, _options);
        if (why is null)
        {
            var (times, values) = frames.Copy(ripe.First, ripe.Frames);
            var segment = new Segment
            {
                Node = frames.Node,
                Jobs = [.. jobs.Select(j => new JobRun(j.JobId, j.JobName, j.User, j.StartMs!.Value, j.EndMs, []))],
                StartMs = ripe.Row.StartMs,
                EndMs = ripe.Row.EndMs,
                CadenceMs = _options.CadenceMs,
                Metrics = frames.Schema,
                TimesMs = times,
                Values = values,
            };
            why = _corpus.Add(segment) ? null : "disk";
        }
        if (why is null)
            Kept++;
        else
            Refused.Add(why, $"{frames.Node} at {ripe.Row.StartMs}");
        return new Collected(ripe.Row, why);
    }

    private void Forget(OpenFrames frames, Harvest harvest)
    {
        if (harvest.DoneStartMs is { } done)
            _done[frames.Node] = done;
        if (harvest.Forget == 0)
            return;
        OpenBytes -= frames.Bytes;
        frames.Forget(harvest.Forget);
        OpenBytes += frames.Bytes;
        if (frames.Count == 0)
            _open.Remove(frames.Node);
        if (frames.Count == 0)
            _files.Delete(frames.Node);
        else
            _files.Save(frames);
    }

    private bool Room(TappedFrame frame)
    {
        var wanted = Whole(frame.Schema.Count);
        if (_open.Values.Sum(f => Whole(f.Schema.Count)) + wanted <= _options.OpenBytes)
            return true;
        var common = _open.Values.Where(f => f.Common).ToList();
        if (frame.Common || 2 * common.Count <= _open.Count || common.MinBy(f => f.Count) is not { } least || Whole(least.Schema.Count) < wanted)
            return false;
        Drop(least.Node);
        return true;
    }

    private long Whole(int columns) => OpenFrames.BytesOf(_options.MostOpenFrames, columns);

    /// <summary>What is left of its segment is not wanted: its head is gone, as is found at its next frame.</summary>
    private void Drop(NodeKey node)
    {
        OpenBytes -= _open[node].Bytes;
        _open.Remove(node);
        _files.Delete(node);
        Refused.Add("no room", node.ToString());
    }

    private LearningBar Bar(IStoreReader store)
    {
        var bar = new LearningBar();
        var oldest = _open.Values.Where(f => f.Count > 0).Select(f => f.TimesMs[0]).DefaultIfEmpty(_newestMs).Min();
        foreach (var page in Pages<Alert>(before => store.Alerts(new AlertQuery(FromMs: oldest, Before: before, Limit: Page)), a => a.Id.Number))
        {
            var said = store.Verdicts(new VerdictQuery([.. page.Select(a => a.Id)], Limit: int.MaxValue)).ToLookup(v => v.Verdict.Alert, v => v.Verdict);
            foreach (var alert in page)
                bar.Add(alert, said[alert.Id]);
        }
        foreach (var page in Pages<StoredVerdict>(before => store.Verdicts(new VerdictQuery(Word: VerdictWord.Fault, Before: before, Limit: Page)), v => v.Verdict.Number))
        {
            foreach (var fault in page.Select(v => v.Verdict))
                bar.Add(fault, store.Alert(fault.Alert));
        }
        bar.AddFaults(store, oldest);
        States.AddTo(bar);
        return bar;
    }

    private static IEnumerable<IReadOnlyList<T>> Pages<T>(Func<long?, IReadOnlyList<T>> read, Func<T, long> number)
    {
        long? before = null;
        IReadOnlyList<T> page;
        do
        {
            yield return page = read(before);
            before = page.Count == 0 ? null : number(page[^1]);
        }
        while (page.Count == Page);
    }
}
