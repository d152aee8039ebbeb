using Tocsin.Shared;

namespace Tocsin.Inference.Preparation;

/// <summary>Mean and standard deviation of every metric, for one node or for all.</summary>
/// <param name="Mean">Per metric, of the treated value.</param>
/// <param name="Sigma">Per metric, floored, above 0.</param>
public sealed record Scaling(double[] Mean, double[] Sigma);

/// <summary>What training learned about the metrics: which to take, how to treat and to scale them. Immutable.</summary>
/// <param name="Clip">Standardised values are bounded to +-this (the paper's 5).</param>
public sealed record PreparationPlan(
    IReadOnlyList<MetricPlan> Metrics,
    IReadOnlyList<DroppedMetric> Dropped,
    Scaling AllNodes,
    IReadOnlyDictionary<string, Scaling> Nodes,
    float Clip)
{
    public int Count => Metrics.Count;

    /// <summary>The node's own scaling, or that of all nodes where the node was not in training.</summary>
    public Scaling ScalingFor(NodeKey node) => Nodes.GetValueOrDefault(node.ToString(), AllNodes);

    /// <summary>For each metric of the plan the column of <paramref name="schema"/>, -1 where it is absent.</summary>
    /// <exception cref="LibraryRefusedException">Fewer than half of the metrics are there: the data is of another kind.</exception>
    public int[] MapColumns(MetricSchema schema)
    {
        var columns = new int[Count];
        var found = 0;
        for (var m = 0; m < columns.Length; m++)
        {
            columns[m] = schema.IndexOf(Metrics[m].Name);
            found += columns[m] >= 0 ? 1 : 0;
        }
        if (found * 2 < Count)
        {
            var missing = Metrics.Where((_, m) => columns[m] < 0).Select(m => m.Name).Take(3);
            throw new LibraryRefusedException(
                $"the library was made for other metrics: the data has {found} of its {Count} (missing: {string.Join(", ", missing)}, ...); expected at least half; train a library on data of this kind");
        }
        return columns;
    }
}
