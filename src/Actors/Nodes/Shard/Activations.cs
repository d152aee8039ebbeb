using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>Which library was active from which record on, as far as a replay can ask.</summary>
internal sealed class Activations
{
    private const int Most = 1 << 16;

    private readonly List<(long Offset, long Version)> _all = [];

    /// <summary>0 = none was yet.</summary>
    public long At(long offset) => _all.FindLast(a => a.Offset < offset).Version;

    public IEnumerable<long> Versions => _all.Select(a => a.Version);

    public void Add(long offset, long version)
    {
        if (_all.Count == 0 || offset > _all[^1].Offset)
            _all.Add((offset, version));
    }

    public byte[] Draft(long nextOffset)
    {
        var before = _all.FindLastIndex(a => a.Offset < nextOffset);
        if (before > 0)
            _all.RemoveRange(0, before);
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(2 * _all.Count);
        foreach (var (offset, version) in _all)
        {
            writer.WriteInt(offset);
            writer.WriteInt(version);
        }
        writer.Flush();
        return buffer.Written.ToArray();
    }

    public bool TryLoad(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (!reader.TryReadArrayHeader(2 * Most, out var count))
            return false;
        for (var i = 0; i < count / 2; i++)
        {
            if (!reader.TryReadInt64(out var offset) || !reader.TryReadInt64(out var version))
                return false;
            _all.Add((offset, version));
        }
        return true;
    }
}
