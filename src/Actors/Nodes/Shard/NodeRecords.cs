using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>What each record of a shard's log does to its nodes and to its time.</summary>
/// <param name="make">A node that was not known so far.</param>
/// <param name="part">What is stored under the number of a part.</param>
/// <param name="giveUp">Told of a record that cannot be read: its offset, why, and its time.</param>
internal sealed class NodeRecords(
    NodeShardOptions options, ShardNodes nodes, SeriesSessions series, ShardTime time, ShardLibraries libraries, Rejections rejections,
    Func<NodeKey, WatchedNode> make, Func<long, byte[]?> part, Action<long, string, long> giveUp)
{
    private readonly List<Sample> _samples = [];
    private readonly List<long> _newest = [];

    public void Apply(in LogRecord record)
    {
        if (record.Kind == (byte)NodeRecordKind.LibraryActivated)
            Activate(record);
        else if (record.Kind == (byte)NodeRecordKind.SourceTime)
            ApplyTime(record);
        else if (NodeRecordKey.TryRead(record.Key, out var key))
            ApplyTo(record, key);
        else
            rejections.Add("record without a node", $"offset {record.Offset}");
        if (time.Replayed(record.Offset) is { } tick)
            Tick(tick);
    }

    private void ApplyTo(in LogRecord record, NodeKey key)
    {
        switch ((NodeRecordKind)record.Kind)
        {
            case NodeRecordKind.Samples:
                ApplySamples(record, key);
                break;
            case NodeRecordKind.JobEvent:
                if (!WireBytes.TryRead<JobEvent>(record.Payload, out var said, out var failure))
                    giveUp(record.Offset, $"a job event that cannot be read: {failure}", record.TimestampMs);
                else if (At(record.Offset, key) is { } node)
                    node.Node.Apply(said);
                break;
            case NodeRecordKind.NodeState:
                if (!WireBytes.TryRead<NodeState>(record.Payload, out var state, out failure))
                    giveUp(record.Offset, $"a node's state that cannot be read: {failure}", record.TimestampMs);
                else if (At(record.Offset, key) is { } node)
                    ApplyTo(node, state);
                break;
            default:
                rejections.Add("record of an unknown kind", $"kind {record.Kind} at offset {record.Offset}");
                break;
        }
    }

    private void ApplyTo(ShardNode node, NodeState state)
    {
        if (state.GoneSinceMs is null)
            node.Node.Apply(state);
        else if (node.Node.Leaves(state))
            node.Leave(state, make(node.Node.Key));
    }

    private void ApplySamples(in LogRecord record, NodeKey key)
    {
        var reader = new WireReader(record.Payload);
        if (!SampleRecord.TryRead(ref reader, series, _samples, out var head, out var unknown))
        {
            giveUp(record.Offset, $"samples that cannot be read: {reader.Failure}", record.TimestampMs);
            return;
        }
        if (unknown > 0)
            rejections.Add("samples of series that nobody explained", $"{unknown} of {key} at offset {record.Offset}");
        var timeMs = head.TimeMs;
        if (timeMs > record.TimestampMs + options.MostAhead.TotalMilliseconds)
        {
            rejections.Add("samples from the future", $"{key}: {timeMs - record.TimestampMs} ms ahead");
            return;
        }
        if (At(record.Offset, key) is { } node)
        {
            node.Node.Apply(new SampleBatch(key, timeMs, _samples) { Replica = head.Replica, Source = head.Source }, time.WatermarkMs);
            var seen = NodeIdentity.Unknown;
            foreach (var sample in _samples)
                seen = IdentityMetrics.Add(seen, sample);
            if (seen != NodeIdentity.Unknown)
                node.Node.Apply(seen, timeMs);
        }
        if (time.Reach(record.Offset, timeMs))
            Tick(record, null);
    }

    private void ApplyTime(in LogRecord record)
    {
        var reader = new WireReader(record.Payload);
        if (!SourceTime.TryRead(ref reader, out var sources))
            giveUp(record.Offset, $"a time of the sources that cannot be read: {reader.Failure}", record.TimestampMs);
        else
            Tick(record, sources);
    }

    private void Tick(in LogRecord record, SourceTime? sources)
    {
        _newest.Clear();
        foreach (var one in nodes.All)
            _newest.Add(one.Node.NewestMs);
        if (time.Tick(record.Offset, _newest, record.TimestampMs, (long)options.CaughtUp.TotalMilliseconds, sources) is { } tick)
            Tick(tick);
    }

    private void Tick(ShardTick tick)
    {
        foreach (var node in nodes.All)
        {
            if (tick.Offset <= node.Applied)
                continue;
            node.Node.Tick(tick.WatermarkMs, tick.SilenceCounts, tick.Quiet);
            nodes.Look(node, tick.Offset);
        }
    }

    private void Activate(in LogRecord record)
    {
        var reader = new WireReader(record.Payload);
        if (!reader.TryReadInt64(out var version) || version < 1)
        {
            giveUp(record.Offset, $"a library's activation that cannot be read: {reader.Failure}", record.TimestampMs);
            return;
        }
        var library = libraries.Activate(record.Offset, version, nodes.All);
        foreach (var node in nodes.All)
        {
            if (record.Offset <= node.Applied)
                continue;
            node.Node.Activate(library);
            nodes.Look(node, record.Offset);
        }
    }

    /// <summary>The node that a record is for; null where its stored row has it already, or where there are too many.</summary>
    private ShardNode? At(long offset, NodeKey key)
    {
        var node = nodes.Find(key);
        if (node is null)
        {
            if (nodes.Full)
            {
                rejections.Add("more nodes than a shard takes", key.ToString());
                return null;
            }
            nodes.Add(node = new ShardNode(make(key), -1, new StoredHead(key, [], part)));
        }
        if (offset <= node.Applied)
            return null;
        nodes.Apply(node, offset);
        return node;
    }
}
