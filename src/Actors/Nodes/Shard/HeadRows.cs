using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>The head of one node's open segment in rows of the shard, each with the frames since the one before: it grows up to a hundred kilobytes and is
/// never written twice. Nothing is stored while the node's own row still holds all of it.</summary>
internal sealed class HeadRows(NodeKey node)
{
    public const string Prefix = "head/";

    private const int MaxFrames = 1 << 16;
    private const int MaxValues = 8 << 20;

    private readonly List<string> _names = [];
    private readonly List<string> _over = [];
    private int _life;

    /// <summary>Rows that the store lacks, and those that nobody asks for any more.</summary>
    public void Draft(WatchedNode of, int keptFrames, List<ShardRow> rows, List<string> removed)
    {
        if (_life != of.HeadLife || of.HeadFrames == 0)
        {
            removed.AddRange(_names);
            _names.Clear();
            _life = of.HeadLife;
        }
        removed.AddRange(_over);
        _over.Clear();
        // As long as the row holds the whole head, and will at the next turn.
        if (of.HeadFrames <= keptFrames / 2)
            return;
        var (first, fresh) = of.Head();
        if (fresh.Count == 0)
            return;
        var name = $"{Prefix}{node}/{of.SegmentStartMs}/{first:D6}";
        rows.Add(new ShardRow(name, Bytes(first, fresh)));
        _names.Add(name);
        of.HeadStored(first + fresh.Count);
    }

    /// <summary>The frames of the open segment from its first on, as far as they are there without a gap.</summary>
    /// <param name="rows">Of this node, by name.</param>
    /// <exception cref="DependencyException">What is stored is damaged, or of a newer program.</exception>
    public List<(long TimeMs, float[] Row)> Load(long segmentStartMs, IEnumerable<KeyValuePair<string, byte[]>> rows)
    {
        var frames = new List<(long, float[])>();
        foreach (var (name, bytes) in rows.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            var own = name.StartsWith($"{Prefix}{node}/{segmentStartMs}/", StringComparison.Ordinal);
            (own ? _names : _over).Add(name);
            if (!own)
                continue;
            if (!TryRead(bytes, frames, out var failure))
                throw new DependencyException($"the stored row '{name}' of a shard cannot be read: {failure}");
        }
        return frames;
    }

    private static byte[] Bytes(int first, List<(long TimeMs, float[] Row)> frames)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, 3);
        writer.WriteInt(first);
        writer.WriteArrayHeader(frames.Count);
        foreach (var (timeMs, _) in frames)
            writer.WriteInt(timeMs);
        FloatRows.Write(ref writer, frames.SelectMany(f => f.Row).ToArray(), frames[0].Row.Length);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    private static bool TryRead(byte[] bytes, List<(long TimeMs, float[] Row)> into, out WireFailure failure)
    {
        var reader = new WireReader(bytes);
        var read = TryRead(ref reader, into);
        failure = reader.Failure;
        return read;
    }

    private static bool TryRead(ref WireReader reader, List<(long TimeMs, float[] Row)> into)
    {
        if (!reader.TryBeginRecord(1, 3, out _) || !reader.TryReadInt32(0, int.MaxValue, out var first) || !reader.TryReadArrayHeader(MaxFrames, out var count))
            return false;
        var times = new long[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadInt64(out times[i]))
                return false;
        }
        if (!FloatRows.TryRead(ref reader, MaxValues, out var rows, out var width))
            return false;
        if (rows.Length != width * count)
            return reader.Refuse(WireFault.OutOfRange);
        // After a gap nothing is of use: a match rests on all of a head.
        for (var i = 0; i < count && first == into.Count - i; i++)
            into.Add((times[i], rows[(i * width)..((i + 1) * width)]));
        return true;
    }
}
