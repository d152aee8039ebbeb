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
}
