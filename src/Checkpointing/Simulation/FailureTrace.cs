namespace Tocsin.Checkpointing.Simulation;

/// <param name="AtS">Seconds since the start.</param>
/// <param name="RepairedS">When the node is in service again.</param>
public readonly record struct NodeFailure(double AtS, int Node, double RepairedS);

/// <summary>Failures beside those that each node has of its own.</summary>
/// <param name="RackShare">Share of failures that also hit nodes of the same rack within a minute.</param>
/// <param name="RackHit">Chance of each of them to be hit.</param>
/// <param name="BurstShare">Share of failures that are followed by others anywhere.</param>
/// <param name="BurstSize">Mean number of those, spread evenly over <paramref name="BurstS"/> seconds.</param>
public sealed record Correlation(double RackShare = 0, double RackHit = 0.25, double BurstShare = 0, double BurstSize = 3, double BurstS = 6 * 3600)
{
    public const int RackNodes = 16;

    public static Correlation None { get; } = new();

    /// <summary>Failures for each that a node has of its own.</summary>
    public double Factor => 1 + (RackShare * RackHit * (RackNodes - 1)) + (BurstShare * BurstSize);
}

/// <summary>All failures of a cluster over a time, in order. Policies do not change when nodes fail, so each is run on the same ones.</summary>
public sealed record FailureTrace(int Nodes, double HorizonS, IReadOnlyList<NodeFailure> Failures)
{
    /// <summary>Of one node; infinite where nothing failed.</summary>
    public double MtbfS => Failures.Count == 0 ? double.PositiveInfinity : Nodes * HorizonS / Failures.Count;

    /// <param name="mtbfS">Mean life of a node between repair and the next failure, everything counted.</param>
    /// <param name="repairS">Mean of the exponential time of a repair.</param>
    public static FailureTrace Draw(FailureLaw law, double mtbfS, int nodes, double horizonS, double repairS, Correlation correlation, int seed)
    {
        var random = new Random(seed);
        var mean = mtbfS * correlation.Factor;
        var queue = new PriorityQueue<(int Node, int Life), double>();
        var (life, repaired) = (new int[nodes], new double[nodes]);
        for (var n = 0; n < nodes; n++)
            queue.Enqueue((n, 0), law.Residual(random, mean));
        var failures = new List<NodeFailure>();
        while (queue.TryDequeue(out var next, out var at) && at < horizonS)
        {
            var (node, own) = next;
            // Of another life: the node has failed for another's sake since. In repair: there is nothing to fail.
            if ((own >= 0 && own != life[node]) || at < repaired[node])
                continue;
            repaired[node] = at - (repairS * Math.Log(FailureLaw.Open(random)));
            life[node]++;
            failures.Add(new NodeFailure(at, node, repaired[node]));
            queue.Enqueue((node, life[node]), repaired[node] + law.Life(random, mean));
            if (own >= 0)
                Follow(at, node);
        }
        return new FailureTrace(nodes, horizonS, failures);

        void Follow(double at, int node)
        {
            if (correlation.RackShare > 0 && random.NextDouble() < correlation.RackShare)
            {
                var first = node / Correlation.RackNodes * Correlation.RackNodes;
                for (var n = first; n < Math.Min(nodes, first + Correlation.RackNodes); n++)
                {
                    if (n != node && random.NextDouble() < correlation.RackHit)
                        queue.Enqueue((n, -1), at + (60 * random.NextDouble()));
                }
            }
            if (correlation.BurstShare > 0 && random.NextDouble() < correlation.BurstShare)
            {
                for (var left = Draws.Poisson(random, correlation.BurstSize); left > 0; left--)
                    queue.Enqueue((random.Next(nodes), -1), at + (correlation.BurstS * random.NextDouble()));
            }
        }
    }
}
