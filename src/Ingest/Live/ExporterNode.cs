using Tocsin.Shared;

namespace Tocsin.Ingest.Live;

/// <summary>A node and the exporters that speak for it.</summary>
public sealed record ExporterNode(string Name, IReadOnlyList<Uri> Urls)
{
    public const int MaxTargets = 10_000;

    /// <summary>Null where <paramref name="text"/> names exporters; else what is wrong.</summary>
    /// <param name="text"><c>[NODE=]URL,...</c>: the scheme may be left out (http), the path too (/metrics), and the node's name (the host's,
    /// with its port where two share a host). URLs of one node are joined into one scrape.</param>
    public static string? Parse(string text, out IReadOnlyList<ExporterNode> nodes)
    {
        nodes = [];
        var targets = new List<(string? Name, Uri Url)>();
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = word.IndexOf('=');
            // A '=' behind the scheme belongs to the URL's query.
            var named = equals > 0 && !word[..equals].Contains('/');
            var url = named ? word[(equals + 1)..] : word;
            if (!Uri.TryCreate(url.Contains("://", StringComparison.Ordinal) ? url : "http://" + url, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
                return $"'{word}' is no http address: expected e.g. node01:9100, http://node01:9100/metrics or node01=http://10.0.0.1:9100/metrics";
            if (uri.AbsolutePath is "/" or "")
                uri = new UriBuilder(uri) { Path = "/metrics" }.Uri;
            targets.Add((named ? word[..equals] : null, uri));
        }
        if (targets.Count is 0 or > MaxTargets)
            return $"{targets.Count} targets: expected 1 to {MaxTargets}";
        var shared = targets.Where(t => t.Name is null).GroupBy(t => t.Url.Host).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        var byName = targets.GroupBy(t => t.Name ?? (shared.Contains(t.Url.Host) ? $"{t.Url.Host}:{t.Url.Port}" : t.Url.Host), t => t.Url);
        nodes = byName.Select(g => new ExporterNode(g.Key, g.ToArray())).ToArray();
        var bad = nodes.FirstOrDefault(n => !NodeKey.TryParse("c", n.Name, out _));
        return bad is null ? null : $"'{bad.Name}' is no node's name: expected letters, digits, '.', '-', '_', ':'; give one with NODE=URL";
    }
}
