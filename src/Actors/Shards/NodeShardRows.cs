using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards.Samples;
using Tocsin.Ingest.Frames;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Shards;

/// <summary>The rows of a shard of nodes beside those of its nodes: writers' definitions of series, the shard's own numbers for them, heads of segments, and
/// which version of the library is active.</summary>
internal sealed class NodeShardRows(SeriesDictionary dictionary)
{
    private const string Numbers = "d/", Heads = "h/", Active = "library";
    private const int MaxFrames = 100_000, MaxValues = 16 << 20;

    private readonly List<ShardRow> _rows = [];
    private readonly List<string> _removed = [];
    private int _numbered;

    public SeriesSessions Sessions { get; } = new();

    public bool Any => _rows.Count + _removed.Count > 0 || dictionary.Count > _numbered;

    /// <returns>The heads by node, and the active version, 0 = none.</returns>
    /// <exception cref="DependencyException">What is stored is damaged.</exception>
    public (Dictionary<NodeKey, LoadedHead> Heads, long Active) Load(Acquired stored)
    {
        Sessions.Load(stored.Rows);
        foreach (var (name, bytes) in Of(stored, Numbers))
        {
            if (!SeriesRecord.TryRead(bytes, out _, out var first, out var series) || first != dictionary.Count)
                throw new DependencyException($"the stored row '{name}' cannot be read, or one before it is missing");
            foreach (var one in series)
                dictionary.NumberOf(Sessions.Intern(one));
        }
        _numbered = dictionary.Count;
        var heads = new Dictionary<NodeKey, LoadedHead>();
        foreach (var (name, bytes) in Of(stored, Heads))
            Read(name, bytes, heads);
        var active = stored.Rows.TryGetValue(Active, out var version) && LogSink.TryReadLibrary(version, out var number) ? number : 0;
        return (heads, active);
    }

    /// <summary>Null, or what is wrong.</summary>
    public string? Define(ReadOnlySpan<byte> payload)
    {
        if (Sessions.Define(payload, _removed, out var why) is { } row)
            _rows.Add(row);
        return why;
    }

    public void Activated(long version)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, 1);
        writer.WriteInt(version);
        writer.Flush();
        _rows.Add(new ShardRow(Active, buffer.Written.ToArray()));
    }

    /// <summary>The node's row is being written: so is what its segment's head has grown by.</summary>
    public void Put(ShardNode node)
    {
        var head = node.Head;
        var frames = node.Node.HeadFrames;
        var view = node.Node.View();
        var grown = frames == 0 ? [] : node.Node.Head.Take(frames).ToList();
        var same = grown.Count > 0 && head.Frames > 0 && head.SegmentMs == node.Node.SegmentStartMs && head.Library == view.LibraryVersion
            && head.FirstMs == grown[0].TimeMs && grown.Count >= head.Frames;
        if (!same)
        {
            _removed.AddRange(head.Rows);
            node.Head = head = new StoredHead { SegmentMs = node.Node.SegmentStartMs, Library = view.LibraryVersion, FirstMs = grown.Count > 0 ? grown[0].TimeMs : 0 };
        }
        if (grown.Count == head.Frames)
            return;
        var name = NameOf(node.Key, head);
        _rows.Add(new ShardRow(name, Write(node.Key, head, grown)));
        _removed.Remove(name);
        head.Rows.Add(name);
        head.Frames = grown.Count;
    }

    /// <summary>What is to be committed; the lists are the caller's.</summary>
    public IReadOnlyList<ShardRow> Take(out IReadOnlyList<string> removed)
    {
        if (dictionary.Count > _numbered)
        {
            using var buffer = new PooledBuffer();
            for (; _numbered < dictionary.Count;)
            {
                var part = Enumerable.Range(_numbered, Math.Min(SeriesRecord.MaxSeries, dictionary.Count - _numbered)).Select(i => dictionary[i]).ToArray();
                buffer.Clear();
                SeriesRecord.Write(buffer, 0, _numbered, part);
                _rows.Add(new ShardRow(string.Create(CultureInfo.InvariantCulture, $"{Numbers}{_numbered:d12}"), buffer.Written.ToArray()));
                _numbered += part.Length;
            }
        }
        ShardRow[] rows = [.. _rows];
        removed = [.. _removed];
        _rows.Clear();
        _removed.Clear();
        return rows;
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> Of(Acquired stored, string prefix) =>
        stored.Rows.Where(r => r.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(r => r.Key, StringComparer.Ordinal);

    /// <summary>A name of the node that has room beside the rest, whatever its length.</summary>
    private static string NameOf(NodeKey node, StoredHead head)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(node.ToString())), 0, 12);
        return string.Create(CultureInfo.InvariantCulture, $"{Heads}{hash}/{head.SegmentMs}/{head.Library}/{head.FirstMs}/{head.Frames:d6}");
    }

    private static byte[] Write(NodeKey node, StoredHead head, List<(long TimeMs, float[] Row)> frames)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteRecord(1, 7);
        writer.WriteString(node.Cluster);
        writer.WriteString(node.Name);
        writer.WriteInt(head.SegmentMs);
        writer.WriteInt(head.Library);
        writer.WriteInt(head.Frames);
        writer.WriteArrayHeader(frames.Count - head.Frames);
        foreach (var (timeMs, _) in frames.Skip(head.Frames))
            writer.WriteInt(timeMs);
        writer.WriteSingles(frames.Skip(head.Frames).SelectMany(f => f.Row).ToArray());
        writer.Flush();
        return buffer.Written.ToArray();
    }

    private static void Read(string name, byte[] bytes, Dictionary<NodeKey, LoadedHead> heads)
    {
        var reader = new WireReader(bytes);
        var times = Array.Empty<long>();
        var read = reader.TryBeginRecord(1, 7, out var record) & reader.TryReadString(NodeKey.MaxLength, out var cluster) & reader.TryReadString(NodeKey.MaxLength, out var node)
            & reader.TryReadInt64(out var segment) & reader.TryReadInt64(out var library) & reader.TryReadInt32(0, MaxFrames, out var first)
            & reader.TryReadArrayHeader(MaxFrames, out var count);
        if (read)
        {
            times = new long[count];
            for (var i = 0; i < count && read; i++)
                read = reader.TryReadInt64(out times[i]);
        }
        if (!read | !reader.TryReadSingles(MaxValues, out var values) || !reader.TryEndRecord(record, 7) || times.Length == 0 || values!.Length % times.Length != 0
            || !NodeKey.TryParse(cluster!, node!, out var key))
            throw new DependencyException($"the stored row '{name}' cannot be read");
        if (!heads.TryGetValue(key, out var head))
            heads.Add(key, head = new LoadedHead([], new StoredHead { SegmentMs = segment, Library = library, FirstMs = times[0] }));
        if (head.Stored.Frames != first)
            throw new DependencyException($"the stored head of {key} lacks what comes before '{name}'");
        var width = values.Length / times.Length;
        for (var i = 0; i < times.Length; i++)
            head.Frames.Add((times[i], values[(i * width)..((i + 1) * width)]));
        head.Stored.Rows.Add(name);
        head.Stored.Frames += times.Length;
    }
}

internal sealed record LoadedHead(List<(long TimeMs, float[] Row)> Frames, StoredHead Stored);
