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
    private readonly Func<long, ScoringLibrary> _libraries;
    private readonly IShardViews _views;
    private readonly Action<string> _say;
    private readonly NodeRoom _room;
    private readonly SeriesSessions _series;
    private readonly ShardTime _time;
    private readonly Activations _activations = new();
    private readonly NodeEffects _effects;
    private readonly SortedDictionary<NodeKey, ShardNode> _nodes = new(NodeOrder.Comparer);
    private readonly List<ShardNode> _touched = [];
    private readonly Dictionary<NodeKey, ShardNode> _shown = [];
    private readonly Queue<ShardNode> _unstored = new();
    private readonly InferenceBatch _windows = new();
    private readonly List<ShardNode> _waiting = [];
    private readonly HashSet<ShardNode> _left = [];
    private readonly List<Sample> _samples = [];
    private readonly List<NewDeadLetter> _dead = [];
    private readonly List<long> _newest = [];
    private IReadOnlyList<NodeView> _loaded = [];
    private long _storedTo;
    private long _draftedMs = long.MinValue / 2;
    private double _quota;
    private long _givenUp;
    private volatile ShardTallies _tallies = ShardTallies.None;
    private int _shard;

    /// <param name="libraries">A version, loaded. May throw where it cannot be had: the shard then tries again.</param>
    /// <param name="say">Told what could not be read.</param>
    /// <param name="onScore">Null, or told of each score.</param>
    /// <param name="onNewest">Null, or told of the time of each frame that is scored while it is its node's newest.</param>
    /// <param name="tap">Null, or told of what the nodes take in.</param>
    /// <param name="frames">Null, or shown each frame with what the model took it for.</param>
    public NodeShard(NodeShardOptions options, Func<long, ScoringLibrary> libraries, IShardViews views, Action<string> say, Action<NodeKey, FrameScore>? onScore = null, Action<long>? onNewest = null, INodeTap? tap = null, INodeFrames? frames = null)
    {
        (_options, _libraries, _views, _say) = (options, libraries, views, say);
        var dictionary = new SeriesDictionary();
        _room = new NodeRoom(new LiveFrameRoom(new LayoutPool(options.Catalogue, new SchemaPool(), Rejections), dictionary, options.Nodes.Frames), options.Nodes);
        _series = new SeriesSessions(dictionary, Rejections);
        _time = new ShardTime(options.TickMs, options.Nodes.StaleMs);
        _effects = new NodeEffects { OnScore = onScore, OnNewest = onNewest, Tap = tap, Frames = frames };
    }

    /// <summary>Records and series that could not be used, by reason.</summary>
    public Rejections Rejections { get; } = new();

    /// <summary>What became of samples.</summary>
    public FrameCounts Samples => _room.Frames.Counts;

    /// <summary>Any thread.</summary>
    public ShardTallies Tallies => _tallies;

    public int Nodes => _nodes.Count;

    public long WatermarkMs => _time.WatermarkMs;

    public void Load(Acquired stored)
    {
        _storedTo = stored.NextOffset;
        _series.Load(stored.Rows);
        if ((stored.Rows.TryGetValue(TimeRow, out var time) && !_time.TryLoad(time)) || (stored.Rows.TryGetValue(LibraryRow, out var libraries) && !_activations.TryLoad(libraries)))
            throw new DependencyException("the stored time of a shard cannot be read: it is damaged, or of a newer program");
        var heads = stored.Rows.Where(r => r.Key.StartsWith(HeadRows.Prefix, StringComparison.Ordinal))
            .ToLookup(r => r.Key[HeadRows.Prefix.Length..r.Key.LastIndexOf('/', r.Key.LastIndexOf('/') - 1)], StringComparer.Ordinal);
        foreach (var row in stored.Nodes)
            Load(row, heads[row.Node.ToString()]);
        Use(_activations.At(_storedTo));
        _loaded = [.. _nodes.Values.Where(n => !n.Node.Blank).Select(n => n.Node.View())];
    }

    public void Apply(in LogRecord record)
    {
        if (record.Kind == (byte)NodeRecordKind.LibraryActivated)
            Activate(record);
        else if (record.Kind == (byte)NodeRecordKind.SourceTime)
            ApplyTime(record);
        else if (NodeRecordKey.TryRead(record.Key, out var key))
            Apply(record, key);
        else
            Rejections.Add("record without a node", $"offset {record.Offset}");
        if (_time.Replayed(record.Offset) is { } tick)
            Tick(tick);
    }

    public InferenceBatch? Windows()
    {
        _windows.Clear();
        _waiting.Clear();
        _touched.Sort((a, b) => NodeOrder.Comparer.Compare(a.Node.Key, b.Node.Key));
        foreach (var node in _touched)
        {
            node.Advance(_effects);
            node.Touched = false;
            if (node.Waiting is not { } scorer)
                continue;
            _windows.Add(scorer);
            _waiting.Add(node);
        }
        _touched.Clear();
        return _windows.Count == 0 ? null : _windows;
    }

    public void Complete(InferenceBatch windows)
    {
        for (var i = 0; i < _waiting.Count; i++)
        {
            _waiting[i].Complete(windows.Residual(i), _effects);
            Touch(_waiting[i]);
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
        var quiet = nowMs - _draftedMs < _options.QuietCommit.TotalMilliseconds;
        if (!whole && quiet && !_effects.Any && _dead.Count == 0)
            return null;
        // Once for each stretch of time: this is asked far more often than anything is written.
        _quota = Math.Min(_nodes.Count, _quota + (_nodes.Count * Math.Clamp((nowMs - _draftedMs) / _options.Spread.TotalMilliseconds, 0, 1)));
        _draftedMs = nowMs;
        List<NodeRow> nodes = [];
        List<ShardRow> rows = [];
        List<string> removed = [];
        foreach (var node in Due(whole))
            Write(node, appliedTo, nodes, rows, removed);
        var next = Math.Max(_storedTo, _unstored.Select(n => n.FirstUnstored).Append(appliedTo).Min());
        var gone = Forget(next, nodes);
        if (nodes.Count == 0 && gone.Count == 0 && !_effects.Any && _dead.Count == 0 && next == _storedTo)
            return null;
        _series.Draft(rows, removed);
        rows.Add(new ShardRow(TimeRow, _time.Draft(next, appliedTo)));
        rows.Add(new ShardRow(LibraryRow, _activations.Draft(next)));
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
        foreach (var left in _shown.Values.Where(n => n.Node.Blank))
            _views.Remove(_shard, left.Node.Key);
        if (_shown.Values.Any(n => !n.Node.Blank))
            _views.Publish(_shard, [.. _shown.Values.Where(n => !n.Node.Blank).Select(n => n.Node.View())]);
        _shown.Clear();
    }

    public void GiveUp(long offset, string reason, long nowMs)
    {
        _dead.Add(new NewDeadLetter(offset, reason, nowMs));
        _say($"record {offset} of nodes is left out: {reason}");
    }

    private void Apply(in LogRecord record, NodeKey key)
    {
        switch ((NodeRecordKind)record.Kind)
        {
            case NodeRecordKind.Samples:
                ApplySamples(record, key);
                break;
            case NodeRecordKind.JobEvent:
                if (!WireBytes.TryRead<JobEvent>(record.Payload, out var said, out var failure))
                    GiveUp(record.Offset, $"a job event that cannot be read: {failure}", record.TimestampMs);
                else if (At(record.Offset, key) is { } node)
                    node.Node.Apply(said);
                break;
            case NodeRecordKind.NodeState:
                if (!WireBytes.TryRead<NodeState>(record.Payload, out var state, out failure))
                    GiveUp(record.Offset, $"a node's state that cannot be read: {failure}", record.TimestampMs);
                else if (At(record.Offset, key) is { } node)
                    Apply(node, state);
                break;
            default:
                Rejections.Add("record of an unknown kind", $"kind {record.Kind} at offset {record.Offset}");
                break;
        }
    }

    private void Apply(ShardNode node, NodeState state)
    {
        if (state.GoneSinceMs is null)
            node.Node.Apply(state);
        else if (node.Node.Leaves(state))
            node.Leave(state, new WatchedNode(node.Node.Key, _room));
    }

    private void ApplySamples(in LogRecord record, NodeKey key)
    {
        var reader = new WireReader(record.Payload);
        if (!SampleRecord.TryRead(ref reader, _series, _samples, out var head, out var unknown))
        {
            GiveUp(record.Offset, $"samples that cannot be read: {reader.Failure}", record.TimestampMs);
            return;
        }
        if (unknown > 0)
            Rejections.Add("samples of series that nobody explained", $"{unknown} of {key} at offset {record.Offset}");
        var timeMs = head.TimeMs;
        if (timeMs > record.TimestampMs + _options.MostAhead.TotalMilliseconds)
        {
            Rejections.Add("samples from the future", $"{key}: {timeMs - record.TimestampMs} ms ahead");
            return;
        }
        if (At(record.Offset, key) is { } node)
        {
            node.Node.Apply(new SampleBatch(key, timeMs, _samples) { Replica = head.Replica, Source = head.Source }, _time.WatermarkMs);
            var seen = NodeIdentity.Unknown;
            foreach (var sample in _samples)
                seen = IdentityMetrics.Add(seen, sample);
            if (seen != NodeIdentity.Unknown)
                node.Node.Apply(seen, timeMs);
        }
        if (_time.Reach(record.Offset, timeMs))
            Tick(record, null);
    }

    private void ApplyTime(in LogRecord record)
    {
        var reader = new WireReader(record.Payload);
        if (!SourceTime.TryRead(ref reader, out var sources))
            GiveUp(record.Offset, $"a time of the sources that cannot be read: {reader.Failure}", record.TimestampMs);
        else
            Tick(record, sources);
    }

    private void Tick(in LogRecord record, SourceTime? sources)
    {
        _newest.Clear();
        foreach (var one in _nodes.Values)
            _newest.Add(one.Node.NewestMs);
        if (_time.Tick(record.Offset, _newest, record.TimestampMs, (long)_options.CaughtUp.TotalMilliseconds, sources) is { } tick)
            Tick(tick);
    }

    private void Tick(ShardTick tick)
    {
        foreach (var node in _nodes.Values)
        {
            if (tick.Offset <= node.Applied)
                continue;
            node.Node.Tick(tick.WatermarkMs, tick.SilenceCounts, tick.Quiet);
            Changed(node, tick.Offset);
        }
    }

    private void Activate(in LogRecord record)
    {
        var reader = new WireReader(record.Payload);
        if (!reader.TryReadInt64(out var version) || version < 1)
        {
            GiveUp(record.Offset, $"a library's activation that cannot be read: {reader.Failure}", record.TimestampMs);
            return;
        }
        _activations.Add(record.Offset, version);
        LetGo();
        Use(version);
        foreach (var node in _nodes.Values)
        {
            if (record.Offset <= node.Applied)
                continue;
            node.Node.Activate(_room.Active!);
            Changed(node, record.Offset);
        }
    }

    /// <summary>The node that a record is for; null where its stored row has it already, or where there are too many.</summary>
    private ShardNode? At(long offset, NodeKey key)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            if (_nodes.Count >= _options.MostNodes)
            {
                Rejections.Add("more nodes than a shard takes", key.ToString());
                return null;
            }
            _nodes.Add(key, node = new ShardNode(new WatchedNode(key, _room), -1));
        }
        if (offset <= node.Applied)
            return null;
        Touch(node);
        _shown[key] = node;
        Unstored(node, offset);
        return node;
    }

    /// <summary>Where something happened to it beside its own records.</summary>
    private void Changed(ShardNode node, long offset)
    {
        if (!node.Node.Dirty || node.Node.Idle)
            return;
        Touch(node);
        _shown[node.Node.Key] = node;
        Unstored(node, offset);
    }

    private void Touch(ShardNode node)
    {
        if (node.Touched)
            return;
        node.Touched = true;
        _touched.Add(node);
    }

    private void Unstored(ShardNode node, long offset)
    {
        node.FirstUnstored = Math.Min(node.FirstUnstored, offset);
        if (node.Queued)
            return;
        node.Queued = true;
        _unstored.Enqueue(node);
    }

    /// <summary>Those whose segments or findings changed, and of the others those that have waited longest: one at least, since nodes are shown with a commit,
    /// and a shard of a few nodes would have none for most of a minute.</summary>
    private List<ShardNode> Due(bool whole)
    {
        var due = new List<ShardNode>();
        var left = whole ? int.MaxValue : Math.Max(1, (int)_quota);
        for (var i = _unstored.Count; i > 0; i--)
        {
            var node = _unstored.Dequeue();
            if (node.Urgent || left-- > 0)
            {
                node.Queued = false;
                due.Add(node);
            }
            else
            {
                _unstored.Enqueue(node);
            }
        }
        _quota = Math.Max(0, _quota - due.Count);
        return due;
    }

    private void Write(ShardNode node, long appliedTo, List<NodeRow> nodes, List<ShardRow> rows, List<string> removed)
    {
        node.Applied = Math.Max(node.Applied, appliedTo - 1);
        node.FirstUnstored = long.MaxValue;
        nodes.Add(new NodeRow(node.Node.Key, node.Applied, NodeRowWire.Write(node.Node.State)));
        if (node.Node.Blank)
            _left.Add(node);
        node.Head.Draft(node.Node, _options.Nodes.KeptFrames, rows, removed);
        node.Stored();
    }

    /// <summary>Nodes that are watched no more. Their row goes when no replay can begin before what it holds: until then it says which records are done with.</summary>
    private List<NodeKey> Forget(long next, List<NodeRow> rows)
    {
        var gone = new List<NodeKey>();
        foreach (var node in _left.ToList())
        {
            if (node.Node.Blank && next <= node.Applied)
                continue;
            _left.Remove(node);
            if (!node.Node.Blank)
                continue;
            var key = node.Node.Key;
            rows.RemoveAll(r => r.Node == key);
            _nodes.Remove(key);
            gone.Add(key);
        }
        return gone;
    }

    private void Load(NodeRow row, IEnumerable<KeyValuePair<string, byte[]>> head)
    {
        if (!NodeRowWire.TryRead(row.Bytes.Span, row.Node, out var state, out var failure))
            throw new DependencyException($"the stored row of {row.Node} cannot be read: {failure}");
        foreach (var version in (long[])[state.ActiveLibrary, state.Scoring?.LibraryVersion ?? 0])
            Library(version);
        var rows = new HeadRows(row.Node);
        var segment = state.Segments.Length == 0 ? 0 : state.Segments[^1].StartMs;
        var node = WatchedNode.Restore(row.Node, _room, state, rows.Load(segment, head));
        var known = new ShardNode(node, row.AppliedOffset) { Head = rows };
        _nodes.Add(row.Node, known);
        if (node.Blank)
            _left.Add(known);
    }

    /// <summary>Versions that no node is pinned to any more: memory must not grow with each that is learned. One that a row still names is loaded again.</summary>
    private void LetGo()
    {
        var used = _nodes.Values.SelectMany(n => n.Node.Versions).ToHashSet();
        foreach (var version in _room.Libraries.Select(l => l.Version).Where(v => !used.Contains(v)).ToList())
            _room.Remove(version);
    }

    private void Use(long version) => _room.Active = Library(version);

    private LiveLibrary? Library(long version)
    {
        if (version == 0)
            return null;
        if (_room.Find(version) is { } known)
            return known;
        _room.Add(new LiveLibrary(version, _libraries(version)));
        return _room.Find(version);
    }
}
