using Tocsin.Inference.Learning;
using Tocsin.Inference.Scoring;
using Tocsin.Ingest.Segments;

namespace Tocsin.Actors.Nodes;

/// <summary>The scoring of one node's open segment, and what is kept to begin it anew where the segment is cut anew.</summary>
internal sealed class NodeScoring(NodeRoom room)
{
    /// <summary>Frames of earlier segments within the horizon, oldest first, in the order of <see cref="Library"/>.</summary>
    private readonly List<(long TimeMs, float[] Row)> _past = [];

    private readonly Queue<(long TimeMs, float[] Row)> _again = new();
    private readonly List<(long TimeMs, float[] Row)> _leftHead = [];
    private int _headStored;

    /// <summary>The open segment's first frames, as far as they are stored; null where they are not there any more.</summary>
    public Func<IReadOnlyList<(long TimeMs, float[] Row)>?> StoredHead { get; set; } = () => [];

    private bool[] _present = [];
    private float[] _row = [];

    /// <summary>What the open segment is pinned to, or the last one was.</summary>
    public LiveLibrary? Library { get; private set; }

    public SegmentScorer? Scorer { get; private set; }

    public KSigmaThreshold? Rule { get; private set; }

    /// <summary>Frames that wait to be scored again.</summary>
    public int Again => _again.Count;

    public bool Enough => Library is null || _present.Count(p => p) >= room.Options.LeastMetrics * _present.Length;

    /// <summary>The open segment is another one: what is kept of it may still be asked for.</summary>
    public void Close(long frontierMs)
    {
        if (Scorer is not null)
            _past.AddRange(Scorer.Recent);
        Scorer = null;
        _again.Clear();
        _past.RemoveAll(f => f.TimeMs < frontierMs - NodeJobs.HorizonMs);
    }

    /// <summary>Begins the open segment; frames that are its own already are scored again.</summary>
    /// <param name="columns">Per metric of the library its column in the node's frames; what comes up within a segment joins at the next.
    /// Empty: the same as before.</param>
    public void Open(ScoredSegment segment, LiveLibrary library, ReadOnlySpan<int> columns)
    {
        Pin(library);
        if (columns.Length > 0)
            Widen(columns);
        Scorer = New(segment);
        HeadStored(0);
        HeadLife++;
        foreach (var frame in _past.Where(f => f.TimeMs >= segment.StartMs).ToArray())
            _again.Enqueue(frame);
        _past.RemoveAll(f => f.TimeMs >= segment.StartMs);
    }

    /// <summary>Metrics that came up while the node's columns settle.</summary>
    public void Widen(ReadOnlySpan<int> columns)
    {
        if (_present.Length != columns.Length)
            _present = new bool[columns.Length];
        for (var m = 0; m < columns.Length; m++)
            _present[m] = columns[m] >= 0;
    }

    /// <summary>Takes a frame of the open segment in; behind those that are scored again.</summary>
    /// <param name="columns">Per metric of the library its column in the row, -1 = absent.</param>
    public void Push(long timeMs, ReadOnlySpan<float> row, ReadOnlySpan<int> columns)
    {
        var selected = _again.Count > 0 || _row.Length != columns.Length ? _row = new float[columns.Length] : _row;
        for (var m = 0; m < columns.Length; m++)
            selected[m] = _present[m] && columns[m] >= 0 ? row[columns[m]] : float.NaN;
        if (_again.Count > 0)
            _again.Enqueue((timeMs, selected));
        else
            Push(timeMs, selected);
    }

    public void PushAgain()
    {
        var (timeMs, row) = _again.Dequeue();
        Push(timeMs, row);
    }

    /// <summary>Frames of the open segment that its match still grows by and that are not stored beside the row, from the first of them on.</summary>
    public (int First, List<(long TimeMs, float[] Row)> Frames) Head()
    {
        if (Scorer is not { CollectsHead: true } scorer)
            return (0, []);
        var recent = scorer.Recent.ToList();
        var first = Math.Max(_headStored, scorer.Frames - recent.Count);
        return (first - _leftHead.Count, [.. _leftHead, .. recent[(recent.Count - (scorer.Frames - first))..]]);
    }

    /// <summary>The open segment's first frames, from where they are: those that left memory from the store.</summary>
    /// <returns>Null where some are not there any more.</returns>
    private List<(long TimeMs, float[] Row)>? FirstFrames(int frames)
    {
        var recent = Scorer!.Recent.ToList();
        var first = Scorer.Frames - recent.Count;
        if (first == 0)
            return recent;
        if ((_headStored == 0 ? [] : StoredHead()) is not { } stored || stored.Count != _headStored)
            return null;
        List<(long, float[])> head = [.. stored, .. _leftHead];
        return head.Count < first ? null : [.. head, .. recent.Skip(head.Count - first).Take(frames - head.Count)];
    }

    /// <summary>Rises when a head begins anew: what is stored of it is of no use then.</summary>
    public int HeadLife { get; private set; }

    public void HeadStored(int frames)
    {
        _leftHead.Clear();
        _headStored = frames;
    }

    /// <summary>Of the head's frames those that leave the row before they are stored are held until they are.</summary>
    private void Push(long timeMs, float[] row)
    {
        if (Scorer!.CollectsHead && Scorer.Leaving is { } leaving && Scorer.Frames - Scorer.Kept >= _headStored)
            _leftHead.Add(leaving);
        Scorer.Push(row, timeMs);
        if (!Scorer.CollectsHead && _leftHead.Count > 0)
            HeadStored(0);
    }

    public NodeScoringState? State => Library is null ? null : new NodeScoringState(
        Library.Version, Rule?.State, [.. _present], [.. _past], Scorer is null ? null : new OpenScoring(Scorer.Segment, Scorer.State));

    /// <param name="headStored">Of the open segment's first frames, as many as are stored.</param>
    /// <exception cref="ArgumentException">The state is another library's.</exception>
    public void Restore(NodeScoringState state, LiveLibrary library, int headStored)
    {
        Library = library;
        var metrics = library.Scoring.Metrics;
        if (state.Present.Length != metrics || state.Past.Any(f => f.Row.Length != metrics))
            throw new ArgumentException($"rows of {state.Present.Length} metrics for a library of {metrics}", nameof(state));
        Rule = library.Scoring.Library.Thresholds.KSigma is { } options ? state.Rule is { } rule ? new KSigmaThreshold(options, rule) : new KSigmaThreshold(options) : null;
        _present = state.Present;
        _past.AddRange(state.Past);
        if (state.Open is { } open)
            Scorer = SegmentScorer.Restore(library.Scoring, open.Segment, open.State, FirstFrames, Rule, room.Options.KeptFrames);
        HeadStored(headStored);
    }

    private SegmentScorer New(ScoredSegment segment) => new(Library!.Scoring, segment, Rule, room.Options.KeptFrames, FirstFrames);

    private void Pin(LiveLibrary library)
    {
        if (ReferenceEquals(Library, library))
            return;
        if (Library is { } before)
        {
            for (var i = 0; i < _past.Count; i++)
                _past[i] = (_past[i].TimeMs, library.From(before, _past[i].Row));
        }
        Library = library;
        Rule = library.Scoring.Library.Thresholds.KSigma is { } options ? new KSigmaThreshold(options) : null;
    }
}

/// <param name="Present">Per metric of the library whether the open segment has it.</param>
/// <param name="Past">Frames of earlier segments within the horizon, in the library's order.</param>
/// <param name="Open">Null between segments, and where nothing is scored.</param>
internal sealed record NodeScoringState(long LibraryVersion, KSigmaState? Rule, bool[] Present, (long TimeMs, float[] Row)[] Past, OpenScoring? Open);

internal sealed record OpenScoring(ScoredSegment Segment, SegmentScorerState State);
