using Tocsin.Actors.Log;

namespace Tocsin.Actors.Persistence;

/// <summary>The store's answers as tasks, for code that is no actor.</summary>
public static class StoreTasks
{
    public static Task<AcquireResult> AcquireAsync(this IShardStore store, TopicPartition shard) => Of<AcquireResult>(reply => store.Acquire(shard, reply));

    public static Task<CommitResult> CommitAsync(this IShardStore store, ShardCommit commit) => Of<CommitResult>(reply => store.Commit(commit, reply));

    public static Task<AttemptResult> AttemptAsync(this IShardStore store, TopicPartition shard, long epoch, long offset, bool blameless = false, bool alone = true) =>
        Of<AttemptResult>(reply => store.Attempt(shard, epoch, offset, blameless, alone, reply));

    /// <exception cref="StoreException"/>
    public static Task DeliveredAsync(this IOutboxStore store, IReadOnlyList<long> outbox) => Done(reply => store.Delivered(outbox, reply));

    /// <exception cref="StoreException"/>
    public static Task RescheduleAsync(this IOutboxStore store, long outbox, int attempts, long dueMs, string why) =>
        Done(reply => store.Reschedule(outbox, attempts, dueMs, why, reply));

    /// <exception cref="StoreException"/>
    public static Task AbandonAsync(this IOutboxStore store, long outbox, string why, long nowMs) => Done(reply => store.Abandon(outbox, why, nowMs, reply));

    /// <exception cref="StoreException"/>
    public static Task PublishedAsync(this IOutboxStore store, IReadOnlyList<long> findings) => Done(reply => store.Published(findings, reply));

    /// <exception cref="StoreException"/>
    public static Task PutLibraryAsync(this IStore store, LibraryRow library) => Done(reply => store.PutLibrary(library, reply));

    /// <exception cref="StoreException"/>
    public static Task<int> PruneAsync(this IStore store, Prune what) => Counted(reply => store.Prune(what, reply));

    /// <exception cref="StoreException"/>
    public static Task<int> DropAsync(this IOutboxStore store, OutboxRange what) => Counted(reply => store.Drop(what, reply));

    private static async Task<int> Counted(Action<Action<int, StoreFailure?>> start)
    {
        var (rows, failure) = await Of<(int, StoreFailure?)>(reply => start((count, f) => reply((count, f)))).ConfigureAwait(false);
        return failure is null ? rows : throw new StoreException(failure);
    }

    /// <returns>Its number.</returns>
    /// <exception cref="StoreException"/>
    public static async Task<long> AddLabelAsync(this IStore store, Shared.Flow.Label label)
    {
        var (number, failure) = await Of<(long, StoreFailure?)>(reply => store.AddLabel(label, (n, f) => reply((n, f)))).ConfigureAwait(false);
        return failure is null ? number : throw new StoreException(failure);
    }

    /// <exception cref="StoreException"/>
    public static Task UndoLabelAsync(this IStore store, long number, long atMs, string by) => Done(reply => store.UndoLabel(number, atMs, by, reply));

    /// <returns>Its number.</returns>
    /// <exception cref="StoreException"/>
    public static async Task<long> AddVerdictAsync(this IStore store, Shared.Flow.Verdict verdict)
    {
        var (number, failure) = await Of<(long, StoreFailure?)>(reply => store.AddVerdict(verdict, (n, f) => reply((n, f)))).ConfigureAwait(false);
        return failure is null ? number : throw new StoreException(failure);
    }

    /// <exception cref="StoreException"/>
    public static Task UndoVerdictAsync(this IStore store, long number, long atMs, string by) => Done(reply => store.UndoVerdict(number, atMs, by, reply));

    /// <exception cref="StoreException"/>
    public static Task ToldVerdictAsync(this IStore store, long number, bool undone) => Done(reply => store.ToldVerdict(number, undone, reply));

    private static async Task Done(Action<Action<StoreFailure?>> start)
    {
        if (await Of(start).ConfigureAwait(false) is { } failure)
            throw new StoreException(failure);
    }

    private static Task<T> Of<T>(Action<Action<T>> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        start(done.SetResult);
        return done.Task;
    }
}
