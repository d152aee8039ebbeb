namespace Tocsin.Inference.Faults.Workload;

/// <summary>The whole hidden state between two intervals. Copying it and stepping the copy is asking what could come next.</summary>
internal sealed class ClusterState
{
    public ClusterState(int hosts)
    {
        Hosts = new SimHost[hosts];
        Backlog = new float[hosts * Resource.Count];
        Demand = new float[hosts * Resource.Count];
        Values = new float[hosts * Resource.Count];
        Cause = new FaultClass[hosts];
        Tasks = new SimTask[8 * hosts];
        for (var h = 0; h < hosts; h++)
            Hosts[h] = new SimHost { Size = h < hosts / 2 ? 1 : 2, Progress = 1 };
    }

    public SimHost[] Hosts { get; }

    /// <summary>hosts x resources: asked for and not done.</summary>
    public float[] Backlog { get; }

    /// <summary>hosts x resources: asked for in this interval, backlog included, and what the scheduler expects on top.</summary>
    public float[] Demand { get; }

    /// <summary>hosts x resources: what is seen, in the units of <see cref="HostFeatures"/>.</summary>
    public float[] Values { get; }

    /// <summary>Truth by cause of the last interval.</summary>
    public FaultClass[] Cause { get; }

    public SimTask[] Tasks { get; private set; }

    public int Count { get; private set; }

    /// <summary>Negative while the hosts fill.</summary>
    public int Interval { get; set; } = -WorkloadOptions.WarmUp;

    public float Capacity(int host, int resource) => resource == HostFeatures.Ram ? Hosts[host].Size * Resource.Small[resource] : Resource.Small[resource];

    public void Add(in SimTask task)
    {
        if (Count == Tasks.Length)
        {
            var more = new SimTask[2 * Count];
            Tasks.CopyTo(more, 0);
            Tasks = more;
        }
        Tasks[Count++] = task;
    }

    /// <summary>The order of the others stays, so that it does not depend on who ended when.</summary>
    public void RemoveEnded()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (Tasks[i].CyclesLeft > 0)
                Tasks[kept++] = Tasks[i];
        }
        Count = kept;
    }

    public void CopyFrom(ClusterState other)
    {
        other.Hosts.CopyTo(Hosts, 0);
        other.Backlog.CopyTo(Backlog, 0);
        other.Demand.CopyTo(Demand, 0);
        other.Values.CopyTo(Values, 0);
        if (Tasks.Length < other.Count)
            Tasks = new SimTask[other.Tasks.Length];
        Array.Copy(other.Tasks, Tasks, other.Count);
        (Count, Interval) = (other.Count, other.Interval);
    }
}
