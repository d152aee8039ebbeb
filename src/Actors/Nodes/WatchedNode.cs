using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Segments;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>One node: from its records in the order of the log to segments, scores and findings. No clock, no I/O: only event time changes it.</summary>
/// <remarks>Records are applied, then <see cref="Advance"/> goes on until a frame waits for its residual (<see cref="Waiting"/>) or nothing is left;
/// <see cref="Complete"/> takes the residual. One thread at a time; an exception leaves it unusable, and its shard with it.</remarks>
public sealed class WatchedNode
{
    /// <summary>The columns of a node are settled in its first frames: collectors that are slow to answer come in the second or third scrape.</summary>
    private const int SettlingFrames = 3;

    /// <summary>How old a node's first samples may be, ms: what a sender kept while nobody took it. The jobs of that time are remembered until a frame came.</summary>
    private const long BeforeFirstMs = 7_200_000;

    private readonly NodeRoom _room;
    private readonly Queue<NodeWork> _work = new();
    private readonly LiveFrames _frames;
    private readonly SegmentTrack _track;
    private readonly NodeScoring _scoring;
    private readonly NodeStanding _standing;
    private readonly NodeWatch _watch;
    private NodeJobs _jobs = NodeJobs.Empty;
    private long _seen;
    private LiveLibrary? _active;
    private bool _silenceTold;
    private NodeIdentity? _identitySeen;

    /// <summary>Who ever sent something of it, one bit a source.</summary>
    private int _sources;

    public WatchedNode(NodeKey key, NodeRoom room) : this(key, room, new LiveFrames(room.Frames), [])
    {
    }

    private WatchedNode(NodeKey key, NodeRoom room, LiveFrames frames, RuleState[] rules)
    {
        (Key, _room, _frames, _active) = (key, room, frames, room.Active);
        _track = new SegmentTrack(key);
        _scoring = new NodeScoring(room);
        _standing = new NodeStanding(key, room.Options);
        _watch = new NodeWatch(key, room.Options, rules);
    }

    public NodeKey Key { get; }

    /// <summary>The newest sample's time.</summary>
    public long NewestMs => _frames.NewestMs;

    /// <summary>The scorer of a frame that waits for its residual.</summary>
    public SegmentScorer? Waiting => _scoring.Scorer is { Pending: true } scorer ? scorer : null;

    /// <summary>Everything that was applied is taken in.</summary>
    public bool Idle => _work.Count == 0 && _scoring.Again == 0 && Waiting is null;

    /// <summary>Its row differs from the stored one.</summary>
    public bool Dirty { get; private set; }

    /// <summary>Segments or findings changed: the row belongs into the same commit.</summary>
    public bool Urgent { get; private set; }

    /// <param name="watermarkMs">Event time that the shard's nodes have reached.</param>
    public void Apply(SampleBatch batch, long watermarkMs)
    {
        var newest = NewestMs;
        _sources |= SourceTime.Bit(batch.Source);
        _frames.Add(batch);
        _silenceTold &= NewestMs == newest;
        Dirty = true;
        TakeFrames(watermarkMs);
        _frames.Forget();
    }

    public void Apply(JobEvent said) => Enqueue(new JobWork(said));

    public void Apply(NodeState state)
    {
        // Whether silence is meant is its to say.
        _silenceTold = false;
        Enqueue(new SchedulerWork(state));
    }

    /// <summary>What the samples of a time show of the machine itself.</summary>
    public void Apply(NodeIdentity seen, long timeMs)
    {
        if (seen == _identitySeen)
            return;
        _identitySeen = seen;
        Enqueue(new IdentityWork(seen, timeMs));
    }

    /// <summary>From here on the open segment is pinned to this version where its frames are all kept or it is like no pattern; every later one is.</summary>
    public void Activate(LiveLibrary library) => Enqueue(new LibraryWork(library));

    /// <summary>Time went on in the shard.</summary>
    /// <param name="silenceCounts">False while the shard catches up: nodes whose records are further back are not silent.</param>
    /// <param name="quiet">Sources that nothing comes from, one bit each: a node of theirs alone is not to blame.</param>
    public void Tick(long watermarkMs, bool silenceCounts, int quiet = 0)
    {
        TakeFrames(watermarkMs);
        if (!silenceCounts || (_sources & ~quiet) == 0 || _silenceTold || NewestMs == CounterState.Never || watermarkMs - NewestMs < _room.Options.StaleMs)
            return;
        _silenceTold = true;
        Enqueue(new SilenceWork(NewestMs, watermarkMs));
    }

    /// <summary>Takes in what was applied, until a frame waits or nothing is left.</summary>
    public void Advance(NodeEffects effects)
    {
        var before = effects.Changes;
        while (Waiting is null)
        {
            if (_scoring.Again > 0)
                _scoring.PushAgain();
            else if (_work.TryDequeue(out var work))
                Take(work, effects);
            else
                break;
        }
        Urgent |= effects.Changes != before;
    }

    /// <summary>The residual of <see cref="Waiting"/> is there.</summary>
    public void Complete(ReadOnlySpan<float> residual, NodeEffects effects)
    {
        var scorer = Waiting ?? throw new InvalidOperationException($"no frame of {Key} waits");
        var before = effects.Changes;
        var library = _scoring.Library!;
        var frame = scorer.Complete(residual, library.Scratch);
        effects.Scored++;
        effects.OnScore?.Invoke(Key, frame);
        effects.Frames?.Keep(Key, frame.TimeMs, scorer, residual);
        if (_scoring.Again == 0)
            effects.OnNewest?.Invoke(frame.TimeMs);
        _track.Pin(frame.Match.Matched ? frame.Match.Pattern : null, library.Version, effects);
        _standing.Judge(frame, scorer, library.Scratch, Now(), effects);
        Urgent |= effects.Changes != before;
    }

    /// <summary>Nothing is known of it: as good as a node that was never heard of.</summary>
    public bool Blank => NewestMs == CounterState.Never && _work.Count == 0 && _jobs.Facts == 0 && _standing.State is { Scheduler: null, Told: null };

    /// <summary>Whether the scheduler's word that it left holds: it had named it or nothing ever came, and nothing came since.</summary>
    public bool Leaves(NodeState said) =>
        NewestMs < said.GoneSinceMs && (NewestMs == CounterState.Never || _standing.State.Scheduler is not null || _work.OfType<SchedulerWork>().Any());

    /// <summary>It is watched no more: its segment ends behind its last frame, and what it found is no longer of interest. Only when <see cref="Idle"/>.</summary>
    public void Leave(NodeState said, NodeEffects effects)
    {
        if (_track.FrontierMs is { } last)
            _track.End(last + _room.Options.Frames.CadenceMs, effects);
        effects.Leave(new NodeStatus(Key, NodePresence.Fresh, NodeMute.None, [], null, Watched: false, said.AsOfMs));
    }

    public NodeView View() => _standing.View(Now(), _scoring.Scorer?.Match, _scoring.Scorer is null ? 0 : _scoring.Library!.Version);

    /// <summary>The rows of this node that are to be stored with what was applied so far; only when <see cref="Idle"/>.</summary>
    internal WatchedNodeState State => !Idle
        ? throw new InvalidOperationException($"{Key} has not taken in everything")
        : new WatchedNodeState(_frames.State, _jobs, _track.FirstMs, _track.FrontierMs, [.. _track.Segments], _seen, _active?.Version ?? 0, _silenceTold, _scoring.State, _standing.State, _watch.Rules, _sources);

    /// <summary>The row is stored, or on its way.</summary>
    public void Stored() => Dirty = Urgent = false;

    /// <param name="head">The open segment's first frames, as many as are stored.</param>
    /// <exception cref="ArgumentException">The state does not fit the library or the dictionary of series.</exception>
    internal static WatchedNode Restore(NodeKey key, NodeRoom room, WatchedNodeState state, IReadOnlyList<(long TimeMs, float[] Row)> head)
    {
        var node = new WatchedNode(key, room, LiveFrames.Restore(room.Frames, state.Frames), [.. state.Rules]);
        (node._jobs, node._seen, node._silenceTold, node._sources) = (state.Jobs, state.FramesSeen, state.SilenceTold, state.Sources);
        node._active = state.ActiveLibrary == 0 ? null : Library(state.ActiveLibrary);
        node._track.Restore(state.FirstMs, state.FrontierMs, state.Segments);
        node._standing.Restore(state.Standing);
        if (state.Scoring is { } scoring)
            node._scoring.Restore(scoring, Library(scoring.LibraryVersion), head);
        return node;

        LiveLibrary Library(long version) =>
            room.Find(version) ?? throw new ArgumentException($"{key} is pinned to library {version}, which is not loaded", nameof(state));
    }

    /// <summary>The frames that the open segment's match still grows by and that are not stored beside the row, from the first of them on.</summary>
    internal (int First, List<(long TimeMs, float[] Row)> Frames) Head() => _scoring.Head();

    /// <summary>Rises when the head begins anew.</summary>
    internal int HeadLife => _scoring.HeadLife;

    /// <param name="frames">So many of the head are stored, or on their way.</param>
    internal void HeadStored(int frames) => _scoring.HeadStored(frames);

    /// <summary>Frames of the open segment that its match rests on, or grows by; 0 once it is final.</summary>
    public int HeadFrames => _scoring.Scorer is { CollectsHead: true } scorer ? scorer.Frames : 0;

    public long SegmentStartMs => _track.Open?.StartMs ?? 0;

    /// <summary>Of the library, that it holds on to.</summary>
    internal IEnumerable<long> Versions =>
        _work.OfType<LibraryWork>().Select(w => w.Library).Append(_active).Append(_scoring.Library).OfType<LiveLibrary>().Select(l => l.Version);

    private NodeNow Now() => new(_track.FrontierMs ?? 0, _jobs, _track.Open);

    private void Enqueue(NodeWork work)
    {
        _work.Enqueue(work);
        Dirty = true;
    }

    private void TakeFrames(long watermarkMs)
    {
        while (_frames.TryClose(watermarkMs, out var timeMs))
        {
            var schema = _frames.Schema;
            var (row, devices) = _room.Lend(schema.Count);
            _frames.Write(schema, row, devices);
            Enqueue(new FrameWork(timeMs, schema, row, devices));
        }
    }

    private void Take(NodeWork work, NodeEffects effects)
    {
        switch (work)
        {
            case FrameWork frame:
                Take(frame, effects);
                break;
            case JobWork { Said: var said }:
                Take(said, effects);
                break;
            case SchedulerWork { State: var state }:
                _watch.Renew(_standing.Take(state, Now(), effects));
                break;
            case IdentityWork { Seen: var seen, AtMs: var at }:
                _watch.Renew(_standing.Take(seen, at));
                break;
            case SilenceWork { SinceMs: var since, AtMs: var until }:
                _standing.Silent(since, until, Now(), effects);
                break;
            case LibraryWork { Library: var library }:
                Take(library);
                break;
        }
    }

    private void Take(FrameWork frame, NodeEffects effects)
    {
        _seen++;
        if (_track.Advance(_jobs.Timeline, frame.TimeMs, effects))
            _scoring.Close(frame.TimeMs);
        _standing.Heard(frame, Now(), effects);
        _watch.Take(frame, Now(), effects);
        if (_scoring.Scorer is null && _active is { } active)
            _scoring.Open(Scored(), active, active.ColumnsOf(frame.Schema));
        if (_scoring.Scorer is not null)
        {
            var columns = _scoring.Library!.ColumnsOf(frame.Schema);
            if (_seen <= SettlingFrames)
                _scoring.Widen(columns);
            if (_scoring.Enough)
                _scoring.Push(frame.TimeMs, frame.Row, columns);
        }
        effects.Tap?.Frame(Key, SegmentStartMs, frame.TimeMs, frame.Schema, frame.Row, _scoring.Scorer is { Match.Matched: true } || _track.Open is { Jobs.Count: 0 });
        _room.GiveBack(frame);
    }

    private void Take(JobEvent said, NodeEffects effects)
    {
        var change = _jobs.Apply(said, _track.FrontierMs ?? said.AsOfMs - BeforeFirstMs);
        if (ReferenceEquals(change.Jobs, _jobs) && change.CutFromMs is null && change.LateFromMs is null)
            return;
        var before = _jobs;
        _jobs = change.Jobs;
        if (said.StartMs is not null)
            effects.Add(said);
        TellEnds(before, said, effects);
        if (change.LateFromMs is not null)
            effects.LateJobEvents++;
        var moved = (change.LateFromMs ?? change.CutFromMs) is { } from && _track.Recut(_jobs.Timeline, from, effects);
        // A name that comes after the run itself is taken as long as nothing of the segment is lost by beginning it anew.
        if (_scoring.Scorer is { } scorer && (moved || (scorer.Frames <= _room.Options.KeptFrames && scorer.Segment != Scored())))
            Reopen(_scoring.Library!);
        _standing.Jobs(Now(), effects);
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
    private void Take(LiveLibrary library)
    {
        _active = library;
        if (_scoring.Scorer is { } scorer && (!scorer.Match.Matched || scorer.Frames <= _room.Options.KeptFrames))
            Reopen(library);
    }

    private void Reopen(LiveLibrary library)
    {
        _scoring.Close(_track.FrontierMs!.Value);
        _scoring.Open(Scored(), library, ReferenceEquals(library, _scoring.Library) ? [] : library.ColumnsOf(_frames.Schema));
    }

    private ScoredSegment Scored()
    {
        var open = _track.Open!;
        var jobs = _jobs.At(_track.FrontierMs!.Value).Select(j => j.Run).Where(r => open.Jobs.Contains(new JobKey(r.JobId, r.StartMs))).ToArray();
        return ScoredSegment.Of(Key, open.StartMs, _room.Options.Frames.CadenceMs, jobs);
    }
}

/// <summary>Where a node is in event time.</summary>
/// <param name="AtMs">Its latest frame; 0 before the first.</param>
internal readonly record struct NodeNow(long AtMs, NodeJobs Jobs, SegmentRow? Segment);

/// <summary>A node between two records, as plain data; the head of its open segment stands beside it.</summary>
/// <param name="FramesSeen">Since the node is known.</param>
/// <param name="ActiveLibrary">What its next segment is pinned to; 0 = none.</param>
/// <param name="SilenceTold">Its silence was taken note of, and no sample came since.</param>
internal sealed record WatchedNodeState(
    LiveFramesState Frames, NodeJobs Jobs, long? FirstMs, long? FrontierMs, SegmentRow[] Segments, long FramesSeen, long ActiveLibrary, bool SilenceTold, NodeScoringState? Scoring, NodeStandingState Standing, IReadOnlyCollection<RuleState> Rules, int Sources);
