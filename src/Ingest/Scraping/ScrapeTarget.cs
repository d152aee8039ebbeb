using Tocsin.Ingest.Slurm;
namespace Tocsin.Ingest.Scraping;

/// <summary>One address that is scraped, and what is known of it.</summary>
/// <param name="Labels">As Prometheus has them: <c>job</c>, <c>instance</c> (host and port where none is given) and what the configuration adds; none that begins with two underscores.</param>
public sealed record ScrapeTarget(Uri Url, IReadOnlyDictionary<string, string> Labels)
{
    public const int MaxLabels = 64;

    /// <summary>Tells targets apart: the address and the labels, sorted.</summary>
    public string Key { get; } = Url + "\n" + string.Join('\n', Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    /// <summary>Null where <paramref name="address"/> with <paramref name="labels"/> is a target; else what is wrong with it, in one line.</summary>
    /// <param name="address"><c>host:port</c>, or a URL; the path is <c>__metrics_path__</c> or <c>/metrics</c>, the scheme <c>__scheme__</c> or http,
    /// and <c>__param_x</c> the query, as in Prometheus.</param>
    /// <param name="job">Where the labels name none; null = none.</param>
    public static string? Create(string address, IReadOnlyDictionary<string, string> labels, string? job, out ScrapeTarget target)
    {
        target = null!;
        var shown = OneLine.Of(address.AsSpan(0, Math.Min(address.Length, 80)));
        if (labels.Count > MaxLabels)
            return $"target '{shown}' has {labels.Count} labels, expected at most {MaxLabels}";
        var text = labels.GetValueOrDefault("__address__", address);
        if (!text.Contains("://", StringComparison.Ordinal))
            text = labels.GetValueOrDefault("__scheme__", "http") + "://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0 || url.UserInfo.Length > 0)
            return $"target '{shown}' is no http address: expected e.g. node01:9100 or https://node01:9100/metrics";
        var builder = new UriBuilder(url);
        if (labels.TryGetValue("__metrics_path__", out var path))
            builder.Path = path;
        else if (builder.Path is "/" or "")
            builder.Path = "/metrics";
        var query = labels.Where(l => l.Key.StartsWith("__param_", StringComparison.Ordinal)).OrderBy(l => l.Key, StringComparer.Ordinal);
        foreach (var (name, value) in query)
            builder.Query = (builder.Query.Length > 1 ? builder.Query[1..] + "&" : "") + Uri.EscapeDataString(name[8..]) + "=" + Uri.EscapeDataString(value);
        var own = labels.Where(l => !l.Key.StartsWith("__", StringComparison.Ordinal)).ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);
        own.TryAdd("instance", $"{url.Host}:{url.Port}");
        if (job is not null)
            own.TryAdd("job", job);
        target = new ScrapeTarget(builder.Uri, own);
        return null;
    }
}
