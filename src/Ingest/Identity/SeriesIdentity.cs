using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Identity;

/// <summary>Whose a series is, and what it is called once that has been taken off it.</summary>
/// <param name="Replica">Null where no label names a replica.</param>
/// <param name="Series">Without what names node, cluster, scraper and job: the same for all nodes, so that 10,000 nodes share one set. Not interned.</param>
public readonly record struct OwnedSeries(NodeKey Node, string? Replica, SeriesId Series);

/// <summary>Splits a series' labels into the node's and the series' own.</summary>
public sealed class SeriesIdentity
{
    /// <summary>The one series about a scrape that is worth keeping; several exporters of a node have one each, told apart by their port.</summary>
    public const string Up = "up";

    private readonly IdentityOptions _options;
    private readonly NodeRules _rules;
    private readonly HashSet<string> _jobLabels;
    private readonly HashSet<string> _strip;

    /// <exception cref="BadDataException">An option is nonsense.</exception>
    public SeriesIdentity(IdentityOptions options)
    {
        if (!NodeKey.TryParse(options.Cluster, "n", out _))
            throw new BadDataException($"cluster: '{options.Cluster}' is no name: expected letters, digits, '.', '-', '_', ':', at most {NodeKey.MaxLength}");
        if (options.ReplicaSilence < TimeSpan.FromSeconds(1) || options.ReplicaSilence > TimeSpan.FromHours(1))
            throw new BadDataException($"identity.replicaSilence: {options.ReplicaSilence.TotalSeconds:0.###} s, expected 1 s to 1 h");
        _options = options;
        _rules = new NodeRules(options);
        _jobLabels = new HashSet<string>(options.JobLabels, StringComparer.Ordinal);
        _strip = new HashSet<string>(
            [.. options.StripLabels, .. options.JobLabels, .. options.ClusterLabels, .. options.ReplicaLabels, "cluster"], StringComparer.Ordinal);
    }

    public IdentityOptions Options => _options;

    /// <summary>Null where the series has an owner; else why it is left out, one of <see cref="RejectReasons"/>.</summary>
    /// <param name="target">Labels of the target that was scraped: they say whose the series is, before its own labels do, and are not put on it.</param>
    public string? Map(SeriesId series, out OwnedSeries owned, IReadOnlyDictionary<string, string>? target = null)
    {
        string? Label(string name) => target?.GetValueOrDefault(name) ?? series.Label(name);
        owned = default;
        if (Glob.IsMatchAny(_options.DropNames, series.Name))
            return RejectReasons.AboutScraper;
        if (!_options.KeepJobSeries)
        {
            foreach (var (name, value) in series.Labels)
            {
                if (_jobLabels.Contains(name) && value.Length > 0 || IsJob(name, value))
                    return RejectReasons.JobSeries;
            }
        }
        if (_rules.Name(Label, out var node, out var by) is { } why)
            return why;
        var cluster = First(Label, _options.ClusterLabels) ?? _options.Cluster;
        if (!NodeKey.TryParse(cluster, node, out var key))
            return RejectReasons.ClusterName;
        var labels = series.Labels.Where(l => l.Key != by && !_strip.Contains(l.Key)).ToList();
        if (series.Name == Up)
            labels = UpLabels(Label);
        owned = new OwnedSeries(key, First(Label, _options.ReplicaLabels), new SeriesId(series.Name, labels.ToArray()));
        return null;
    }

    private bool IsJob(string name, string value)
    {
        foreach (var (label, glob) in _options.JobValues)
        {
            if (label == name && Glob.IsMatch(glob, value))
                return true;
        }
        return false;
    }

    /// <summary><c>up{job="node",port="9100"}</c>.</summary>
    private static List<KeyValuePair<string, string>> UpLabels(Func<string, string?> label)
    {
        var labels = new List<KeyValuePair<string, string>>();
        if (label("job") is { } job)
            labels.Add(new("job", job));
        if (label("instance") is { } instance && instance.LastIndexOf(':') is > 0 and var colon)
            labels.Add(new("port", instance[(colon + 1)..]));
        return labels;
    }

    private static string? First(Func<string, string?> label, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (label(name) is { Length: > 0 } value)
                return value;
        }
        return null;
    }
}
