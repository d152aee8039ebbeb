using System.Buffers.Binary;

namespace Tocsin.Actors.Log;

/// <summary>The partitioner of Java's Kafka client (<c>Utils.murmur2</c>, seed 0x9747b28c), so that producers in any language agree on a key's partition.</summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint M = 0x5bd1e995;
    private const int R = 24;

    /// <param name="partitions">1 or more.</param>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (Hash(key) & int.MaxValue) % partitions;

    public static TopicPartition PartitionOf(this ILog log, string topic, ReadOnlySpan<byte> key) => new(topic, Partition(key, log.Partitions(topic)));

    public static int Hash(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var h = Seed ^ (uint)data.Length;
            while (data.Length >= 4)
            {
                var k = BinaryPrimitives.ReadUInt32LittleEndian(data) * M;
                k ^= k >> R;
                h = (h * M) ^ (k * M);
                data = data[4..];
            }
            if (data.Length > 0)
            {
                for (var i = data.Length - 1; i >= 0; i--)
                    h ^= (uint)data[i] << (8 * i);
                h *= M;
            }
            h ^= h >> 13;
            h *= M;
            h ^= h >> 15;
            return (int)h;
        }
    }
}
