using Tocsin.Actors.Learning;
using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Learning;

/// <summary>The kept segments as one version of the library sees them; each is looked at once a version. One thread at a time.</summary>
internal sealed class CorpusView(Corpus corpus, LibraryGrower grower, long mostBytes)
{
    /// <summary>Its metrics are not the library's.</summary>
    private const int Foreign = -2;

    private readonly Dictionary<string, int> _patterns = new(StringComparer.Ordinal);
    private Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private long _version = -1;
    private int _columns = 1;

    /// <summary>Of a frame of the newest segment that was looked at.</summary>
    public int Columns => _columns;

    public IReadOnlyList<Judged> Judge(long version, PatternLibrary? library, IReadOnlySet<string> tried)
    {
        var all = corpus.All;
        if (version != _version)
        {
            _patterns.Clear();
            _groups.Clear();
            _version = version;
        }
        foreach (var gone in _patterns.Keys.Except(all.Select(s => s.Id)).ToList())
            _patterns.Remove(gone);
        var fresh = all.Where(s => !_patterns.ContainsKey(s.Id)).ToList();
        foreach (var segment in fresh)
            _patterns[segment.Id] = PatternOf(segment, library);
        if (library is not null && fresh.Any(s => _patterns[s.Id] == -1))
            Group(library, all);
        return [.. all.Where(s => _patterns[s.Id] != Foreign).Select(s => new Judged(s, _patterns[s.Id], _patterns[s.Id] == -1 ? _groups.GetValueOrDefault(s.Id, -1) : -1, tried.Contains(s.Id)))];
    }

    /// <summary>Those that are still there.</summary>
    public List<Segment> Load(IEnumerable<string> ids) => [.. ids.Select(corpus.Load).OfType<Segment>()];

    private int PatternOf(KeptSegment kept, PatternLibrary? library)
    {
        if (corpus.Load(kept.Id) is not { } segment)
            return Foreign;
        _columns = segment.Metrics.Count;
        if (library is null)
            return -1;
        try
        {
            return LibraryGrower.Match(library, segment).Pattern;
        }
        catch (LibraryRefusedException)
        {
            return Foreign;
        }
    }

    /// <summary>The newest that fit into memory.</summary>
    private void Group(PatternLibrary library, IReadOnlyList<KeptSegment> all)
    {
        var strangers = new List<(string Id, Segment Segment)>();
        long bytes = 0;
        foreach (var kept in all.Where(s => _patterns[s.Id] == -1).Reverse())
        {
            bytes += OpenFrames.BytesOf(kept.Frames, _columns);
            if (bytes > mostBytes)
                break;
            if (corpus.Load(kept.Id) is { } segment)
                strangers.Add((kept.Id, segment));
        }
        var groups = grower.Group(library, [.. strangers.Select(s => s.Segment)]);
        _groups = strangers.Select((s, i) => (s.Id, Group: groups[i])).ToDictionary(s => s.Id, s => s.Group, StringComparer.Ordinal);
    }
}
