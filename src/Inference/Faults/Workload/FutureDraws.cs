using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>The distribution of the next interval's labels, by drawing it again and again from one state.</summary>
internal sealed class FutureDraws(Simulator simulator, RuleLabels rules, WorkloadOptions options, int draws)
{
    private const float Doubt = 0.25f;

    private readonly ClusterState _copy = new(options.Hosts);
    private readonly List<HostEdge> _edges = [];

    public (float[] Rule, float[] Cause) Of(ClusterState state)
    {
        const int ruleClasses = WorkloadGenerator.RuleClasses, causeClasses = WorkloadGenerator.CauseClasses;
        var hosts = options.Hosts;
        float[] rule = new float[hosts * ruleClasses], cause = new float[hosts * causeClasses];
        Array.Fill(rule, Doubt / (draws + (ruleClasses * Doubt)));
        Array.Fill(cause, Doubt / (draws + (causeClasses * Doubt)));
        float ruleShare = 1 / (draws + (ruleClasses * Doubt)), causeShare = 1 / (draws + (causeClasses * Doubt));
        // Numbers of its own: those of the history must not depend on whether somebody asks what could have been.
        var random = new SeededRandom(options.Seed ^ (0x9E3779B97F4A7C15 * (ulong)(state.Interval + 1_000_000)));
        for (var d = 0; d < draws; d++)
        {
            _copy.CopyFrom(state);
            _edges.Clear();
            simulator.Happen(_copy, random, _edges);
            for (var h = 0; h < hosts; h++)
            {
                rule[(h * ruleClasses) + (int)rules.Of(h, _copy.Values.AsSpan(h * Resource.Count, Resource.Count))] += ruleShare;
                cause[(h * causeClasses) + (int)_copy.Cause[h]] += causeShare;
            }
        }
        return (rule, cause);
    }
}
