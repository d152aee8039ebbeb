using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Learning;

/// <summary>A segment that is kept to be learned from or checked on.</summary>
/// <param name="Id">Of its node and start: the same segment is the same file.</param>
public sealed record KeptSegment(string Id, NodeKey Node, long StartMs, long LastMs, bool Idle, string JobName, IReadOnlyList<string> Jobs, int Frames, long Bytes);

/// <summary>The kept segments: a file each in one folder. Any thread.</summary>
public sealed class Corpus
{
    private const string Ending = ".segment";

    private readonly string _folder;
    private readonly Action<string> _say;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeptSegment> _all = new(StringComparer.Ordinal);

    public Corpus(string folder, Action<string> say) => (_folder, _say) = (folder, say);

    /// <summary>Finds what an earlier life has kept.</summary>
    /// <exception cref="DependencyException">The folder cannot be used.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(_folder);
            foreach (var path in Directory.EnumerateFiles(_folder, "*" + Ending))
            {
                if (Read(path) is not { Frames: > 0 } segment)
                {
                    File.Delete(path);
                    continue;
                }
                lock (_lock)
                    _all[IdOf(segment.Node, segment.StartMs)] = Describe(segment, new FileInfo(path).Length);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"segments to learn from cannot be read from '{_folder}': {failure.Message}", failure);
        }
    }

    public IReadOnlyList<KeptSegment> All
    {
        get
        {
            lock (_lock)
                return [.. _all.Values.OrderBy(s => s.StartMs).ThenBy(s => s.Id, StringComparer.Ordinal)];
        }
    }

    public static string IdOf(NodeKey node, long startMs) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{node}@{startMs}"))), 0, 12);

    /// <summary>False where the disk refused: that one is not learned from.</summary>
    public bool Add(Segment segment)
    {
        var id = IdOf(segment.Node, segment.StartMs);
        var bytes = SegmentBytes.Write(segment);
        if (!WholeFile.Write(PathOf(id), bytes, _say))
            return false;
        lock (_lock)
            _all[id] = Describe(segment, bytes.Length);
        return true;
    }

    /// <summary>Null where it is there no more.</summary>
    public Segment? Load(string id) => Read(PathOf(id));

    public void Remove(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            lock (_lock)
                _all.Remove(id);
            WholeFile.Delete(PathOf(id), _say);
        }
    }

    private string PathOf(string id) => Path.Combine(_folder, id + Ending);

    private Segment? Read(string path)
    {
        if (WholeFile.Read(path, _say) is not { } bytes)
            return null;
        if (SegmentBytes.TryRead(bytes, out var segment, out var failure))
            return segment;
        _say($"a segment to learn from is damaged and left out: {Path.GetFileName(path)}: {failure}");
        return null;
    }

    private static KeptSegment Describe(Segment segment, long bytes) => new(
        IdOf(segment.Node, segment.StartMs), segment.Node, segment.StartMs, segment.TimesMs[^1], segment.Idle, segment.JobName,
        [.. segment.Jobs.Select(j => new JobKey(j.JobId, j.StartMs).ToString())], segment.Frames, bytes);
}
