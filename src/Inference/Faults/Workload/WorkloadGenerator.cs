using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>The simulated workload: a pure function of its options.</summary>
public static class WorkloadGenerator
{
    public const int RuleClasses = 4;
    public const int CauseClasses = 5;

    /// <summary>Intervals until a cause is confirmed. A rule's label is there at once: everyone can compute it.</summary>
    public const int CauseDelay = 2;

    /// <summary>Draws of the oracle for each interval: a deviation of at most 0.056 in a probability.</summary>
    public const int OracleDraws = 80;

    /// <param name="oracle">Intervals for which the oracle is asked, at <paramref name="draws"/> times the cost of simulating them.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static WorkloadRun Generate(WorkloadOptions options, IntervalRange oracle = default, int draws = OracleDraws)
    {
        var simulator = new Simulator(options);
        var random = new SeededRandom(options.Seed);
        var state = new ClusterState(options.Hosts);
        var rules = new RuleLabels(options.Hosts);
        var future = new FutureDraws(simulator, rules, options, draws);
        FaultHistory rule = new(options.Hosts, Resource.Count, RuleClasses), cause = new(options.Hosts, Resource.Count, CauseClasses) { LabelDelay = CauseDelay };
        float[][] ruleScores = new float[oracle.Length][], causeScores = new float[oracle.Length][];
        List<HostEdge> edges = [];
        for (var t = -WorkloadOptions.WarmUp; t < options.Intervals; t++)
        {
            if (oracle.Contains(t))
                (ruleScores[t - oracle.First], causeScores[t - oracle.First]) = future.Of(state);
            edges.Clear();
            simulator.Happen(state, random, edges);
            simulator.Decide(state, edges);
            if (t >= 0)
                Show(state, rules, edges, rule, cause);
            for (var h = 0; h < options.Hosts; h++)
                rules.Add(h, state.Values.AsSpan(h * Resource.Count, Resource.Count));
        }
        return new WorkloadRun(rule, cause) { Oracle = oracle.Length > 0 ? new OracleScores(oracle, ruleScores, causeScores) : null };
    }

    private static void Show(ClusterState state, RuleLabels rules, List<HostEdge> edges, FaultHistory rule, FaultHistory cause)
    {
        var hosts = state.Hosts.Length;
        var interval = new HostInterval(hosts, Resource.Count, [.. state.Values], [.. edges]);
        rule.Add(interval);
        cause.Add(interval);
        for (var h = 0; h < hosts; h++)
        {
            rule.SetLabel(rule.Length - 1, h, rules.Of(h, interval.Row(h)));
            cause.SetLabel(cause.Length - 1, h, state.Cause[h]);
        }
    }
}
