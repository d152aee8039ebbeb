using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards;

/// <summary>What a shard stands on. Ports, so that a simulation can put its own in their place.</summary>
public sealed record ShardPorts(
    IPort<TopicPartition, AcquireResult> Acquire,
    IPort<ShardCommit, CommitResult> Commit,
    IPort<ShardAttempt, AttemptResult> Attempt,
    IPort<InferenceBatch, InferenceBatch> Inference)
{
    /// <summary>Whether those press who fill the log; null = nobody does. Any thread; must not block.</summary>
    public Func<bool>? Pressed { get; init; }
}

/// <param name="Alone">The record at the offset, and no other.</param>
public readonly record struct ShardAttempt(TopicPartition Shard, long Epoch, long Offset, bool Blameless, bool Alone);

/// <param name="Tick">How often a shard without records is asked for a draft. 10 ms to 1 min.</param>
/// <param name="Limit">For one answer of a port. 1 s to 10 min.</param>
/// <param name="Retry">Between attempts where a dependency is away.</param>
/// <param name="MostAttempts">At a record alone, of which each ended in an exception or in the end of the process; then it becomes a dead letter. 1 to 100.</param>
public sealed record ShardSettings(TimeSpan Tick, TimeSpan Limit, Backoff Retry, int MostAttempts = 3)
{
    /// <summary>A shard whose first record may have ended the process waits for up to this before it tries again: longer than one attempt takes. 0 to 1 min.</summary>
    public TimeSpan Apart { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a record may wait in the log while senders press. 0 = not at all; up to 5 min.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.Zero;

    public static ShardSettings Usual { get; } =
        new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), 0.2));
}

/// <summary>Where a shard says how far it is; see <see cref="IShardViews.Publish(ShardView)"/>.</summary>
public delegate void ShardProgress(ShardView view);
