using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;

namespace Tocsin.Ingest.Scraping;

/// <summary>The targets in a set of <c>file_sd</c> files, read again where a file has changed. A file that went bad keeps the targets that it last had. Not thread-safe.</summary>
/// <param name="patterns">Paths that end in .json, .yml or .yaml; the last part may hold <c>*</c>.</param>
public sealed class TargetFiles(IReadOnlyList<string> patterns, string? job)
{
    private readonly Dictionary<string, Known> _files = new(StringComparer.Ordinal);

    private sealed record Known(DateTime ChangedUtc, long Length, IReadOnlyList<ScrapeTarget> Targets, string? Why);

    /// <summary>Null where every pattern can be one; else what is wrong.</summary>
    public static string? Check(string pattern)
    {
        var folder = Path.GetDirectoryName(pattern);
        if (Path.GetExtension(pattern) is not (".json" or ".yml" or ".yaml"))
            return $"'{pattern}' ends neither in .json nor in .yml or .yaml";
        return folder?.Contains('*', StringComparison.Ordinal) == true ? $"'{pattern}': '*' is taken in the file's name alone" : null;
    }

    /// <summary>What is wrong with which file now; its last good targets stay.</summary>
    public IReadOnlyDictionary<string, string> Problems => _files.Where(f => f.Value.Why is not null).ToDictionary(f => f.Key, f => f.Value.Why!);

    /// <summary>All targets, each once, in the order of their keys. Reads what is new or has another time or length than before.</summary>
    public IReadOnlyList<ScrapeTarget> Refresh()
    {
        var there = patterns.SelectMany(Expand).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _files.Keys.Where(f => !there.Contains(f)).ToArray())
            _files.Remove(gone);
        foreach (var file in there)
            Look(file);
        var all = new SortedDictionary<string, ScrapeTarget>(StringComparer.Ordinal);
        foreach (var target in _files.Values.SelectMany(f => f.Targets))
            all.TryAdd(target.Key, target);
        return all.Values.ToArray();
    }

    private void Look(string file)
    {
        var before = _files.GetValueOrDefault(file);
        IReadOnlyList<ScrapeTarget> last = before?.Targets ?? [];
        try
        {
            var info = new FileInfo(file);
            if (before is not null && before.ChangedUtc == info.LastWriteTimeUtc && before.Length == info.Length)
                return;
            string? why = $"more than {FileSd.MaxBytes >> 20} MiB";
            IReadOnlyList<ScrapeTarget> targets = [];
            if (info.Length <= FileSd.MaxBytes)
                why = FileSd.Parse(File.ReadAllBytes(file), info.Extension != ".json", job, out targets);
            _files[file] = new Known(info.LastWriteTimeUtc, info.Length, why is null ? targets : last, why);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _files[file] = new Known(default, -1, last, e.Message);
        }
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        var name = Path.GetFileName(pattern);
        if (!name.Contains('*', StringComparison.Ordinal))
            return [pattern];
        var folder = Path.GetDirectoryName(pattern) is { Length: > 0 } f ? f : ".";
        try
        {
            return Directory.EnumerateFiles(folder).Where(p => Glob.IsMatch(name, Path.GetFileName(p))).Order(StringComparer.Ordinal).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
