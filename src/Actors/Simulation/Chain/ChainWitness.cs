using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>Watches from outside what must hold at every step, and knows nothing of how it is held.</summary>
internal sealed class ChainWitness
{
    private readonly Dictionary<TopicPartition, Seen> _shards = [];
    private readonly SortedDictionary<(string Sink, long Alert), SortedSet<int>> _told = [];

    public int Told { get; private set; }

    public long EpochOf(TopicPartition shard) => Of(shard).Epoch;

    public void Acquired(TopicPartition shard, Acquired acquired)
    {
        var seen = Of(shard);
        Require(acquired.Epoch > seen.Epoch, $"{shard} was acquired with epoch {acquired.Epoch} after {seen.Epoch}");
        Require(acquired.NextOffset <= seen.AppliedTo, $"{shard} goes on at {acquired.NextOffset}, and {seen.AppliedTo} was never applied");
        seen.Epoch = acquired.Epoch;
    }

    public void Committed(ShardCommit commit)
    {
        var seen = Of(commit.Shard);
        Require(commit.Epoch == seen.Epoch, $"{commit.Shard}: epoch {commit.Epoch} wrote after {seen.Epoch} had acquired it");
    }

    /// <param name="due">What the life of the shard was to apply next.</param>
    public void Applied(TopicPartition shard, long due, long offset)
    {
        Require(offset == due, $"{shard}: {offset} was applied where {due} was next");
        var seen = Of(shard);
        seen.AppliedTo = Math.Max(seen.AppliedTo, offset + 1);
    }

    public void Heard(string sink, Alert alert)
    {
        var revisions = Revisions(sink, alert.Id.Number);
        Require(alert.Revision <= revisions.Count + 1, $"{sink} heard of revision {alert.Revision} of {alert.Id} after {revisions.Count}");
        revisions.Add(alert.Revision);
        Told++;
    }

    /// <summary>Each revision reached each sink.</summary>
    public void CheckTold(IEnumerable<string> sinks, IReadOnlyList<Alert> stored)
    {
        foreach (var sink in sinks)
        {
            foreach (var alert in stored)
            {
                var count = Revisions(sink, alert.Id.Number).Count;
                Require(count == alert.Revision, $"{sink} heard of {count} of the {alert.Revision} revisions of {alert.Id}");
            }
        }
        var numbers = stored.Select(a => a.Id.Number).ToHashSet();
        foreach (var (sink, alert) in _told.Keys)
            Require(numbers.Contains(alert), $"{sink} heard of alert {alert}, which is not stored");
    }

    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }

    private SortedSet<int> Revisions(string sink, long alert)
    {
        if (!_told.TryGetValue((sink, alert), out var revisions))
            _told[(sink, alert)] = revisions = [];
        return revisions;
    }

    private Seen Of(TopicPartition shard)
    {
        if (!_shards.TryGetValue(shard, out var seen))
            _shards[shard] = seen = new Seen();
        return seen;
    }

    private sealed class Seen
    {
        public long Epoch { get; set; }

        /// <summary>One after the highest record that any life applied.</summary>
        public long AppliedTo { get; set; }
    }
}
