using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>The head of one node's open segment in parts of the shard, each with the frames since the one before: it grows up to a hundred kilobytes, is
/// never written twice, and is read only when a match is due. Nothing is stored while the node's own row still holds all of it.</summary>
/// <param name="parts">As the node's row has them, the first frames first.</param>
/// <param name="read">A part's bytes; null where it is gone.</param>
internal sealed class StoredHead(NodeKey node, IEnumerable<HeadPart> parts, Func<long, byte[]?> read)
{
    private const int MaxFrames = 1 << 16;
    private const int MaxValues = 8 << 20;

    private readonly List<HeadPart> _parts = [.. parts];
    private readonly List<long> _over = [];
    private int _life;

    /// <summary>What the node's row has to name.</summary>
    public IReadOnlyList<HeadPart> Parts => _parts;

    /// <summary>Frames that are stored, or on their way.</summary>
    public int Frames => _parts.Sum(p => p.Frames);

    /// <summary>Parts that the store lacks, and those that nobody asks for any more.</summary>
    /// <param name="number">Of the next part.</param>
    public void Draft(WatchedNode of, int keptFrames, ref long number, List<ShardPart> added, List<long> removed)
    {
        if (_life != of.HeadLife || of.HeadFrames == 0)
        {
            removed.AddRange(_parts.Select(p => p.Number));
            _parts.Clear();
            _life = of.HeadLife;
        }
        removed.AddRange(_over);
        _over.Clear();
        // As long as the row holds the whole head, and will at the next turn.
        if (of.HeadFrames <= keptFrames / 2)
            return;
        var (first, fresh) = of.Head();
        // After a gap nothing is of use: a match rests on all of a head.
        if (fresh.Count == 0 || first != Frames)
            return;
        added.Add(new ShardPart(number, Bytes(first, fresh)));
        _parts.Add(new HeadPart(number++, fresh.Count));
        of.HeadStored(first + fresh.Count);
    }

    /// <summary>Of another node under the same name: what is stored goes with its first row, and can be read until then.</summary>
    public StoredHead Next()
    {
        var next = new StoredHead(node, [], read);
        next._over.AddRange([.. _over, .. _parts.Select(p => p.Number)]);
        return next;
    }

    /// <summary>The frames of the open segment from its first on that are stored; null where they are not there any more.</summary>
    /// <exception cref="DependencyException">What is stored is damaged, or of a newer program.</exception>
    public List<(long TimeMs, float[] Row)>? Read()
    {
        var frames = new List<(long, float[])>(Frames);
        foreach (var part in _parts)
        {
            if (read(part.Number) is not { } bytes)
                return null;
            var reader = new WireReader(bytes);
            if (!TryRead(ref reader, frames))
                throw new DependencyException($"part {part.Number} of a shard, frames of {node}, cannot be read: {reader.Failure}");
        }
        return frames.Count == Frames ? frames : null;
    }

    /// <summary>The state without the kept frames of the open segment where all of its frames are in parts: nearly two thirds of a row that would be written twice.</summary>
    public WatchedNodeState Thin(WatchedNodeState state) =>
        state.Scoring is { Open: { } open } scoring && _parts.Count > 0 && Frames == open.State.Frames
            ? state with { Scoring = scoring with { Open = open with { State = open.State with { Raw = [] } } }, Head = Parts }
            : state with { Head = Parts };

    /// <summary>What <see cref="Thin"/> was given.</summary>
    /// <exception cref="DependencyException">The parts are not there, or not those of the row.</exception>
    public WatchedNodeState Whole(WatchedNodeState state)
    {
        if (state.Scoring is not { Open: { State: { Raw.Length: 0, TimesMs.Length: > 0 } thin } open } scoring)
            return state;
        if (Read() is not { } head || head.Count != thin.Frames || !head.TakeLast(thin.TimesMs.Length).Select(f => f.TimeMs).SequenceEqual(thin.TimesMs))
            throw new DependencyException($"the stored frames of {node} are not those that its row names: the store is damaged");
        return state with { Scoring = scoring with { Open = open with { State = thin with { Raw = [.. head.TakeLast(thin.TimesMs.Length).SelectMany(f => f.Row)] } } } };
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
        if (rows.Length != width * count || first != into.Count)
            return reader.Refuse(WireFault.OutOfRange);
        for (var i = 0; i < count; i++)
            into.Add((times[i], rows[(i * width)..((i + 1) * width)]));
        return true;
    }
}
