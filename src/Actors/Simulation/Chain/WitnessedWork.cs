using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>A shard's work whose records are counted, and that now and then wants something computed before it goes on.</summary>
/// <param name="asks">Drawn after records were applied.</param>
internal sealed class WitnessedWork(IShardWork work, TopicPartition at, ChainWitness witness, Func<bool> asks) : IShardWork
{
    private long _next;
    private bool _applied;
    private InferenceBatch? _asked;

    public void Load(Acquired stored)
    {
        _next = stored.NextOffset;
        work.Load(stored);
    }

    public void Apply(in LogRecord record)
    {
        Require(_asked is null, "a record was applied before what was asked for was there");
        witness.Applied(at, _next, record.Offset);
        (_next, _applied) = (record.Offset + 1, true);
        work.Apply(record);
    }

    public InferenceBatch? Windows()
    {
        if (work.Windows() is { } windows)
            return windows;
        var ask = _applied && asks();
        _applied = false;
        return _asked = ask ? new InferenceBatch() : null;
    }

    public void Complete(InferenceBatch windows)
    {
        if (_asked is null)
        {
            work.Complete(windows);
            return;
        }
        Require(ReferenceEquals(_asked, windows), "something was computed that was not asked for");
        _asked = null;
    }

    public ShardCommit? Draft(in ShardMoment moment)
    {
        Require(_asked is null, "a draft was made before what was asked for was there");
        return work.Draft(moment);
    }

    public void Committed() => work.Committed();

    /// <summary>All records are sound.</summary>
    public void GiveUp(long offset, string reason, long nowMs) => throw new InvalidOperationException($"{at}: record {offset} was given up: {reason}");

    private void Require(bool holds, string otherwise) => ChainWitness.Require(holds, $"{at}: {otherwise}");
}
