using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Shards.Samples;

/// <summary>One batch of one node: [1, session, unix milliseconds, replica or nil, numbers (binary, 4 bytes little-endian each), values (binary, 8 bytes little-endian each)].
/// A stale marker is a value like any other, to the bit.</summary>
internal static class SampleRecord
{
    private const int Fields = 5, MaxSamples = 1_000_000, MaxReplica = 1024;

    /// <param name="numbers">Of the batch's samples, in their order.</param>
    public static void Write(PooledBuffer buffer, long session, SampleBatch batch, ReadOnlySpan<int> numbers, Span<double> values)
    {
        for (var i = 0; i < numbers.Length; i++)
            values[i] = batch.Samples[i].Value;
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, Fields);
        writer.WriteInt(session);
        writer.WriteInt(batch.TimeMs);
        writer.WriteOptionalString(batch.Replica);
        writer.WriteBinary(MemoryMarshal.AsBytes(numbers));
        writer.WriteBinary(MemoryMarshal.AsBytes(values[..numbers.Length]));
        writer.Flush();
    }

    /// <param name="unknown">Samples of series that were never defined: a record out of another log.</param>
    /// <returns>False where the bytes are no batch.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, NodeKey node, SeriesSessions sessions, out SampleBatch? batch, out int unknown)
    {
        (batch, unknown) = (null, 0);
        var reader = new WireReader(payload);
        if (!reader.TryBeginRecord(1, Fields, out var record) || !reader.TryReadInt64(out var session) || !reader.TryReadInt64(out var timeMs)
            || !reader.TryReadOptionalString(MaxReplica, out var replica)
            || !reader.TryReadBinary(MaxSamples * sizeof(int), out var numbers) || !reader.TryReadBinary(MaxSamples * sizeof(double), out var values)
            || !reader.TryEndRecord(record, Fields) || numbers.Length % sizeof(int) != 0 || values.Length != 2 * numbers.Length)
            return false;
        var samples = new List<Sample>(numbers.Length / sizeof(int));
        for (var i = 0; i < numbers.Length / sizeof(int); i++)
        {
            var series = sessions.Find(session, BinaryPrimitives.ReadInt32LittleEndian(numbers[(i * sizeof(int))..]));
            if (series is null)
                unknown++;
            else
                samples.Add(new Sample(series, BinaryPrimitives.ReadDoubleLittleEndian(values[(i * sizeof(double))..])));
        }
        batch = new SampleBatch(node, timeMs, samples) { Replica = replica };
        return true;
    }
}
