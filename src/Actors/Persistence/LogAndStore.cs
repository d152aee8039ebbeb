using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;

namespace Tocsin.Actors.Persistence;

/// <summary>What must hold between the log and the store of one machine before anything reads or writes.</summary>
public static class LogAndStore
{
    /// <summary>Checks that they belong together, and passes over offsets that the store has counted and the log has lost, as after a power loss without sync:
    /// given again, they would name other records. From here on the log keeps what no shard has committed.</summary>
    /// <param name="note">Told, a line a partition, what was lost.</param>
    /// <exception cref="StoreException">They do not belong together, or the store cannot be read.</exception>
    /// <exception cref="Shared.DependencyException">The log's disk refused.</exception>
    public static void Join(FileLog log, IStore store, Action<string> note)
    {
        store.BindLog(log.Identity);
        // A shard that was never acquired needs all that is there.
        foreach (var topic in (string[])[LogTopics.Samples, LogTopics.Findings, LogTopics.Control])
        {
            for (var at = new TopicPartition(topic, 0); log.Has(at); at = at with { Partition = at.Partition + 1 })
                log.Need(at, 0);
        }
        foreach (var stored in store.Shards())
        {
            log.Need(stored.Shard, stored.NextOffset);
            // A topic that this start does not have is none of its business.
            if (log.Has(stored.Shard) && log.AdvanceTo(stored.Shard, stored.NextOffset) is > 0 and var lost)
                note($"the log of {stored.Shard} ended {lost} records before what was committed, as after a power loss: offsets go on at {stored.NextOffset}");
        }
    }
}
