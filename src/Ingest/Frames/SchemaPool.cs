using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;

namespace Tocsin.Ingest.Frames;

/// <summary>One schema instance for each set of columns: nodes with the same metrics share it, since schemas are compared by reference.</summary>
public sealed class SchemaPool
{
    private readonly Dictionary<string, MetricSchema> _bySet = new(StringComparer.Ordinal);

    /// <param name="metrics">In the order of the columns.</param>
    internal MetricSchema Get(IReadOnlyList<Metric> metrics)
    {
        var key = string.Join('\n', metrics.Select(m => m.Name));
        if (!_bySet.TryGetValue(key, out var schema))
            _bySet.Add(key, schema = new MetricSchema(metrics.ToArray()));
        return schema;
    }
}
