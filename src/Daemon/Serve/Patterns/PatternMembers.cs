using Tocsin.Actors.Learning;
using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Patterns;

/// <summary>Which pattern each kept segment matches as a whole; each is looked at once a version. Any thread, one at a time.</summary>
internal sealed class PatternMembers(Corpus corpus)
{
    private const int Foreign = -2;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _patterns = new(StringComparer.Ordinal);
    private long _version = -1;

    /// <param name="pattern">-1 = those like none.</param>
    /// <returns>The newest first.</returns>
    public IReadOnlyList<KeptSegment> Of(long version, PatternLibrary library, int pattern, CancellationToken stop)
    {
        lock (_lock)
        {
            if (version != _version)
                _patterns.Clear();
            _version = version;
            var members = new List<KeptSegment>();
            foreach (var kept in corpus.All.Reverse())
            {
                stop.ThrowIfCancellationRequested();
                if (!_patterns.TryGetValue(kept.Id, out var known))
                    _patterns[kept.Id] = known = Match(library, kept.Id);
                if (known == pattern)
                    members.Add(kept);
            }
            return members;
        }
    }

    private int Match(PatternLibrary library, string id)
    {
        try
        {
            return corpus.Load(id) is { } segment ? LibraryGrower.Match(library, segment).Pattern : Foreign;
        }
        catch (LibraryRefusedException)
        {
            return Foreign;
        }
    }
}
