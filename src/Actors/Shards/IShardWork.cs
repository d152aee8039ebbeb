using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Shards;

/// <summary>What a shard does with its records: memory and rules, no clock, no I/O. One thread at a time.</summary>
/// <remarks>
/// A step: <see cref="Apply"/> records; while <see cref="Windows"/> gives some, they are computed and <see cref="Complete"/> takes them in; then
/// <see cref="Draft"/> says what is to be written, and after the store has it <see cref="Committed"/> lets effects out. Whatever throws, or is not
/// committed, ends this instance: a new one is loaded from what is stored.
/// </remarks>
public interface IShardWork
{
    /// <summary>Once, before anything else.</summary>
    void Load(Acquired stored);

    /// <summary>A record that cannot be read is counted and named by the work itself; an exception means a bug, and the record is tried again, a bounded number of
    /// times. A <see cref="Tocsin.Shared.DependencyException"/> means that something is away: tried again until it is there.</summary>
    void Apply(in LogRecord record);

    /// <summary>Windows that are to be computed before anything else is applied; null = none.</summary>
    InferenceBatch? Windows();

    /// <summary>The residuals of the batch that <see cref="Windows"/> gave last are there.</summary>
    void Complete(InferenceBatch windows);

    /// <summary>What is to be written now; null = nothing. Asked after records were applied, and every <see cref="ShardSettings.Tick"/>.</summary>
    ShardCommit? Draft(in ShardMoment moment);

    /// <summary>The last draft is stored: its effects may leave. Must not fail for what happens outside.</summary>
    void Committed();

    /// <summary>The record is given up: the next draft names it among its dead letters.</summary>
    void GiveUp(long offset, string reason, long nowMs);
}

/// <summary>Where and when a shard is asked for a draft.</summary>
/// <param name="AppliedTo">The offset after the last record that was applied.</param>
/// <param name="NowMs">Of the member's clock: for what waits on time itself (an alert's hold) and for spreading writes, never for a node's state.</param>
/// <param name="CaughtUp">Nothing more stood in the log when it was last looked at. While more does, the member's clock is ahead of what the shard knows.</param>
/// <param name="Whole">All that is in memory is to be written, so that the next offset is <paramref name="AppliedTo"/>: after a record that may have
/// done harm, and before the shard goes to another owner.</param>
public readonly record struct ShardMoment(TopicPartition Shard, long Epoch, long AppliedTo, long NowMs, bool CaughtUp, bool Whole);
