using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>The shard of nodes: records in, segments, findings and rows of nodes out in one commit.</summary>
/// <remarks>What a node does depends on its records and the shard's ticks, in the order of the log, and on nothing else: not on how records were put
/// together into steps, nor on where a replay began. So a replay after a crash gives what an undisturbed run gives.</remarks>
public sealed class NodeShard : IShardWork
{
    private const string TimeRow = "time";
    private const string LibraryRow = "libraries";

    private readonly NodeShardOptions _options;
    private readonly Func<long, byte[]?> _part;
    private readonly IShardViews _views;
    private readonly Action<string> _say;
    private readonly NodeRoom _room;
    private readonly SeriesSessions _series;
    private readonly ShardTime _time;
    private readonly ShardLibraries _libraries;
    private readonly NodeEffects _effects;
    private readonly ShardNodes _nodes;
    private readonly List<ShardNode> _touched = [];
    private readonly InferenceBatch _windows = new();
    private readonly List<ShardNode> _waiting = [];
    private readonly List<NewDeadLetter> _dead = [];
    private readonly NodeRecords _records;
    private IReadOnlyList<NodeView> _loaded = [];
    private long _storedTo;
    private long _nextPart;
    private long _givenUp;
    private volatile ShardTallies _tallies = ShardTallies.None;
    private int _shard;

    /// <param name="libraries">A version, loaded. May throw where it cannot be had: the shard then tries again.</param>
    /// <param name="part">What is stored under the number of a <see cref="ShardPart"/>; null where it is gone. May throw where it cannot be had: the shard then tries again.</param>
    /// <param name="say">Told what could not be read.</param>
    /// <param name="onScore">Null, or told of each score.</param>
    /// <param name="onNewest">Null, or told of the time of each frame that is scored while it is its node's newest.</param>
    /// <param name="tap">Null, or told of what the nodes take in.</param>
    /// <param name="frames">Null, or shown each frame with what the model took it for.</param>
    public NodeShard(
        NodeShardOptions options, Func<long, ScoringLibrary> libraries, Func<long, byte[]?> part, IShardViews views, Action<string> say,
        Action<NodeKey, FrameScore>? onScore = null, Action<long>? onNewest = null, INodeTap? tap = null, INodeFrames? frames = null)
    {
        (_options, _part, _views, _say) = (options, part, views, say);
        var dictionary = new SeriesDictionary();
        _room = new NodeRoom(new LiveFrameRoom(new LayoutPool(options.Catalogue, new SchemaPool(), Rejections), dictionary, options.Nodes.Frames), options.Nodes);
        _libraries = new ShardLibraries(_room, libraries);
        _nodes = new ShardNodes(options);
        _series = new SeriesSessions(dictionary, Rejections);
        _time = new ShardTime(options.TickMs, options.Nodes.StaleMs);
        _records = new NodeRecords(options, _nodes, _series, _time, _libraries, Rejections, key => new WatchedNode(key, _room), part, GiveUp);
        _effects = new NodeEffects { OnScore = onScore, OnNewest = onNewest, Tap = tap, Frames = frames };
    }

    /// <summary>Records and series that could not be used, by reason.</summary>
    public Rejections Rejections { get; } = new();

    /// <summary>What became of samples.</summary>
    public FrameCounts Samples => _room.Frames.Counts;

    /// <summary>Any thread.</summary>
    public ShardTallies Tallies => _tallies;

    public int Nodes => _nodes.All.Count;

    public long WatermarkMs => _time.WatermarkMs;

    public void Load(Acquired stored)
    {
        (_storedTo, _nextPart) = (stored.NextOffset, stored.NextPart);
        _series.Load(stored.Rows);
        if ((stored.Rows.TryGetValue(TimeRow, out var time) && !_time.TryLoad(time)) || (stored.Rows.TryGetValue(LibraryRow, out var libraries) && !_libraries.TryLoad(libraries)))
            throw new DependencyException("the stored time of a shard cannot be read: it is damaged, or of a newer program");
        foreach (var row in stored.Nodes)
            Load(row);
        _libraries.UseAt(_storedTo);
        _loaded = [.. _nodes.All.Where(n => !n.Node.Blank).Select(n => n.Node.View())];
    }

    public void Apply(in LogRecord record) => _records.Apply(record);

    public InferenceBatch? Windows()
    {
        _windows.Clear();
        _waiting.Clear();
        _nodes.TakeTouched(_touched);
        foreach (var node in _touched)
        {
            node.Advance(_effects);
            if (node.Waiting is not { } scorer)
                continue;
            _windows.Add(scorer);
            _waiting.Add(node);
        }
        return _windows.Count == 0 ? null : _windows;
    }

    public void Complete(InferenceBatch windows)
    {
        for (var i = 0; i < _waiting.Count; i++)
        {
            _waiting[i].Complete(windows.Residual(i), _effects);
            _nodes.Touch(_waiting[i]);
        }
    }

    public ShardCommit? Draft(in ShardMoment moment)
    {
        var (shard, epoch, appliedTo, nowMs, _, whole) = moment;
        _shard = shard.Partition;
        // What is stored may be seen at once, also where nothing new comes.
        if (_loaded.Count > 0)
            _views.Publish(_shard, _loaded);
        _loaded = [];
        if (!whole && _nodes.Quiet(nowMs) && !_effects.Any && _dead.Count == 0)
            return null;
        List<NodeRow> nodes = [];
        List<ShardRow> rows = [];
        List<string> removed = [];
        List<ShardPart> parts = [];
        List<long> removedParts = [];
        foreach (var node in _nodes.TakeDue(nowMs, whole))
            nodes.Add(Write(node, appliedTo, parts, removedParts));
        var next = Math.Max(_storedTo, _nodes.FirstUnstored(appliedTo));
        var gone = _nodes.Forget(next);
        nodes.RemoveAll(r => gone.Contains(r.Node));
        if (nodes.Count == 0 && gone.Count == 0 && !_effects.Any && _dead.Count == 0 && next == _storedTo)
            return null;
        _series.Draft(rows, removed);
        rows.Add(new ShardRow(TimeRow, _time.Draft(next, appliedTo)));
        rows.Add(new ShardRow(LibraryRow, _libraries.Draft(next)));
        _storedTo = next;
        return new ShardCommit
        {
            Shard = shard,
            Epoch = epoch,
            NextOffset = next,
            Nodes = nodes,
            RemovedNodes = gone,
            Rows = rows,
            RemovedRows = removed,
            Parts = parts,
            RemovedParts = removedParts,
            Findings = _effects.Told,
            Segments = [.. _effects.Segments],
            RemovedSegments = [.. _effects.RemovedSegments.Select(s => new SegmentKey(s.Node, s.StartMs))],
            Jobs = [.. _effects.Jobs],
            DeadLetters = [.. _dead],
        };
    }

    public void Committed()
    {
        _effects.Clear();
        _givenUp += _dead.Count;
        _dead.Clear();
        _tallies = ShardTallies.Of(Samples, Rejections, _givenUp);
        var (views, blank) = _nodes.TakeShown();
        foreach (var left in blank)
            _views.Remove(_shard, left);
        if (views.Count > 0)
            _views.Publish(_shard, views);
    }

    public void GiveUp(long offset, string reason, long nowMs)
    {
        _dead.Add(new NewDeadLetter(offset, reason, nowMs));
        _say($"record {offset} of nodes is left out: {reason}");
    }

    /// <summary>The head's new frames first: the row names where they are.</summary>
    private NodeRow Write(ShardNode node, long appliedTo, List<ShardPart> parts, List<long> removedParts)
    {
        node.Applied = Math.Max(node.Applied, appliedTo - 1);
        node.FirstUnstored = long.MaxValue;
        node.Head.Draft(node.Node, _options.Nodes.KeptFrames, ref _nextPart, parts, removedParts);
        var row = new NodeRow(node.Node.Key, node.Applied, NodeRowWire.Write(node.Head.Thin(node.Node.State)));
        node.Stored();
        _nodes.Written(node);
        return row;
    }

    private void Load(NodeRow row)
    {
        if (!NodeRowWire.TryRead(row.Bytes.Span, row.Node, out var state, out var failure))
            throw new DependencyException($"the stored row of {row.Node} cannot be read: {failure}");
        foreach (var version in (long[])[state.ActiveLibrary, state.Scoring?.LibraryVersion ?? 0])
            _libraries.Find(version);
        var head = new StoredHead(row.Node, state.Head, _part);
        _nodes.Add(new ShardNode(WatchedNode.Restore(row.Node, _room, head.Whole(state)), row.AppliedOffset, head));
    }
}
