using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Shards.Findings;

/// <summary>What the <see cref="FindingsActor"/> stands on.</summary>
/// <param name="Pending">Up to so many findings that wait, oldest first.</param>
/// <param name="Append">The answer is null where the record is in the log.</param>
/// <param name="Published">Those with these numbers wait no more.</param>
/// <param name="PartitionOf">Of a cause's key.</param>
public sealed record FindingsPorts(
    IPort<int, IReadOnlyList<PendingFinding>> Pending,
    IPort<FindingToAppend, LogFailure?> Append,
    IPort<IReadOnlyList<long>, StoreFailure?> Published,
    Func<byte[], TopicPartition> PartitionOf)
{
    private const byte Kind = 1;

    /// <summary>The store is read on the pool's threads, since that blocks.</summary>
    public static FindingsPorts Of(IOutboxStore store, ILog log) => new(
        new AsyncPort<int, IReadOnlyList<PendingFinding>>("findings", 1, (limit, _) => Task.FromResult(store.PendingFindings(limit))),
        new CallbackPort<FindingToAppend, LogFailure?>("append", (record, reply) => AppendTo(log, record, reply)),
        new CallbackPort<IReadOnlyList<long>, StoreFailure?>("published", store.Published),
        key => log.PartitionOf(LogTopics.Findings, key));

    /// <summary>Replies once, on any thread.</summary>
    public static void AppendTo(ILog log, FindingToAppend record, Action<LogFailure?> reply) =>
        log.Append(record.At, new LogEntry(record.Key, Kind, record.Payload), new Reply(reply));

    private sealed class Reply(Action<LogFailure?> told) : IAppendReply
    {
        public void Appended(TopicPartition at, long offset) => told(null);

        public void Refused(TopicPartition at, LogFailure failure) => told(failure);
    }
}
