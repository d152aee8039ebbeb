namespace Tocsin.Actors.Persistence;

public abstract record AcquireResult
{
    private protected AcquireResult()
    {
    }
}

/// <summary>The shard is the caller's until someone else acquires it.</summary>
/// <param name="Epoch">1 more than before: whoever had it cannot write any more.</param>
/// <param name="NextOffset">Where to read on; 0 for a new shard.</param>
/// <param name="NextPart">The lowest number that no stored <see cref="ShardPart"/> reaches, 1 or more.</param>
/// <param name="Attempts">How often the record at <paramref name="NextOffset"/> was tried before; see <see cref="IShardStore.Attempt"/>.</param>
public sealed record Acquired(
    long Epoch,
    long NextOffset,
    int Attempts,
    IReadOnlyList<NodeRow> Nodes,
    IReadOnlyDictionary<string, byte[]> Rows,
    IReadOnlyDictionary<string, long> Counters,
    long NextPart = 1) : AcquireResult;

/// <summary>The epoch may have risen or not: acquire again.</summary>
public sealed record AcquireFailed(StoreFailure Failure) : AcquireResult;

public abstract record CommitResult
{
    private protected CommitResult()
    {
    }
}

public sealed record Committed : CommitResult
{
    public static Committed Instance { get; } = new();
}

/// <summary>Someone else has the shard: drop it and go. Nothing was written.</summary>
/// <param name="Epoch">That the shard has now.</param>
public sealed record Fenced(long Epoch) : CommitResult;

/// <summary>It is written, or it is not: drop the shard's memory and acquire again.</summary>
public sealed record CommitUnknown(StoreFailure Failure) : CommitResult;

/// <summary>Nothing was written, for sure: the same commit may be tried again.</summary>
public sealed record CommitFailed(StoreFailure Failure) : CommitResult;

public abstract record AttemptResult
{
    private protected AttemptResult()
    {
    }
}

/// <param name="Count">With this one: 1 or more.</param>
public sealed record Attempted(int Count) : AttemptResult;

public sealed record AttemptFenced(long Epoch) : AttemptResult;

public sealed record AttemptFailed(StoreFailure Failure) : AttemptResult;
