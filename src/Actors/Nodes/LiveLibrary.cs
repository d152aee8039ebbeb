using Tocsin.Inference.Learning;
using Tocsin.Shared;

namespace Tocsin.Actors.Nodes;

/// <summary>A version of the library as one shard uses it.</summary>
/// <param name="version">1 or more; versions are immutable.</param>
public sealed class LiveLibrary(long version, ScoringLibrary scoring)
{
    /// <summary>Nodes of one kind share their schema; were there ever so many kinds, memory must not follow them.</summary>
    private const int MostSchemas = 4096;

    private readonly Dictionary<MetricSchema, int[]> _columns = new(ReferenceEqualityComparer.Instance);

    public long Version => version;

    public ScoringLibrary Scoring => scoring;

    /// <summary>The library's metrics in its own order: rows that are written in it need no mapping.</summary>
    public MetricSchema Schema { get; } = new([.. scoring.Library.Plan.Metrics.Select(m => new Metric(m.Name, MetricKind.Gauge, m.Unit, 0))]);

    /// <summary>Per metric of the library its column in a node's frames, -1 where the node lacks it.</summary>
    public int[] ColumnsOf(MetricSchema schema)
    {
        if (_columns.TryGetValue(schema, out var known))
            return known;
        if (_columns.Count >= MostSchemas)
            _columns.Clear();
        return _columns[schema] = [.. Schema.Metrics.Select(m => schema.IndexOf(m.Name))];
    }

    public ScorerScratch Scratch { get; } = new(scoring);

    /// <summary>A row of another library's metrics in the order of this one's; what that one lacks is missing.</summary>
    public float[] From(LiveLibrary other, ReadOnlySpan<float> row)
    {
        var mapped = new float[Schema.Count];
        for (var m = 0; m < mapped.Length; m++)
        {
            var column = other.Schema.IndexOf(Schema.Metrics[m].Name);
            mapped[m] = column < 0 ? float.NaN : row[column];
        }
        return mapped;
    }
}
