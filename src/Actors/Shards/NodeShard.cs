using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards.Samples;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Shards;

/// <summary>A shard of nodes: samples, job events and states of nodes in; segments, findings and rows of nodes out.</summary>
/// <remarks>A node's row is written with the commit of what it said, and otherwise once a <see cref="NodeShardOptions.FlushMs"/>, spread over the nodes; the next
/// offset stays at the oldest record that no stored row covers, and a replay from there skips what each row has applied.</remarks>
public sealed class NodeShard : IShardWork
{
    private readonly NodeShardOptions _options;
    private readonly NodeRoom _room;
    private readonly NodeShardOutlets _outlets;
    private readonly SortedDictionary<string, ShardNode> _nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ShardNode> _busy = new(StringComparer.Ordinal);
    private readonly HashSet<ShardNode> _touched = [];
    private readonly NodeShardRows _rows;
    private readonly NodeEffects _effects = new();
    private readonly InferenceBatch _batch = new();
    private readonly List<ShardNode> _inBatch = [];
    private readonly List<NewDeadLetter> _dead = [];
    private long _watermark = long.MinValue / 2;
    private long _ticked = long.MinValue / 2;
    private long _newestRecordMs;
    private long _storedTo;
    private bool _live;

    public NodeShard(NodeRoom room, NodeShardOptions options, NodeShardOutlets outlets)
    {
        (_room, _options, _outlets) = (room, options, outlets);
        _rows = new NodeShardRows(room.Frames.Series);
    }

    public NodeShardCounts Counts { get; } = new();

    public void Load(Acquired stored)
    {
        _storedTo = stored.NextOffset;
        var (heads, active) = _rows.Load(stored);
        foreach (var row in stored.Nodes)
        {
            if (!NodeRowWire.TryRead(row.Bytes.Span, row.Node, out var state, out var failure))
                throw new DependencyException($"the stored row of {row.Node} cannot be read: {failure}");
            foreach (var version in (long[])[state.ActiveLibrary, state.Scoring?.LibraryVersion ?? 0])
                Library(version);
            var head = heads.GetValueOrDefault(row.Node);
            var node = new ShardNode(row.Node, WatchedNode.Restore(row.Node, _room, state, head?.Frames ?? [])) { Applied = row.AppliedOffset, Head = head?.Stored ?? new StoredHead() };
            _nodes.Add(row.Node.ToString(), node);
            _watermark = Math.Max(_watermark, node.Node.NewestMs);
            _touched.Add(node);
        }
        _room.Active = Library(active);
    }

    public void Apply(in LogRecord record)
    {
        _newestRecordMs = Math.Max(_newestRecordMs, record.TimestampMs);
        switch (record.Kind)
        {
            case RecordKinds.Series:
                if (_rows.Define(record.Payload) is { } why)
                    GiveUp(record.Offset, why, record.TimestampMs);
                return;
            case RecordKinds.Library:
                if (!LogSink.TryReadLibrary(record.Payload, out var version))
                    GiveUp(record.Offset, "an activation that cannot be read", record.TimestampMs);
                else
                    Activate(version);
                return;
        }
        if (!RecordKinds.TryReadKey(record.Key, out var key))
        {
            GiveUp(record.Offset, "a record whose key is no node's", record.TimestampMs);
            return;
        }
        var node = Find(key);
        if (node is null)
        {
            Counts.TooManyNodes++;
            return;
        }
        if (record.Offset <= node.Applied)
            return;
        if (Take(node, record) is { } wrong)
        {
            GiveUp(record.Offset, wrong, record.TimestampMs);
            return;
        }
        node.Applied = record.Offset;
        node.FirstUnstored ??= record.Offset;
        Touch(node);
    }

    public InferenceBatch? Windows()
    {
        Tick();
        _batch.Clear();
        _inBatch.Clear();
        foreach (var (name, node) in _busy)
        {
            node.Node.Advance(_effects);
            if (node.Node.Waiting is { } scorer)
            {
                _batch.Add(scorer);
                _inBatch.Add(node);
            }
        }
        if (_inBatch.Count > 0)
            return _batch;
        _busy.Clear();
        return null;
    }

    public void Complete(InferenceBatch windows)
    {
        for (var i = 0; i < _inBatch.Count; i++)
            _inBatch[i].Node.Complete(windows.Residual(i), _effects);
        Counts.Scored += _inBatch.Count;
    }

    public ShardCommit? Draft(TopicPartition shard, long epoch, long appliedTo, long nowMs, bool whole)
    {
        // While old records are gone through, a node whose own are further back is not silent.
        _live = nowMs - _newestRecordMs < _options.LiveWithinMs;
        List<NodeRow> rows = [];
        List<ShardNode> stored = [];
        var next = appliedTo;
        foreach (var node in _nodes.Values)
        {
            node.DueMs ??= nowMs + (Murmur2.Partition(RecordKinds.Key(node.Key), 1 << 20) * _options.FlushMs >> 20);
            if (node.Node.Urgent || (node.Node.Dirty && (whole || nowMs >= node.DueMs)))
            {
                rows.Add(new NodeRow(node.Key, node.Applied, NodeRowWire.Write(node.Node.State)));
                stored.Add(node);
            }
            else if (node.FirstUnstored is { } first)
            {
                next = Math.Min(next, first);
            }
        }
        if (rows.Count == 0 && !_effects.Any && !_rows.Any && _dead.Count == 0 && !(whole && next > _storedTo))
        {
            Publish(shard.Partition);
            return null;
        }
        foreach (var node in stored)
        {
            _rows.Put(node);
            node.Node.Stored();
            (node.FirstUnstored, node.DueMs) = (null, nowMs + _options.FlushMs);
        }
        _storedTo = Math.Max(_storedTo, next);
        return new ShardCommit
        {
            Shard = shard,
            Epoch = epoch,
            NextOffset = _storedTo,
            Nodes = rows,
            Rows = _rows.Take(out var removed),
            RemovedRows = removed,
            Findings = [.. _effects.Statuses.Select(FindingRecord.Of), .. _effects.Findings.Select(FindingRecord.Of)],
            Segments = [.. _effects.Segments.Select(s => new SegmentRow(s.Node, s.StartMs, s.EndMs, s.Jobs, s.Pattern, s.LibraryVersion))],
            RemovedSegments = [.. _effects.RemovedSegments.Select(s => new SegmentKey(s.Node, s.StartMs))],
            Jobs = [.. _effects.Jobs],
            DeadLetters = [.. _dead],
        };
    }

    public void Committed()
    {
        Counts.Findings += _effects.Findings.Count;
        Counts.LateJobEvents += _effects.LateJobEvents;
        _effects.Clear();
        _dead.Clear();
        Publish(_outlets.Shard);
    }

    public void GiveUp(long offset, string reason, long nowMs)
    {
        Counts.DeadLetters++;
        _dead.Add(new NewDeadLetter(offset, reason, nowMs));
    }

    private string? Take(ShardNode node, in LogRecord record)
    {
        switch (record.Kind)
        {
            case RecordKinds.Samples:
                if (!SampleRecord.TryRead(record.Payload, node.Key, _rows.Sessions, out var batch, out var unknown))
                    return "a batch of samples that cannot be read";
                Counts.Samples += batch!.Samples.Count;
                Counts.UnknownSeries += unknown;
                // A node whose clock is ahead must not make all others silent.
                if (batch.TimeMs <= record.TimestampMs + _options.MostAheadMs)
                    _watermark = Math.Max(_watermark, batch.TimeMs);
                else
                    Counts.Ahead++;
                node.Node.Apply(batch, _watermark);
                return null;
            case RecordKinds.Job:
                if (!WireBytes.TryRead<JobEvent>(record.Payload, out var job, out var jobFailure))
                    return $"a job event that cannot be read: {jobFailure}";
                node.Node.Apply(job);
                return null;
            case RecordKinds.NodeState:
                if (!WireBytes.TryRead<NodeState>(record.Payload, out var state, out var stateFailure))
                    return $"a node's state that cannot be read: {stateFailure}";
                node.Node.Apply(state);
                return null;
            default:
                return $"a record of unknown kind {record.Kind}";
        }
    }

    private ShardNode? Find(NodeKey key)
    {
        var name = key.ToString();
        if (_nodes.TryGetValue(name, out var node))
            return node;
        if (_nodes.Count >= _options.MaxNodes)
            return null;
        _nodes.Add(name, node = new ShardNode(key, new WatchedNode(key, _room)));
        return node;
    }

    private void Touch(ShardNode node)
    {
        _busy[node.Key.ToString()] = node;
        _touched.Add(node);
    }

    /// <summary>Nodes that say nothing are looked at once a cadence of event time.</summary>
    private void Tick()
    {
        if (_watermark - _ticked < _room.Options.Frames.CadenceMs)
            return;
        _ticked = _watermark;
        foreach (var node in _nodes.Values)
        {
            node.Node.Tick(_watermark, _live);
            if (!node.Node.Idle)
                Touch(node);
        }
    }

    private void Activate(long version)
    {
        if (Library(version) is not { } library)
            return;
        _room.Active = library;
        _rows.Activated(version);
        foreach (var node in _nodes.Values)
        {
            node.Node.Activate(library);
            Touch(node);
        }
    }

    /// <exception cref="DependencyException">The version is named by a row or a record and cannot be had: going on without it would change what was said.</exception>
    private LiveLibrary? Library(long version)
    {
        if (version == 0)
            return null;
        if (_room.Find(version) is { } known)
            return known;
        var library = new LiveLibrary(version, _outlets.Library(version));
        _room.Add(library);
        return library;
    }

    private void Publish(int shard)
    {
        if (_touched.Count == 0)
            return;
        _outlets.Views.Publish(shard, [.. _touched.Select(n => n.Node.View())]);
        _touched.Clear();
    }
}
