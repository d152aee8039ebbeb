using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>MessagePack: what is valid is skipped whole and nothing is read beyond its end; what is damaged is read or refused, by the reader and by every type of the flow.</summary>
internal static class WireFuzz
{
    private const int MostText = 1000;

    public static void Once(int seed)
    {
        var random = new Random(seed);
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        Value(random, ref writer, 4);
        writer.Flush();
        var reader = new WireReader(buffer.Written);
        if (!reader.TrySkip() || reader.Remaining != 0)
            throw new InvalidOperationException($"seed {seed}: a valid value was not skipped whole: {reader.Failure}");
        var bad = random.Next(4) == 0 ? Mutations.Noise(random, 200) : Mutations.Damage(random, random.Next(2) == 0 ? buffer.Written : WireBytes.Of(Job(random)));
        ReadAll(bad, seed);
        WireBytes.TryRead<JobEvent>(bad, out _, out _);
        WireBytes.TryRead<NodeState>(bad, out _, out _);
        WireBytes.TryRead<Finding>(bad, out _, out _);
        WireBytes.TryRead<AlertEvent>(bad, out _, out _);
    }

    private static void Value(Random random, ref WireWriter writer, int depth)
    {
        switch (random.Next(depth == 0 ? 8 : 10))
        {
            case 0: writer.WriteNil(); break;
            case 1: writer.WriteBool(random.Next(2) == 0); break;
            case 2: writer.WriteInt(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)); break;
            case 3: writer.WriteUInt((ulong)random.NextInt64() << 1 >> random.Next(64)); break;
            case 4: writer.WriteDouble(random.NextDouble()); break;
            case 5: writer.WriteSingle(random.NextSingle()); break;
            case 6: writer.WriteString(new string((char)random.Next(32, 0x3000), random.Next(80))); break;
            case 7: writer.WriteBinary(Mutations.Noise(random, 300)); break;
            case 8:
                var items = random.Next(20);
                writer.WriteArrayHeader(items);
                for (var i = 0; i < items; i++)
                    Value(random, ref writer, depth - 1);
                break;
            default:
                var pairs = random.Next(10);
                writer.WriteMapHeader(pairs);
                for (var i = 0; i < 2 * pairs; i++)
                    Value(random, ref writer, depth - 1);
                break;
        }
    }

    /// <summary>By the type that stands there, elements one after another: no nesting of calls.</summary>
    private static void ReadAll(byte[] bytes, int seed)
    {
        var reader = new WireReader(bytes);
        var before = -1;
        while (reader.Failure.Fault == WireFault.None && reader.Remaining > 0)
        {
            if (reader.Position <= before)
                throw new InvalidOperationException($"seed {seed}: nothing was read at byte {before}");
            before = reader.Position;
            _ = reader.Next switch
            {
                WireType.Nil => reader.TrySkipNil(),
                WireType.Boolean => reader.TryReadBool(out _),
                WireType.Integer => reader.TryReadInt64(out _),
                WireType.Float => reader.TryReadSingle(out _),
                WireType.String => reader.TryReadString(MostText, out _),
                WireType.Binary => reader.TryReadDoubles(MostText, out _),
                WireType.Array => reader.TryReadArrayHeader(int.MaxValue, out _),
                WireType.Map => reader.TryReadMapHeader(int.MaxValue, out _),
                _ => reader.TrySkip(),
            };
            if (reader.Remaining < 0)
                throw new InvalidOperationException($"seed {seed}: read beyond the end");
        }
    }

    private static JobEvent Job(Random random) => new()
    {
        Source = (JobEventSource)random.Next(3),
        JobId = $"{random.Next(1000)}_{random.Next(9)}",
        JobName = new string('n', random.Next(40)),
        StartMs = random.NextInt64(),
        EndMs = random.Next(2) == 0 ? null : random.NextInt64(),
        AsOfMs = random.NextInt64(),
        NodeList = "n[001-008]",
        NodeCount = 8,
    };
}
