using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Shards;

/// <summary>The ports of shards over a store and a scorer that answer on threads of their own.</summary>
public static class StorePorts
{
    public static ShardPorts Of(IShardStore store, IPort<InferenceBatch, InferenceBatch> inference) => new(
        new CallbackPort<TopicPartition, AcquireResult>("acquire", store.Acquire),
        new CallbackPort<ShardCommit, CommitResult>("commit", store.Commit),
        new CallbackPort<ShardAttempt, AttemptResult>("attempt", (a, reply) => store.Attempt(a.Shard, a.Epoch, a.Offset, a.Blameless, reply)),
        inference);
}
