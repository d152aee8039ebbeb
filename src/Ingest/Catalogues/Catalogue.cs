using System.Collections.Concurrent;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Catalogues;

/// <summary>From raw series to node-level metrics, by meaning. The format of the file is in docs/CATALOGUE.md.</summary>
public sealed class Catalogue
{
    private const long MostBytes = 4 << 20;

    private readonly IReadOnlyList<MetricRule> _rules;
    private readonly IReadOnlyList<Selector> _drops;
    private readonly IReadOnlyList<MissingRule> _missing;
    private readonly RestRule _rest;
    private readonly ConcurrentDictionary<string, IReadOnlyList<(int Rule, int Cell)>> _named = new(StringComparer.Ordinal);

    internal Catalogue(string text, IReadOnlyList<MetricRule> rules, IReadOnlyList<Selector> drops, IReadOnlyList<MissingRule> missing, RestRule rest)
    {
        Text = text;
        _rules = rules;
        _drops = drops;
        _missing = missing;
        _rest = rest;
    }

    /// <summary>The catalogue that comes with the product, for node_exporter and its usual companions.</summary>
    public static Catalogue Default { get; } = LoadDefault();

    /// <summary>As it was read: a library keeps it, so that live data is treated as the training data was.</summary>
    public string Text { get; }

    /// <summary>The metrics that the file names, in its order; what it takes beyond them (<c>rest</c>) comes on top.</summary>
    public IReadOnlyList<Metric> Metrics => [.. _rules.Select(r => r.Metric)];

    internal IReadOnlyList<MetricRule> Rules => _rules;

    /// <exception cref="BadDataException">A line is not a rule.</exception>
    public static Catalogue Parse(string text, string fileName) => CatalogueText.Parse(text, fileName);

    /// <exception cref="BadDataException">The file cannot be read, is too long, or a line is not a rule.</exception>
    public static Catalogue Read(string path)
    {
        using var file = GzipFile.Open(path);
        if (file.Length > MostBytes)
            throw new BadDataException($"{Path.GetFileName(path)} has {file.Length} bytes: expected a catalogue of at most {MostBytes}");
        using var reader = new StreamReader(file);
        return Parse(reader.ReadToEnd(), Path.GetFileName(path));
    }

    /// <summary>Whether anything is made of a series.</summary>
    public bool Uses(SeriesId series) => Bind(series).Count > 0;

    /// <summary>Whether a rule or a <c>drop</c> line knows its name; what none knows is taken as it comes (<c>rest</c>).</summary>
    public bool Knows(SeriesId series) => Named(series.Name).Count > 0 || _drops.Any(d => d.IsMatch(series));

    /// <summary>Every output that a series feeds. Empty = the series is left out.</summary>
    internal IReadOnlyList<Binding> Bind(SeriesId series)
    {
        var candidates = Named(series.Name);
        var found = new List<Binding>();
        foreach (var (index, cell) in candidates)
        {
            var rule = _rules[index];
            if (rule.SelectorAt(cell).IsMatch(series))
                found.Add(new Binding(rule, index, cell, rule.By.Count == 0 ? "" : string.Join(',', rule.By.Select(l => series.Label(l)))));
        }
        if (candidates.Count == 0 && _rest.MaxSeries > 0 && !_drops.Any(d => d.IsMatch(series)))
            found.Add(Rest(series));
        if (found.Count > 0 && MissingOf(series) is { Length: > 0 } none)
            return found.Select(b => b with { Missing = none }).ToArray();
        return found;
    }

    private MissingRange[] MissingOf(SeriesId series) => _missing.Where(m => m.Selector.IsMatch(series)).SelectMany(m => m.Ranges).ToArray();

    private Binding Rest(SeriesId series)
    {
        var counter = Glob.IsMatchAny(_rest.Counters, series.Name);
        var stem = series.Name.EndsWith("_total", StringComparison.Ordinal) ? series.Name[..^6] : series.Name;
        var metric = counter
            ? new Metric(stem + "_rate", MetricKind.Rate, "", 0)
            : new Metric(series.Name, MetricKind.Gauge, "", 0);
        var selector = new Selector([series.Name], []);
        // By every label set: a device of its own for each, so that a gauge's mean is over label sets.
        var rule = new MetricRule(metric, counter ? Aggregation.Sum : Aggregation.Mean, [], [new Term(selector, 1)], []);
        var device = string.Join(',', series.Labels.Select(l => $"{l.Key}={l.Value}"));
        return new Binding(rule, int.MaxValue, 0, device) { MaxDevices = _rest.MaxSeries };
    }

    /// <summary>The places in the rules whose names match, labels aside; remembered per name.</summary>
    private IReadOnlyList<(int Rule, int Cell)> Named(string name)
    {
        if (_named.TryGetValue(name, out var known))
            return known;
        var found = new List<(int, int)>();
        for (var r = 0; r < _rules.Count; r++)
        {
            for (var c = 0; c < _rules[r].Cells; c++)
            {
                if (Glob.IsMatchAny(_rules[r].SelectorAt(c).Names, name))
                    found.Add((r, c));
            }
        }
        // Bounded: names come from outside. Beyond the bound the work is done again each time, once per series.
        if (_named.Count < Prometheus.TextLimits.Series)
            _named[name] = found;
        return found;
    }

    private static Catalogue LoadDefault()
    {
        const string Name = "node_exporter.catalogue";
        using var stream = typeof(Catalogue).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"the assembly holds no resource '{Name}'");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), Name);
    }
}

/// <summary>A series' place in one output.</summary>
/// <param name="Order">The rule's place in the catalogue; unnamed series come after all rules.</param>
/// <param name="Cell">Which term of the rule.</param>
/// <param name="Device">Which device the series belongs to.</param>
internal sealed record Binding(MetricRule Rule, int Order, int Cell, string Device)
{
    public int MaxDevices { get; init; } = 4096;

    /// <summary>Values that the series has where it has none; the same in all of its bindings.</summary>
    public IReadOnlyList<MissingRange> Missing { get; init; } = [];
}
