namespace Tocsin.Shared;

public enum MetricKind
{
    /// <summary>A value as it stands.</summary>
    Gauge = 0,

    /// <summary>A counter's increase per second, by the scrapes' own timestamps.</summary>
    Rate = 1,

    /// <summary>How full something is. Where it stands at a segment's start is the past's doing, so it is judged by its change since then.</summary>
    Fill = 2,
}

/// <summary>One node-level metric.</summary>
/// <param name="Name">What an operator reads in an alert, e.g. <c>cpu_user_share</c>.</param>
/// <param name="Unit">Of the value, e.g. <c>bytes/s</c>; empty where unknown.</param>
/// <param name="SigmaFloor">The smallest standard deviation that is physically meaningful, in <paramref name="Unit"/>: a metric that was constant in
/// training is judged against it. 0 = unknown; the scaler then takes a share of the metric's range.</param>
public sealed record Metric(string Name, MetricKind Kind, string Unit, double SigmaFloor);

/// <summary>The ordered columns of a frame. Compared by reference: one source shares one instance until its columns change.</summary>
public sealed class MetricSchema
{
    private readonly Dictionary<string, int> _index;

    public MetricSchema(IReadOnlyList<Metric> metrics)
    {
        Metrics = metrics;
        _index = new Dictionary<string, int>(metrics.Count, StringComparer.Ordinal);
        for (var i = 0; i < metrics.Count; i++)
        {
            if (!_index.TryAdd(metrics[i].Name, i))
                throw new ArgumentException($"metric '{metrics[i].Name}' stands twice in the schema", nameof(metrics));
        }
    }

    public IReadOnlyList<Metric> Metrics { get; }

    public int Count => Metrics.Count;

    /// <summary>The column of a metric, or -1.</summary>
    public int IndexOf(string name) => _index.GetValueOrDefault(name, -1);
}
