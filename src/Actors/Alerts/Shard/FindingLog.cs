using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Shard;

/// <summary>Findings of those who keep them in memory only (peers, sources): they go into the topic as they are, without a commit of a shard of nodes.</summary>
/// <remarks>What is lost here is said again within five minutes while it lasts, and its end is noticed in the book after 15 without a word.</remarks>
public static class FindingLog
{
    private const byte Kind = 1;

    /// <returns>Why not all of them are in the log; null = they are.</returns>
    public static async Task<string?> AppendAsync(ILog log, IReadOnlyList<Finding> findings)
    {
        var group = new AppendGroup();
        foreach (var finding in findings)
        {
            var made = FindingRecord.Of(finding);
            var key = Encoding.UTF8.GetBytes(made.Key);
            group.Append(log, log.PartitionOf(LogTopics.Findings, key), new LogEntry(key, Kind, made.Payload.Span));
        }
        return (await group.WhenAll().ConfigureAwait(false))?.Message;
    }

    /// <summary>A verdict, into every partition: a shard of alerts knows those of all alerts.</summary>
    /// <returns>Why it is not in the log everywhere; null = it is.</returns>
    public static async Task<string?> AppendAsync(ILog log, Verdict verdict)
    {
        var group = new AppendGroup();
        var made = FindingRecord.Of(verdict);
        for (var partition = 0; partition < log.Partitions(LogTopics.Findings); partition++)
            group.Append(log, new TopicPartition(LogTopics.Findings, partition), new LogEntry(Encoding.UTF8.GetBytes(made.Key), Kind, made.Payload.Span));
        return (await group.WhenAll().ConfigureAwait(false))?.Message;
    }
}
