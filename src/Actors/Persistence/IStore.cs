using Tocsin.Actors.Log;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence;

/// <summary>What a shard asks of the store. Any thread; returns at once, and the answer comes once, on a thread of the store's: it must not block there.</summary>
/// <remarks>Many shards' commits may go to the disk together; each is one step, seen whole or not at all.</remarks>
public interface IShardStore
{
    /// <summary>Takes the shard from whoever has it: the epoch rises, and what is stored is given. Only after the log's assignment was confirmed.</summary>
    void Acquire(TopicPartition shard, Action<AcquireResult> reply);

    /// <summary>The only write of a shard. Nothing of it leaves the member before the answer is <see cref="Committed"/>.</summary>
    void Commit(ShardCommit commit, Action<CommitResult> reply);

    /// <summary>Notes, before a record is tried that may have failed before, that it is tried: one that kills the process is then known by its count.
    /// Forgotten when <see cref="ShardCommit.NextOffset"/> passes it. Asked again under one epoch it counts once: an answer may be lost.</summary>
    /// <remarks>An attempt together with other records says that something was tried, and not that this record did it: the next one takes its place. So does
    /// the next one after a store that was closed in order: no record ended that process.</remarks>
    /// <param name="blameless">The attempt before this one came to nothing through no fault of the record (the database was away, say): this one takes its place.</param>
    /// <param name="alone">Nothing else is tried with it.</param>
    void Attempt(TopicPartition shard, long epoch, long offset, bool blameless, bool alone, Action<AttemptResult> reply);

    /// <summary>What a commit that is answered has stored under a number; null where there is nothing. Blocks for the disk, as short as one read takes.</summary>
    /// <remarks>Not under an epoch: who has lost the shard may read what its new owner wrote, or nothing, and can write none of what comes of it.</remarks>
    /// <exception cref="StoreException"/>
    byte[]? Part(TopicPartition shard, long number);
}

/// <summary>What leaves the member after a commit. Rows are there until they are said to be delivered, so each is delivered at least once.</summary>
public interface IOutboxStore
{
    /// <summary>Called after each commit that added to the outbox or to the findings; any thread, must not block.</summary>
    Action? OutboxFilled { get; set; }

    /// <summary>Due entries of a sink in the order of their numbers, and of each alert only the lowest revision: a later one must not overtake it.</summary>
    /// <exception cref="StoreException"/>
    IReadOnlyList<OutboxEntry> DueOutbox(string sink, long nowMs, int limit);

    /// <summary>Of an alert's entries for a sink that of the highest revision, due or not; null = none waits.</summary>
    /// <exception cref="StoreException"/>
    OutboxEntry? NewestOutbox(string sink, string alert);

    /// <exception cref="StoreException"/>
    IReadOnlyList<PendingFinding> PendingFindings(int limit);

    /// <summary>The reply is null where it is done.</summary>
    void Delivered(IReadOnlyList<long> outbox, Action<StoreFailure?> reply);

    void Reschedule(long outbox, int attempts, long dueMs, string why, Action<StoreFailure?> reply);

    /// <param name="reply">Told how many went; a call takes at most 10,000.</param>
    void Drop(OutboxRange what, Action<int, StoreFailure?> reply);

    /// <summary>Given up: kept for the operator with the reason.</summary>
    void Abandon(long outbox, string why, long nowMs, Action<StoreFailure?> reply);

    void Published(IReadOnlyList<long> findings, Action<StoreFailure?> reply);
}

/// <summary>What is in the store, for those who look. These block for the disk.</summary>
public interface IStoreReader
{
    /// <exception cref="StoreException"/>
    IReadOnlyList<Alert> Alerts(AlertQuery query);

    /// <exception cref="StoreException"/>
    Alert? Alert(AlertId id);

    /// <exception cref="StoreException"/>
    IReadOnlyList<SegmentRow> Segments(SegmentQuery query);

    /// <exception cref="StoreException"/>
    IReadOnlyList<JobEvent> Jobs(JobQuery query);

    /// <exception cref="StoreException"/>
    IReadOnlyList<DeadLetter> DeadLetters(int limit);

    /// <exception cref="StoreException"/>
    IReadOnlyList<AbandonedEntry> Abandoned(int limit);

    /// <exception cref="StoreException"/>
    IReadOnlyList<StoredShard> Shards();

    /// <exception cref="StoreException"/>
    IReadOnlyList<LibraryRow> Libraries();

    /// <exception cref="StoreException"/>
    IReadOnlyList<Label> Labels(LabelQuery query);

    /// <exception cref="StoreException"/>
    IReadOnlyList<StoredVerdict> Verdicts(VerdictQuery query);

    /// <exception cref="StoreException"/>
    StoredVerdict? Verdict(long number);

    /// <summary>Entries that wait, by sink.</summary>
    /// <exception cref="StoreException"/>
    IReadOnlyDictionary<string, long> OutboxDepth();
}

public interface IStore : IShardStore, IOutboxStore, IStoreReader, IDisposable
{
    /// <summary>The first log that is named is the store's for ever: its offsets mean nothing in another one.</summary>
    /// <exception cref="StoreException">It belongs to another log.</exception>
    void BindLog(string identity);

    /// <summary>A number for a life of who writes to the log: higher than all that were given before, also where the clock was put back since.</summary>
    /// <param name="atLeast">When it began, unix milliseconds: lives from before the first number was given had none but that.</param>
    /// <exception cref="StoreException"/>
    long NextSession(long atLeast);

    /// <summary>Adds a version, or says when it was activated. A version's path never changes.</summary>
    void PutLibrary(LibraryRow library, Action<StoreFailure?> reply);

    /// <summary>Keeps a verdict under the next number, whatever number it has; the log is not told of it yet.</summary>
    void AddVerdict(Verdict verdict, Action<long, StoreFailure?> reply);

    /// <summary>It is undone, unless it was before; the log is not told of that yet.</summary>
    void UndoVerdict(long number, long atMs, string by, Action<StoreFailure?> reply);

    /// <summary>Keeps a label under the next number, whatever number it has.</summary>
    void AddLabel(Label label, Action<long, StoreFailure?> reply);

    /// <summary>It is undone, unless it was before.</summary>
    void UndoLabel(long number, long atMs, string by, Action<StoreFailure?> reply);

    /// <summary>The log has it as given, or as undone.</summary>
    void ToldVerdict(long number, bool undone, Action<StoreFailure?> reply);

    /// <param name="reply">Told how many rows went; a call takes at most 10,000 of a kind, so that commits are not held up.</param>
    void Prune(Prune what, Action<int, StoreFailure?> reply);
}
