using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;

namespace Tocsin.Checkpointing.Simulation;

/// <summary>A predictor as the literature describes one.</summary>
/// <param name="Recall">Share of failures that are predicted, 0..1.</param>
/// <param name="Precision">Share of predictions that come true, above 0, at most 1.</param>
/// <param name="LeadS">Seconds between the word and the failure's earliest date.</param>
/// <param name="WindowS">The failure comes within so many seconds after that date, evenly; 0 = exact dates.</param>
public sealed record Predictor(double Recall, double Precision, double LeadS, double WindowS = 0)
{
    public static Predictor None { get; } = new(0, 1, 0);

    /// <summary>In the order of their issue. False ones are spread evenly over time and nodes.</summary>
    public IReadOnlyList<NodePrediction> Draw(FailureTrace trace, IReadOnlyList<NodeKey> names, int seed)
    {
        if (Recall <= 0)
            return [];
        var random = new Random(seed);
        var all = new List<NodePrediction>();
        foreach (var failure in trace.Failures)
        {
            var (hit, within) = (random.NextDouble() < Recall, random.NextDouble());
            if (hit)
                Add(failure.Node, failure.AtS - (within * WindowS));
        }
        var mean = trace.Failures.Count * Recall * (1 - Precision) / Precision;
        for (var left = Draws.Poisson(random, mean); left > 0; left--)
            Add(random.Next(trace.Nodes), random.NextDouble() * trace.HorizonS);
        return [.. all.OrderBy(p => p.IssuedMs).ThenBy(p => p.Id)];

        void Add(int node, double fromS)
        {
            var from = Ms(fromS);
            all.Add(new NodePrediction(all.Count, names[node], Math.Max(0, from - Ms(LeadS)), from, from + Ms(WindowS), Precision));
        }
    }

    private static long Ms(double seconds) => (long)(seconds * 1000);
}
