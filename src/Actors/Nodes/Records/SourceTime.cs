using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>How far the sources are, told to every partition once a cadence: a shard with few nodes cannot see by itself that one of them is silent.</summary>
/// <param name="FrontMs">Event time that the nodes of all sources that are heard have reached, unix milliseconds.</param>
/// <param name="Quiet">One bit a <see cref="SampleSource"/>: nothing comes from it, or it has only just come back. Who has no other source is not silent by itself.</param>
public readonly record struct SourceTime(long FrontMs, int Quiet)
{
    private const int Fields = 2;

    public static int Bit(SampleSource source) => 1 << (int)source;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(FrontMs);
        writer.WriteInt(Quiet);
    }

    public static bool TryRead(ref WireReader reader, out SourceTime time)
    {
        time = default;
        if (!reader.TryBeginRecord(1, Fields, out var record) || !reader.TryReadInt64(out var front) || !reader.TryReadInt32(0, int.MaxValue, out var quiet) || !reader.TryEndRecord(record, Fields))
            return false;
        time = new SourceTime(front, quiet);
        return true;
    }
}
