using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>One node: from its records in the order of the log to segments, scores and findings. No clock, no I/O but the stored head of its segment, read where a
/// match is due: only event time changes it.</summary>
/// <remarks>Records are applied, then <see cref="Advance"/> goes on until a frame waits for its residual (<see cref="Waiting"/>) or nothing is left;
/// <see cref="Complete"/> takes the residual. One thread at a time; an exception leaves it unusable, and its shard with it.</remarks>
public sealed class WatchedNode
{
    private readonly NodeRoom _room;
    private readonly Queue<NodeWork> _work = new();
    private readonly LiveFrames _frames;
    private readonly NodeSegments _segments;
    private readonly NodeStanding _standing;
    private readonly NodeWatch _watch;
    private bool _silenceTold;
    private NodeIdentity? _identitySeen;

    /// <summary>Who ever sent something of it, one bit a source.</summary>
    private int _sources;

    public WatchedNode(NodeKey key, NodeRoom room) : this(key, room, new LiveFrames(room.Frames), [])
    {
    }

    private WatchedNode(NodeKey key, NodeRoom room, LiveFrames frames, RuleState[] rules)
    {
        (Key, _room, _frames) = (key, room, frames);
        _segments = new NodeSegments(key, room);
        _standing = new NodeStanding(key, room.Options);
        _watch = new NodeWatch(key, room.Options, rules);
    }

    public NodeKey Key { get; }

    /// <summary>The newest sample's time.</summary>
    public long NewestMs => _frames.NewestMs;

    /// <summary>The scorer of a frame that waits for its residual.</summary>
    public SegmentScorer? Waiting => Scoring.Scorer is { Pending: true } scorer ? scorer : null;

    /// <summary>Everything that was applied is taken in.</summary>
    public bool Idle => _work.Count == 0 && Scoring.Again == 0 && Waiting is null;

    /// <summary>Its row differs from the stored one.</summary>
    public bool Dirty { get; private set; }

    /// <summary>Segments or findings changed: the row belongs into the same commit.</summary>
    public bool Urgent { get; private set; }

    private NodeScoring Scoring => _segments.Scoring;

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
            if (Scoring.Again > 0)
                Scoring.PushAgain();
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
        var scratch = Scoring.Library!.Scratch;
        var frame = scorer.Complete(residual, scratch);
        effects.Scored++;
        effects.OnScore?.Invoke(Key, frame);
        effects.Frames?.Keep(Key, frame.TimeMs, scorer, residual);
        if (Scoring.Again == 0)
            effects.OnNewest?.Invoke(frame.TimeMs);
        _segments.Pin(frame.Match, effects);
        _standing.Judge(frame, scorer, scratch, _segments.Now, effects);
        Urgent |= effects.Changes != before;
    }

    /// <summary>Nothing is known of it: as good as a node that was never heard of.</summary>
    public bool Blank => NewestMs == CounterState.Never && _work.Count == 0 && _segments.Now.Jobs.Facts == 0 && _standing.State is { Scheduler: null, Told: null };

    /// <summary>Whether the scheduler's word that it left holds: it had named it or nothing ever came, and nothing came since.</summary>
    public bool Leaves(NodeState said) =>
        NewestMs < said.GoneSinceMs && (NewestMs == CounterState.Never || _standing.State.Scheduler is not null || _work.OfType<SchedulerWork>().Any());

    /// <summary>It is watched no more: its segment ends behind its last frame, and what it found is no longer of interest. Only when <see cref="Idle"/>.</summary>
    public void Leave(NodeState said, NodeEffects effects)
    {
        _segments.End(effects);
        effects.Leave(new NodeStatus(Key, NodePresence.Fresh, NodeMute.None, [], null, Watched: false, said.AsOfMs));
    }

    public NodeView View() => _standing.View(_segments.Now, Scoring.Scorer?.Match, Scoring.Scorer is null ? 0 : Scoring.Library!.Version);

    /// <summary>The row of this node that is to be stored with what was applied so far; only when <see cref="Idle"/>.</summary>
    internal WatchedNodeState State => !Idle
        ? throw new InvalidOperationException($"{Key} has not taken in everything")
        : _segments.AddTo(new WatchedNodeState { Frames = _frames.State, Standing = _standing.State, SilenceTold = _silenceTold, Rules = _watch.Rules, Sources = _sources });

    /// <summary>The row is stored, or on its way.</summary>
    public void Stored() => Dirty = Urgent = false;

    /// <exception cref="ArgumentException">The state does not fit the library or the dictionary of series.</exception>
    internal static WatchedNode Restore(NodeKey key, NodeRoom room, WatchedNodeState state)
    {
        var node = new WatchedNode(key, room, LiveFrames.Restore(room.Frames, state.Frames), [.. state.Rules]);
        (node._silenceTold, node._sources) = (state.SilenceTold, state.Sources);
        node._segments.Restore(state);
        node._standing.Restore(state.Standing);
        return node;
    }

    /// <summary>Reads the open segment's first frames as far as they are stored; null where they are not there any more.</summary>
    internal Func<IReadOnlyList<(long TimeMs, float[] Row)>?> StoredHead
    {
        set => Scoring.StoredHead = value;
    }

    /// <summary>The frames that the open segment's match still grows by and that are not stored beside the row, from the first of them on.</summary>
    internal (int First, List<(long TimeMs, float[] Row)> Frames) Head() => Scoring.Head();

    /// <summary>Rises when the head begins anew.</summary>
    internal int HeadLife => Scoring.HeadLife;

    /// <param name="frames">So many of the head are stored, or on their way.</param>
    internal void HeadStored(int frames) => Scoring.HeadStored(frames);

    /// <summary>Frames of the open segment that its match rests on, or grows by; 0 once it is final.</summary>
    public int HeadFrames => Scoring.Scorer is { CollectsHead: true } scorer ? scorer.Frames : 0;

    public long SegmentStartMs => _segments.StartMs;

    /// <summary>Of the library, that it holds on to.</summary>
    internal IEnumerable<long> Versions =>
        _work.OfType<LibraryWork>().Select(w => w.Library).Append(_segments.Active).Append(Scoring.Library).OfType<LiveLibrary>().Select(l => l.Version);

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
                _segments.Enter(frame, effects);
                _standing.Heard(frame, _segments.Now, effects);
                _watch.Take(frame, _segments.Now, effects);
                _segments.Push(frame, effects);
                _room.GiveBack(frame);
                break;
            case JobWork { Said: var said }:
                if (_segments.Take(said, _frames.Schema, effects))
                    _standing.Jobs(_segments.Now, effects);
                break;
            case SchedulerWork { State: var state }:
                _watch.Renew(_standing.Take(state, _segments.Now, effects));
                break;
            case IdentityWork { Seen: var seen, AtMs: var at }:
                _watch.Renew(_standing.Take(seen, at));
                break;
            case SilenceWork { SinceMs: var since, AtMs: var until }:
                _standing.Silent(since, until, _segments.Now, effects);
                break;
            case LibraryWork { Library: var library }:
                _segments.Take(library, _frames.Schema);
                break;
        }
    }
}
