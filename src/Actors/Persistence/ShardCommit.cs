using Tocsin.Actors.Log;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Persistence;

/// <summary>One shard's step, written as a whole or not at all. The memory that it points at stays as it is until the answer is there.</summary>
public sealed record ShardCommit
{
    public required TopicPartition Shard { get; init; }

    /// <summary>As <see cref="Acquired.Epoch"/> gave it.</summary>
    public required long Epoch { get; init; }

    /// <summary>The lowest offset that the stored rows do not cover. Never falls.</summary>
    public required long NextOffset { get; init; }

    public IReadOnlyList<NodeRow> Nodes { get; init; } = [];

    public IReadOnlyList<NodeKey> RemovedNodes { get; init; } = [];

    /// <summary>Of the shard as a whole, e.g. its dictionary of series.</summary>
    public IReadOnlyList<ShardRow> Rows { get; init; } = [];

    public IReadOnlyList<string> RemovedRows { get; init; } = [];

    /// <summary>Under new numbers, from <see cref="Acquired.NextPart"/> on.</summary>
    public IReadOnlyList<ShardPart> Parts { get; init; } = [];

    public IReadOnlyList<long> RemovedParts { get; init; } = [];

    /// <summary>Counters that ids come from, with the value that they have now.</summary>
    public IReadOnlyList<Counter> Counters { get; init; } = [];

    /// <summary>For the topic of findings, in this order.</summary>
    public IReadOnlyList<NewFinding> Findings { get; init; } = [];

    public IReadOnlyList<StoredAlert> Alerts { get; init; } = [];

    /// <summary>For the sinks, in this order.</summary>
    public IReadOnlyList<NewOutboxEntry> Outbox { get; init; } = [];

    /// <summary>Known by (node, start): the same again replaces.</summary>
    public IReadOnlyList<SegmentRow> Segments { get; init; } = [];

    /// <summary>Cut anew: taken away before <see cref="Segments"/> are written.</summary>
    public IReadOnlyList<SegmentKey> RemovedSegments { get; init; } = [];

    /// <summary>Runs with a start. Of two words on one run that of the higher source holds, of one source the later.</summary>
    public IReadOnlyList<JobEvent> Jobs { get; init; } = [];

    /// <summary>How much verdicts muted so far.</summary>
    public IReadOnlyList<VerdictTally> Verdicts { get; init; } = [];

    /// <summary>Records that were given up, so that the shard gets past them.</summary>
    public IReadOnlyList<NewDeadLetter> DeadLetters { get; init; } = [];
}

/// <param name="AppliedOffset">Of the last record that is in it; a replay skips the node's records up to it.</param>
public sealed record NodeRow(NodeKey Node, long AppliedOffset, ReadOnlyMemory<byte> Bytes);

/// <param name="Name">1..200 characters.</param>
public sealed record ShardRow(string Name, ReadOnlyMemory<byte> Bytes);

/// <summary>Of a shard, and not loaded with it: read by its number when it is asked for, so that memory does not hold it.</summary>
/// <param name="Number">1 or more, of its shard; never written twice while it is there.</param>
public readonly record struct ShardPart(long Number, ReadOnlyMemory<byte> Bytes);

public readonly record struct Counter(string Name, long Value);

/// <param name="Key">The cause's key: it chooses the partition.</param>
public sealed record NewFinding(string Key, ReadOnlyMemory<byte> Payload);

/// <param name="Sink">The sink's name.</param>
/// <param name="Alert">The alert's id. With <paramref name="Revision"/> and the sink it is stored once, however often it is given.</param>
/// <param name="CreatedMs">Unix milliseconds; due from then on.</param>
public sealed record NewOutboxEntry(string Sink, string Alert, int Revision, ReadOnlyMemory<byte> Payload, long CreatedMs)
{
    /// <summary>For a sink that <see cref="Sinks.StoreOutbox"/> serves.</summary>
    public static NewOutboxEntry Of(string sink, AlertEvent happened, long createdMs) =>
        new(sink, happened.Alert.Id.ToString(), happened.Alert.Revision, WireBytes.Of(happened), createdMs);
}

/// <param name="Reason">One line.</param>
public sealed record NewDeadLetter(long Offset, string Reason, long AtMs);

/// <param name="Muted">Findings that would have been told of and were not.</param>
/// <param name="MutedMs">The last of them; null before the first.</param>
public sealed record VerdictTally(long Number, long Muted, long? MutedMs);

public readonly record struct SegmentKey(NodeKey Node, long StartMs);

/// <param name="EndMs">Exclusive; null while it lasts.</param>
/// <param name="Jobs">The jobs' runs, as their <see cref="JobKey"/>s; empty = idle.</param>
/// <param name="Pattern">Null where none fits or none was looked for.</param>
/// <param name="LibraryVersion">That the segment is pinned to; 0 = none.</param>
public sealed record SegmentRow(NodeKey Node, long StartMs, long? EndMs, IReadOnlyList<JobKey> Jobs, int? Pattern, long LibraryVersion)
{
    public SegmentKey Key => new(Node, StartMs);
}

/// <summary>An alert as it stands. One of a lower or the same revision than what is stored changes nothing.</summary>
/// <param name="CauseKey">What the alert's shard knows it by, as text.</param>
public sealed record StoredAlert(Alert Alert, string CauseKey);
