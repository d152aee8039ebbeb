using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>Breaks tasks and hosts, lets what is broken grow, and ends it as machines do: the kernel kills what took all memory, a watchdog what spins, a
/// full disk is cleaned. What is killed starts anew on another host, and sometimes is broken still.</summary>
internal static class Injection
{
    /// <summary>Chance of a cause in a task and an interval on an idle host; on a full one it is four times as likely.</summary>
    private const float TaskHazard = 0.0028f;

    /// <summary>Chance that a host begins to lose packets in an interval.</summary>
    private const float LossHazard = 0.0018f;

    public static void Apply(ClusterState state, SeededRandom random, bool drifted, List<HostEdge> edges)
    {
        for (var h = 0; h < state.Hosts.Length; h++)
            Network(ref state.Hosts[h], random);
        for (var i = 0; i < state.Count; i++)
        {
            ref var task = ref state.Tasks[i];
            if (task.Cause == Cause.None)
                Begin(state, ref task, random, drifted);
            else
                Continue(state, ref task, random, edges);
        }
    }

    private static void Network(ref SimHost host, SeededRandom random)
    {
        if (host.Loss == 0)
        {
            if (random.Chance(LossHazard))
                (host.Loss, host.LossAge) = (random.NextFloat(0.45f, 0.8f), 0);
        }
        else if (++host.LossAge >= 7 && random.Chance(0.5f))
        {
            host.Loss = 0;
        }
    }

    private static void Begin(ClusterState state, ref SimTask task, SeededRandom random, bool drifted)
    {
        var load = Math.Min(1, state.Values[(task.Host * Resource.Count) + HostFeatures.Cpu]);
        if (!random.Chance(TaskHazard * (drifted ? 1.5f : 1f) * (1 + (3 * load * load))))
            return;
        task.Cause = (Cause)(1 + random.NextInt(4));
        Restart(ref task, random);
    }

    private static void Restart(ref SimTask task, SeededRandom random)
    {
        (task.CauseAge, task.Excess) = (0, 0);
        task.CauseRate = task.Cause switch
        {
            Cause.Leak => random.NextFloat(0.1f, 0.2f),
            Cause.Runaway => random.NextFloat(0.2f, 0.4f),
            Cause.DiskFilling => random.NextFloat(0.12f, 0.22f),
            _ => random.NextFloat(0.5f, 0.8f),
        };
    }

    private static void Continue(ClusterState state, ref SimTask task, SeededRandom random, List<HostEdge> edges)
    {
        task.CauseAge++;
        var at = task.Host * Resource.Count;
        var (ends, again) = task.Cause switch
        {
            Cause.Leak => (state.Demand[at + HostFeatures.Ram] > state.Capacity(task.Host, HostFeatures.Ram) && random.Chance(0.5f), 0.4f),
            Cause.Runaway => (task.CauseAge >= 8 && random.Chance(0.6f), 0.3f),
            Cause.DiskFilling => (state.Values[at + HostFeatures.Disk] > 0.97f && random.Chance(0.4f), 0.2f),
            _ => (task.CauseAge >= 7 && random.Chance(0.6f), 0f),
        };
        if (ends)
        {
            End(state, ref task, random, again, edges);
            return;
        }
        task.Excess = task.Cause switch
        {
            Cause.Leak => task.Excess + (task.CauseRate * Resource.Small[HostFeatures.Ram]),
            Cause.Runaway => Math.Min(2, task.CauseRate * task.CauseAge) * Resource.Small[HostFeatures.Cpu],
            Cause.DiskFilling => task.Excess + (task.CauseRate * Resource.Small[HostFeatures.Disk]),
            _ => task.CauseRate * Resource.Small[HostFeatures.RamRead],
        };
    }

    private static void End(ClusterState state, ref SimTask task, SeededRandom random, float again, List<HostEdge> edges)
    {
        var killed = task.Cause is Cause.Leak or Cause.Runaway;
        if (random.Chance(again))
            Restart(ref task, random);
        else
            (task.Cause, task.Excess) = (Cause.None, 0);
        if (!killed)
            return;
        var from = task.Host;
        (task.Phase, task.Age, task.Settled) = (0, 0, 0);
        task.Host = Scheduler.Calmest(state);
        Scheduler.Expect(state, task);
        if (task.Host != from)
            edges.Add(new HostEdge(from, task.Host, EdgeKind.Migration, 1));
    }
}
