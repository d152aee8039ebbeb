using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>Which segment a node is in, by its jobs and its frames, and the scoring of that segment.</summary>
internal sealed class NodeSegments
{
    /// <summary>The columns of a node are settled in its first frames: collectors that are slow to answer come in the second or third scrape.</summary>
    private const int SettlingFrames = 3;

    /// <summary>How old a node's first samples may be, ms: what a sender kept while nobody took it. The jobs of that time are remembered until a frame came.</summary>
    private const long BeforeFirstMs = 7_200_000;

    private readonly NodeKey _key;
    private readonly NodeRoom _room;
    private readonly SegmentTrack _track;
    private NodeJobs _jobs = NodeJobs.Empty;
    private long _seen;

    public NodeSegments(NodeKey key, NodeRoom room)
    {
        (_key, _room, Active) = (key, room, room.Active);
        _track = new SegmentTrack(key);
        Scoring = new NodeScoring(room);
    }

    public NodeScoring Scoring { get; }

    /// <summary>What the next segment is pinned to; null = nothing.</summary>
    public LiveLibrary? Active { get; private set; }

    public long StartMs => _track.Open?.StartMs ?? 0;

    public NodeNow Now => new(_track.FrontierMs ?? 0, _jobs, _track.Open);

    public WatchedNodeState AddTo(WatchedNodeState state) => state with
    {
        Jobs = _jobs,
        FirstMs = _track.FirstMs,
        FrontierMs = _track.FrontierMs,
        Segments = [.. _track.Segments],
        FramesSeen = _seen,
        ActiveLibrary = Active?.Version ?? 0,
        Scoring = Scoring.State,
    };

    /// <exception cref="ArgumentException">The state does not fit the library.</exception>
    public void Restore(WatchedNodeState state)
    {
        (_jobs, _seen) = (state.Jobs, state.FramesSeen);
        Active = state.ActiveLibrary == 0 ? null : Library(state.ActiveLibrary);
        _track.Restore(state.FirstMs, state.FrontierMs, state.Segments);
        if (state.Scoring is { } scoring)
            Scoring.Restore(scoring, Library(scoring.LibraryVersion), state.Head.Sum(p => p.Frames));

        LiveLibrary Library(long version) =>
            _room.Find(version) ?? throw new ArgumentException($"{_key} is pinned to library {version}, which is not loaded", nameof(state));
    }

    /// <summary>A frame came: whose segment it is.</summary>
    public void Enter(FrameWork frame, NodeEffects effects)
    {
        _seen++;
        if (_track.Advance(_jobs.Timeline, frame.TimeMs, effects))
            Scoring.Close(frame.TimeMs);
    }

    /// <summary>The frame that <see cref="Enter"/> was told of, to be scored.</summary>
    public void Push(FrameWork frame, NodeEffects effects)
    {
        if (Scoring.Scorer is null && Active is { } active)
            Scoring.Open(Scored(), active, active.ColumnsOf(frame.Schema));
        if (Scoring.Scorer is not null)
        {
            var columns = Scoring.Library!.ColumnsOf(frame.Schema);
            if (_seen <= SettlingFrames)
                Scoring.Widen(columns);
            if (Scoring.Enough)
                Scoring.Push(frame.TimeMs, frame.Row, columns);
        }
        effects.Tap?.Frame(_key, StartMs, frame.TimeMs, frame.Schema, frame.Row, Scoring.Scorer is { Match.Matched: true } || _track.Open is { Jobs.Count: 0 });
    }

    /// <summary>A frame was scored.</summary>
    public void Pin(SegmentMatch match, NodeEffects effects) => _track.Pin(match.Matched ? match.Pattern : null, Scoring.Library!.Version, effects);

    /// <returns>Whether anything changed.</returns>
    public bool Take(JobEvent said, MetricSchema schema, NodeEffects effects)
    {
        var change = _jobs.Apply(said, _track.FrontierMs ?? said.AsOfMs - BeforeFirstMs);
        if (ReferenceEquals(change.Jobs, _jobs) && change.CutFromMs is null && change.LateFromMs is null)
            return false;
        var before = _jobs;
        _jobs = change.Jobs;
        if (said.StartMs is not null)
            effects.Add(said);
        TellEnds(before, said, effects);
        if (change.LateFromMs is not null)
            effects.LateJobEvents++;
        var moved = (change.LateFromMs ?? change.CutFromMs) is { } from && _track.Recut(_jobs.Timeline, from, effects);
        // A name that comes after the run itself is taken as long as nothing of the segment is lost by beginning it anew.
        if (Scoring.Scorer is { } scorer && (moved || (scorer.Frames <= _room.Options.KeptFrames && scorer.Segment != Scored())))
            Reopen(Scoring.Library!, schema);
        return true;
    }

    /// <summary>An epilog knows no start: that a run of the table is over is told with what its prolog said.</summary>
    private void TellEnds(NodeJobs before, JobEvent said, NodeEffects effects)
    {
        if (said.Source != JobEventSource.Hook)
            return;
        foreach (var (run, word) in _jobs.Jobs)
        {
            if (run.JobId == said.JobId && run.EndMs is { } end && word is { Source: JobEventSource.Hook, EndMs: null }
                && !before.Jobs.Any(b => b.Run.JobId == run.JobId && b.Run.StartMs == run.StartMs && b.Run.EndMs == end))
                effects.Add(word with { EndMs = end, State = said.EndMs == end ? said.State : JobState.Unknown, AsOfMs = Math.Max(word.AsOfMs, end) });
        }
    }

    /// <summary>A segment whose frames are all kept is scored anew by the new version from its start, and one that is like no pattern from what is kept;
    /// what a pattern fits stays with the version that it was matched by until it ends.</summary>
    public void Take(LiveLibrary library, MetricSchema schema)
    {
        Active = library;
        if (Scoring.Scorer is { } scorer && (!scorer.Match.Matched || scorer.Frames <= _room.Options.KeptFrames))
            Reopen(library, schema);
    }

    /// <summary>No frame comes any more.</summary>
    public void End(NodeEffects effects)
    {
        if (_track.FrontierMs is { } last)
            _track.End(last + _room.Options.Frames.CadenceMs, effects);
    }

    private void Reopen(LiveLibrary library, MetricSchema schema)
    {
        Scoring.Close(_track.FrontierMs!.Value);
        Scoring.Open(Scored(), library, ReferenceEquals(library, Scoring.Library) ? [] : library.ColumnsOf(schema));
    }

    private ScoredSegment Scored()
    {
        var open = _track.Open!;
        var jobs = _jobs.At(_track.FrontierMs!.Value).Select(j => j.Run).Where(r => open.Jobs.Contains(new JobKey(r.JobId, r.StartMs))).ToArray();
        return ScoredSegment.Of(_key, open.StartMs, _room.Options.Frames.CadenceMs, jobs);
    }
}
