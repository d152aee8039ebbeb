using System.Buffers;
using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Shards.Findings;

/// <summary>A committed finding as it goes into the topic: one byte that says so, the number that its commit gave it, then what it was committed as.</summary>
public sealed record FindingToAppend(TopicPartition At, byte[] Key, byte[] Payload)
{
    /// <summary>Beside the kinds of what is not numbered.</summary>
    internal const byte Numbered = 3;

    private const int Fields = 3;

    /// <param name="before">Of the pass so far: the number of the last one from a shard to a partition.</param>
    internal static FindingToAppend Of(PendingFinding finding, Func<byte[], TopicPartition> partitionOf, Dictionary<(TopicPartition From, TopicPartition To), long> before)
    {
        var key = Encoding.UTF8.GetBytes(finding.Key);
        var at = partitionOf(key);
        var after = before.GetValueOrDefault((finding.Shard, at));
        before[(finding.Shard, at)] = finding.Number;
        return new FindingToAppend(at, key, Write(new FindingNumber(finding.Shard.Partition, finding.Number, after), finding.Payload));
    }

    /// <returns>False where it begins like a numbered one and is none.</returns>
    /// <param name="number">Null where the payload is of another kind.</param>
    /// <param name="rest">What was committed.</param>
    internal static bool TryRead(ReadOnlySpan<byte> payload, out FindingNumber? number, out ReadOnlySpan<byte> rest)
    {
        number = null;
        rest = payload;
        if (payload.Length == 0 || payload[0] != Numbered)
            return true;
        var reader = new WireReader(payload[1..]);
        if (!reader.TryBeginRecord(1, Fields, out var record) || !reader.TryReadInt32(0, LogTopics.MaxPartitions - 1, out var from) || !reader.TryReadInt64(out var own)
            || !reader.TryReadInt64(out var after) || !reader.TryEndRecord(record, Fields))
            return false;
        number = new FindingNumber(from, own, after);
        rest = payload[(1 + reader.Position)..];
        return true;
    }

    private static byte[] Write(FindingNumber number, byte[] payload)
    {
        var buffer = new ArrayBufferWriter<byte>(payload.Length + 24);
        buffer.Write([Numbered]);
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, Fields);
        writer.WriteInt(number.From);
        writer.WriteInt(number.Number);
        writer.WriteInt(number.After);
        writer.Flush();
        buffer.Write(payload);
        return buffer.WrittenSpan.ToArray();
    }
}

/// <param name="From">The partition of the samples whose shard committed it.</param>
/// <param name="Number">Rises with the commits of that shard.</param>
/// <param name="After">The one before it from there to here in the same pass; 0 for the first, before which all are there.</param>
internal readonly record struct FindingNumber(int From, long Number, long After);
