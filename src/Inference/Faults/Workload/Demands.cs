using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>What all tasks ask of their hosts in an interval, what the hosts can do of it, and what is seen of that.</summary>
internal static class Demands
{
    /// <summary>Logarithmic noise of what a task asks for, beyond its slow level.</summary>
    private const float Noise = 0.03f;

    /// <summary>Share of what was asked for and not done that is asked for again.</summary>
    private const float Spill = 0.4f;

    /// <summary>The host's own: CPU, memory, disk; shares of its capacity.</summary>
    private static readonly float[] Own = [0.02f, 0.08f, 0.01f, 0.01f, 0.2f, 0.01f, 0.01f];

    public static void Compute(ClusterState state, TracePool? traces, SeededRandom random)
    {
        const int n = Resource.Count;
        Array.Clear(state.Cause);
        for (var h = 0; h < state.Hosts.Length; h++)
        {
            for (var r = 0; r < n; r++)
                state.Demand[(h * n) + r] = (Own[r] * state.Capacity(h, r)) + state.Backlog[(h * n) + r];
            if (state.Hosts[h].Loss == 0)
                continue;
            // What cannot be sent waits in memory, and sending it again takes the kernel's time.
            state.Cause[h] = FaultClass.Network;
            state.Demand[(h * n) + HostFeatures.Cpu] += 0.15f * state.Capacity(h, HostFeatures.Cpu);
            state.Demand[(h * n) + HostFeatures.Ram] += Math.Min(0.25f, 0.05f * (1 + state.Hosts[h].LossAge)) * state.Capacity(h, HostFeatures.Ram);
        }
        Span<float> asked = stackalloc float[n];
        for (var i = 0; i < state.Count; i++)
        {
            ref var task = ref state.Tasks[i];
            Ask(task, traces, random, asked);
            var loss = state.Hosts[task.Host].Loss;
            var demand = state.Demand.AsSpan(task.Host * n, n);
            for (var r = 0; r < n; r++)
                demand[r] += Resource.Spills(r) ? asked[r] * (1 - (r == HostFeatures.Cpu ? 0.7f * loss : loss)) : asked[r];
            if (task.Cause != Cause.None)
                Blame(state, task);
        }
        for (var h = 0; h < state.Hosts.Length; h++)
            Serve(state, h);
    }

    /// <summary>By the task alone, its causes included.</summary>
    private static void Ask(in SimTask task, TracePool? traces, SeededRandom random, Span<float> asked)
    {
        var slow = task.Scale * MathF.Exp(task.Level);
        float work = slow * MathF.Exp(Noise * random.Gaussian()), transfer = slow * MathF.Exp(Noise * random.Gaussian());
        if (task.Trace >= 0)
        {
            for (var r = 0; r < Resource.Count; r++)
                asked[r] = traces!.Traces[task.Trace].At(task.TraceAt, r);
        }
        else
        {
            var kind = TaskKind.All[task.Kind];
            ref readonly var phase = ref kind.Phases[task.Phase];
            for (var r = 0; r < Resource.Count; r++)
                asked[r] = phase.Share(r) * Resource.Small[r] * (r == HostFeatures.Cpu ? work : transfer);
            asked[HostFeatures.Ram] = kind.Ram * task.Scale * (1 + (0.2f * task.Level)) * Resource.Small[HostFeatures.Ram];
            asked[HostFeatures.Disk] = kind.Disk * task.Scale * Resource.Small[HostFeatures.Disk];
        }
        if (task.Settled == 1)
            asked[HostFeatures.RamWrite] += 0.25f * asked[HostFeatures.Ram] / Resource.Small[HostFeatures.Ram] * Resource.Small[HostFeatures.RamWrite];
        Break(task, asked);
    }

    private static void Break(in SimTask task, Span<float> asked)
    {
        switch (task.Cause)
        {
            case Cause.Leak:
                asked[HostFeatures.Ram] += task.Excess;
                asked[HostFeatures.RamWrite] += 0.5f * task.CauseRate * Resource.Small[HostFeatures.RamWrite];
                break;
            case Cause.Runaway:
                asked[HostFeatures.Cpu] += task.Excess;
                asked[HostFeatures.RamRead] += 0.2f * Resource.Small[HostFeatures.RamRead];
                break;
            case Cause.DiskFilling:
                asked[HostFeatures.Disk] += task.Excess;
                asked[HostFeatures.DiskWrite] += 1.5f * task.CauseRate * Resource.Small[HostFeatures.DiskWrite];
                break;
            case Cause.Thrashing:
                asked[HostFeatures.RamRead] += task.Excess;
                asked[HostFeatures.RamWrite] += 1.3f * task.Excess;
                asked[HostFeatures.DiskRead] += 0.25f * Resource.Small[HostFeatures.DiskRead];
                asked[HostFeatures.Cpu] *= 0.5f;
                break;
        }
    }

    private static void Blame(ClusterState state, in SimTask task)
    {
        var resource = task.Cause switch
        {
            Cause.Leak => HostFeatures.Ram,
            Cause.Runaway => HostFeatures.Cpu,
            Cause.DiskFilling => HostFeatures.Disk,
            _ => HostFeatures.RamRead,
        };
        if (task.Excess >= Causes.Least * state.Capacity(task.Host, resource))
            state.Cause[task.Host] = Causes.First(state.Cause[task.Host], Causes.ClassOf(task.Cause));
    }

    private static void Serve(ClusterState state, int host)
    {
        const int n = Resource.Count;
        var demand = state.Demand.AsSpan(host * n, n);
        // Memory beyond what there is lies on the disk and is fetched from there.
        var over = Math.Min(1, Math.Max(0, (demand[HostFeatures.Ram] / state.Capacity(host, HostFeatures.Ram)) - 1));
        demand[HostFeatures.DiskRead] += 0.6f * over * state.Capacity(host, HostFeatures.DiskRead);
        demand[HostFeatures.DiskWrite] += 0.6f * over * state.Capacity(host, HostFeatures.DiskWrite);
        var progress = 1 - (0.5f * over);
        for (var r = 0; r < n; r++)
        {
            var capacity = state.Capacity(host, r);
            var done = Math.Min(demand[r], capacity);
            state.Values[(host * n) + r] = done / capacity;
            if (!Resource.Spills(r))
                continue;
            if (demand[r] > capacity)
                progress = Math.Min(progress, capacity / demand[r]);
            state.Backlog[(host * n) + r] = Spill * Math.Min(demand[r] - done, 0.5f * capacity);
        }
        state.Hosts[host].Progress = Math.Max(0.3f, progress * (1 - state.Hosts[host].Loss));
    }
}
