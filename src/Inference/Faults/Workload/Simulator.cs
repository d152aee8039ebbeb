using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>One interval after another. Chance enters in <see cref="Happen"/> alone; <see cref="Decide"/> follows from the state. So between the two the state is
/// all that can be known, and <see cref="Happen"/> on copies of it is the distribution of what comes.</summary>
internal sealed class Simulator
{
    private readonly WorkloadOptions _options;
    private readonly Arrivals _arrivals;

    public Simulator(WorkloadOptions options)
    {
        options.Check();
        (_options, _arrivals) = (options, new Arrivals(options));
    }

    /// <summary>Tasks come on, break, start and ask; hosts do what they can. Fills the state's Values and Cause.</summary>
    /// <param name="edges">Added to: tasks that were killed and start elsewhere.</param>
    public void Happen(ClusterState state, SeededRandom random, List<HostEdge> edges)
    {
        var drifted = _options.DriftAt is { } at && state.Interval >= at;
        if (_options.DriftAt == state.Interval)
        {
            for (var h = 0; h < state.Hosts.Length; h++)
                state.Hosts[h].Size = 3 - state.Hosts[h].Size;
        }
        Progress.Advance(state, _options.Traces, random);
        Injection.Apply(state, random, drifted, edges);
        _arrivals.Draw(state, random, drifted);
        Demands.Compute(state, _options.Traces, random);
    }

    /// <summary>The scheduler's moves at the end of the interval.</summary>
    public void Decide(ClusterState state, List<HostEdge> edges)
    {
        Scheduler.Rebalance(state, edges);
        state.Interval++;
    }
}
