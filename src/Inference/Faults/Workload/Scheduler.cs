namespace Tocsin.Inference.Faults.Workload;

/// <summary>Places tasks where the load is least and moves them off hosts that have too much, as the simulators of the literature do. It knows the load of the
/// interval that ends, not the causes, and decides without chance: what it does is seen as edges of that interval and has its effect in the next.</summary>
internal static class Scheduler
{
    private const float TooMuch = 0.9f;
    private const float Room = 0.8f;

    /// <summary>A task that was moved stays for so many intervals.</summary>
    private const int Rest = 3;

    public static int Calmest(ClusterState state)
    {
        var best = 0;
        var least = float.MaxValue;
        for (var h = 0; h < state.Hosts.Length; h++)
        {
            var pressure = Pressure(state, h);
            if (pressure < least)
                (best, least) = (h, pressure);
        }
        return best;
    }

    /// <summary>Counts a task that will start on its host before it is felt there, so that not all of an interval go to one.</summary>
    public static void Expect(ClusterState state, in SimTask task)
    {
        var at = task.Host * Resource.Count;
        state.Demand[at + HostFeatures.Cpu] += 0.3f * Resource.Small[HostFeatures.Cpu];
        state.Demand[at + HostFeatures.Ram] += 0.2f * Resource.Small[HostFeatures.Ram];
    }

    public static void Rebalance(ClusterState state, List<HostEdge> edges)
    {
        var moves = Math.Max(1, state.Hosts.Length / 6);
        for (var h = 0; h < state.Hosts.Length && moves > 0; h++)
        {
            if (Pressure(state, h) <= TooMuch && state.Hosts[h].Progress > 0.6f)
                continue;
            var resource = Tightest(state, h);
            var chosen = Largest(state, h, resource);
            if (chosen < 0)
                continue;
            var to = Calmest(state);
            if (to == h || Pressure(state, to) > Room)
                continue;
            Move(state, chosen, h, to, edges);
            moves--;
        }
    }

    private static void Move(ClusterState state, int chosen, int from, int to, List<HostEdge> edges)
    {
        ref var task = ref state.Tasks[chosen];
        (task.Host, task.Settled) = (to, 0);
        Expect(state, task);
        for (var e = 0; e < edges.Count; e++)
        {
            if (edges[e].From == from && edges[e].To == to)
            {
                edges[e] = edges[e] with { Count = edges[e].Count + 1 };
                return;
            }
        }
        edges.Add(new HostEdge(from, to, EdgeKind.Migration, 1));
    }

    private static float Pressure(ClusterState state, int host)
    {
        float pressure = 0;
        for (var r = 0; r < Resource.Count; r++)
        {
            if (r != HostFeatures.Disk)
                pressure = Math.Max(pressure, state.Demand[(host * Resource.Count) + r] / state.Capacity(host, r));
        }
        return pressure;
    }

    private static int Tightest(ClusterState state, int host)
    {
        int tightest = 0;
        float most = 0;
        for (var r = 0; r < Resource.Count; r++)
        {
            var share = state.Demand[(host * Resource.Count) + r] / state.Capacity(host, r);
            if (r != HostFeatures.Disk && share > most)
                (tightest, most) = (r, share);
        }
        return tightest;
    }

    /// <returns>Of the tasks that may move the one that asks most of the resource; -1: none.</returns>
    private static int Largest(ClusterState state, int host, int resource)
    {
        int chosen = -1;
        float most = 0;
        for (var i = 0; i < state.Count; i++)
        {
            ref var task = ref state.Tasks[i];
            if (task.Host != host || task.Settled < Rest)
                continue;
            var share = Share(task, resource);
            if (share > most)
                (chosen, most) = (i, share);
        }
        return chosen;
    }

    private static float Share(in SimTask task, int resource)
    {
        var own = task.Trace >= 0 ? 0.1f : resource == HostFeatures.Ram ? TaskKind.All[task.Kind].Ram : TaskKind.All[task.Kind].Phases[task.Phase].Share(resource);
        var broken = (task.Cause, resource) is (Cause.Leak, HostFeatures.Ram) or (Cause.Runaway, HostFeatures.Cpu) or (Cause.Thrashing, HostFeatures.RamRead or HostFeatures.RamWrite);
        return (own * task.Scale) + 0.001f + (broken ? task.Excess / Resource.Small[resource] : 0);
    }
}
