using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>How far tasks came in the last interval, and what they do in this one.</summary>
internal static class Progress
{
    private const float Memory = 0.92f;
    private const float Drift = 0.04f;

    public static void Advance(ClusterState state, TracePool? traces, SeededRandom random)
    {
        for (var i = 0; i < state.Count; i++)
        {
            ref var task = ref state.Tasks[i];
            task.Settled++;
            task.Level = (Memory * task.Level) + (Drift * random.Gaussian());
            if (task.Trace >= 0)
            {
                task.CyclesLeft--;
                task.TraceAt = (task.TraceAt + 1) % traces!.Traces[task.Trace].Length;
                continue;
            }
            task.Age += state.Hosts[task.Host].Progress;
            var phases = TaskKind.All[task.Kind].Phases;
            // A tenth of an interval short counts as done: a host that is hardly overloaded should not add a whole interval to everything.
            if (task.Age < phases[task.Phase].Least - 0.1f || !random.Chance(phases[task.Phase].Ends))
                continue;
            task.Age = 0;
            if (++task.Phase == phases.Length)
            {
                task.Phase = 0;
                task.CyclesLeft--;
            }
        }
        state.RemoveEnded();
    }
}
