using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Shards;

/// <summary>The ports of shards over a store and a scorer that answer on threads of their own.</summary>
public static class StorePorts
{
    /// <param name="committed">Null, or told of each commit that is stored, on the store's thread; must not block.</param>
    public static ShardPorts Of(IShardStore store, IPort<InferenceBatch, InferenceBatch> inference, Action<TopicPartition, long>? committed = null) => new(
        new CallbackPort<TopicPartition, AcquireResult>("acquire", store.Acquire),
        new CallbackPort<ShardCommit, CommitResult>("commit", (commit, reply) => store.Commit(commit, result =>
        {
            if (result is Committed)
                committed?.Invoke(commit.Shard, commit.NextOffset);
            reply(result);
        })),
        new CallbackPort<ShardAttempt, AttemptResult>("attempt", (a, reply) => store.Attempt(a.Shard, a.Epoch, a.Offset, a.Blameless, a.Alone, reply)),
        inference);
}
