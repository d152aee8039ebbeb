using System.Collections.Concurrent;
using Tocsin.Actors.Log;
using Tocsin.Ingest.Segments;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>What sources hand samples, job events and states of nodes to: each becomes records of its nodes in the log. Any thread.</summary>
/// <param name="cluster">Of the nodes that job events name.</param>
/// <param name="session">Of this writer, higher than that of any that wrote to the log before, as <see cref="Persistence.IStore.NextSession"/> gives it and no clock: by it a shard knows
/// which series a number means, and which writers are the oldest.</param>
/// <param name="wanted">Series that are logged at all; the others are taken and dropped.</param>
public sealed class LogNodeSink(ILog log, string cluster, long session, Func<SeriesId, bool> wanted) : ISampleSink, IJobEventSink, INodeStateSink
{
    private readonly SeriesNumbers _numbers = new(wanted, log.Partitions(LogTopics.Samples));
    private readonly ConcurrentBag<SampleWriter> _writers = [];

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var group = new AppendGroup();
        var writer = _writers.TryTake(out var free) ? free : new SampleWriter(session, _numbers);
        foreach (var batch in batches)
            Append(batch, writer, group);
        if (writer.IsModest)
            _writers.Add(writer);
        else
            writer.Dispose();
        return group.ResultAsync();
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var group = new AppendGroup();
        foreach (var said in events)
        {
            if (Hostlist.Expand(said.NodeList, out var names) is { } why)
                return ValueTask.FromResult<AppendResult>(new Unavailable($"the nodes of job {said.JobId} cannot be read: {why}"));
            // Each node keeps a list that is short; of a long one it keeps how many there are.
            var payload = WireBytes.Of(said.NodeList.Length > NodeJobs.MaxNodeList ? said with { NodeList = "" } : said);
            foreach (var name in names)
                Append(new NodeKey(cluster, name), NodeRecordKind.JobEvent, payload, group);
        }
        return group.ResultAsync();
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<NodeState> states, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var group = new AppendGroup();
        foreach (var state in states)
            Append(state.Node, NodeRecordKind.NodeState, WireBytes.Of(state), group);
        return group.ResultAsync();
    }

    /// <summary>Into every partition: from these records on the version is active.</summary>
    public ValueTask<AppendResult> ActivateAsync(long version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        var group = new AppendGroup();
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteInt(version);
        writer.Flush();
        AppendToAll(NodeRecordKind.LibraryActivated, buffer, group);
        return group.ResultAsync();
    }

    /// <summary>Into every partition.</summary>
    public ValueTask<AppendResult> AppendAsync(SourceTime time)
    {
        var group = new AppendGroup();
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        time.Write(ref writer);
        writer.Flush();
        AppendToAll(NodeRecordKind.SourceTime, buffer, group);
        return group.ResultAsync();
    }

    private void AppendToAll(NodeRecordKind kind, PooledBuffer buffer, AppendGroup group)
    {
        for (var partition = 0; partition < log.Partitions(LogTopics.Samples); partition++)
            group.Append(log, new TopicPartition(LogTopics.Samples, partition), new LogEntry([], (byte)kind, buffer.Written));
    }

    private void Append(SampleBatch batch, SampleWriter writer, AppendGroup group)
    {
        Span<byte> bytes = stackalloc byte[NodeRecordKey.Most];
        var key = bytes[..NodeRecordKey.Write(bytes, batch.Node)];
        var at = log.PartitionOf(LogTopics.Samples, key);
        var entry = new LogEntry(key, (byte)NodeRecordKind.Samples, writer.Write(batch, at.Partition, out var means));
        if (means is null)
            group.Append(log, at, entry);
        else
            group.Append(log, at, entry, () => _numbers.Explained(at.Partition, means.Select(m => m.Number)));
    }

    private void Append(NodeKey node, NodeRecordKind kind, byte[] payload, AppendGroup group)
    {
        var key = NodeRecordKey.Of(node);
        group.Append(log, log.PartitionOf(LogTopics.Samples, key), new LogEntry(key, (byte)kind, payload));
    }
}
