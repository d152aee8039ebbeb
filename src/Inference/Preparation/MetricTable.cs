using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Preparation;

/// <summary>The training segments' values under one common schema: the union of theirs, in the order in which columns first appear.</summary>
internal sealed class MetricTable
{
    private readonly Dictionary<MetricSchema, int[]> _columns = new(ReferenceEqualityComparer.Instance);

    public MetricTable(IReadOnlyList<Segment> segments)
    {
        Segments = segments;
        var metrics = new List<Metric>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var schema in segments.Select(s => s.Metrics).Distinct())
        {
            foreach (var metric in schema.Metrics)
            {
                if (seen.Add(metric.Name))
                    metrics.Add(metric);
            }
        }
        Schema = new MetricSchema(metrics);
    }

    public IReadOnlyList<Segment> Segments { get; }

    public MetricSchema Schema { get; }

    /// <summary>The value of a metric (by its column in <see cref="Schema"/>), NaN where missing.</summary>
    public float Value(Segment segment, int frame, int metric)
    {
        var column = Columns(segment.Metrics)[metric];
        return column < 0 ? float.NaN : segment.Values[(frame * segment.Metrics.Count) + column];
    }

    public int[] Columns(MetricSchema schema)
    {
        if (!_columns.TryGetValue(schema, out var columns))
            _columns[schema] = columns = [.. Schema.Metrics.Select(m => schema.IndexOf(m.Name))];
        return columns;
    }
}
