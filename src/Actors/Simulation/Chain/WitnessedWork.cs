using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>A shard's work whose records are counted.</summary>
internal sealed class WitnessedWork(IShardWork work, TopicPartition at, ChainWitness witness) : IShardWork
{
    private long _next;

    public void Load(Acquired stored)
    {
        _next = stored.NextOffset;
        work.Load(stored);
    }

    public void Apply(in LogRecord record)
    {
        witness.Applied(at, _next, record.Offset);
        _next = record.Offset + 1;
        work.Apply(record);
    }

    public InferenceBatch? Windows() => work.Windows();

    public void Complete(InferenceBatch windows) => work.Complete(windows);

    public ShardCommit? Draft(in ShardMoment moment) => work.Draft(moment);

    public void Committed() => work.Committed();

    /// <summary>All records are sound.</summary>
    public void GiveUp(long offset, string reason, long nowMs) => throw new InvalidOperationException($"{at}: record {offset} was given up: {reason}");
}
