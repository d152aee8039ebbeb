namespace Tocsin.Ingest.Sites;

/// <summary>One target's <c>up</c>.</summary>
/// <param name="Node">The name that the identity rules give it; empty where they give none.</param>
public sealed record TargetSeen(string Node, string Instance, string Job, bool Up);

/// <param name="Seconds">Between two scrapes.</param>
/// <param name="Targets">Of this job that are scraped so.</param>
public sealed record ScrapePace(string Job, double Seconds, int Targets);

/// <summary>One node's series, looked at closely.</summary>
/// <param name="Series">Of a scrape.</param>
/// <param name="Taken">Of these, those that Tocsin writes to its log.</param>
/// <param name="Known">Names that the catalogue knows, among those that are taken.</param>
/// <param name="Unknown">Names that it does not know and that are taken as they come, in alphabetical order.</param>
public sealed record SampledNode(string Node, int Series, int Taken, int Known, IReadOnlyList<string> Unknown);

/// <summary>What a Prometheus knows of a site. What was asked and not answered is null and stands in <see cref="Troubles"/>.</summary>
public sealed record PrometheusFacts
{
    public required Uri Url { get; init; }

    /// <summary>Why nothing is known; null = it answered.</summary>
    public string? Failure { get; init; }

    /// <summary>Its clock less ours, seconds, known to within <see cref="ClockDoubt"/>.</summary>
    public double ClockOffset { get; init; }

    public double ClockDoubt { get; init; }

    public IReadOnlyList<TargetSeen> Targets { get; init; } = [];

    /// <summary>By exporter, the nodes whose metrics it brings.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Exporters { get; init; } = new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>Of the jobs that scrape nodes.</summary>
    public IReadOnlyList<ScrapePace>? Paces { get; init; }

    /// <summary>Seconds from the oldest sample of a node until now; null = not known.</summary>
    public double? History { get; init; }

    public IReadOnlyList<SampledNode> Sampled { get; init; } = [];

    /// <summary>Nodes whose own clock differs from Prometheus' by more than <see cref="PrometheusProbe.NodeClockLimit"/>, seconds.</summary>
    public IReadOnlyDictionary<string, double>? NodeClocks { get; init; }

    /// <summary>Addresses that it sends samples to; null = it does not tell.</summary>
    public IReadOnlyList<string>? RemoteWrites { get; init; }

    /// <summary>Its Alertmanagers' addresses, without <c>/api/v2/alerts</c>; null = it does not tell.</summary>
    public IReadOnlyList<string>? Alertmanagers { get; init; }

    /// <summary>Questions without an answer.</summary>
    public IReadOnlyList<string> Troubles { get; init; } = [];

    /// <summary>Nodes that node_exporter watches.</summary>
    public IReadOnlySet<string> Nodes => Exporters.GetValueOrDefault(PrometheusProbe.NodeExporter) ?? new HashSet<string>();
}
