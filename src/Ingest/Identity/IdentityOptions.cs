namespace Tocsin.Ingest.Identity;

/// <summary>How labels become a node. The defaults fit Prometheus with node_exporter, dcgm-exporter and their usual companions.</summary>
public sealed record IdentityOptions
{
    /// <summary>The machine room's name, for every series that carries none of <see cref="ClusterLabels"/>.</summary>
    public required string Cluster { get; init; }

    /// <summary>Labels whose value is the cluster's name, the first that is there. Empty: one cluster, whatever external labels say.</summary>
    public IReadOnlyList<string> ClusterLabels { get; init; } = [];

    /// <summary>Tried in order before <see cref="NodeLabels"/>; the first whose pattern fits the whole value of its label names the node.</summary>
    public IReadOnlyList<IdentityRule> Rules { get; init; } = [];

    /// <summary>The first of these that is there names the node, its port taken off. dcgm-exporter's <c>Hostname</c> comes first: in a container its
    /// <c>instance</c> is the container's address. <c>nodename</c> comes after <c>instance</c>: only node_exporter's one info series has it, and where
    /// instances are addresses it would make a second node. A label <c>node</c> is not among them: in node_exporter it numbers NUMA nodes.</summary>
    public IReadOnlyList<string> NodeLabels { get; init; } = ["Hostname", "hostname", "instance", "nodename", "host"];

    /// <summary>Takes off what follows the first dot of a name (never of an address): Slurm's NodeName is the short name on most clusters.</summary>
    public bool StripDomain { get; init; } = true;

    /// <summary>A regular expression that a node's name must fit as a whole; null = every name. Keeps switches and services out.</summary>
    public string? OnlyNodes { get; init; }

    /// <summary>Labels that tell two scrapers of the same nodes apart.</summary>
    public IReadOnlyList<string> ReplicaLabels { get; init; } = ["prometheus_replica", "__replica__"];

    /// <summary>Series with one of these are left out: they come and go with every job and are no property of the node.</summary>
    public IReadOnlyList<string> JobLabels { get; init; } =
        ["job_id", "jobid", "JobId", "JobID", "slurm_job_id", "slurm_jobid", "slurmjobid", "slurm_job", "SLURM_JOB_ID"];

    /// <summary>Values, with <c>*</c> for any run of characters, by which a label of another name says the same: the cgroup exporter's paths, and exporters
    /// that put a job's id into <c>uuid</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> JobValues { get; init; } =
        [new("cgroup", "*/job_*"), new("id", "*/job_*"), new("manager", "slurm"), new("path", "*/job_*")];

    /// <summary>Whether series labelled by a Slurm job are taken all the same, without that label.</summary>
    public bool KeepJobSeries { get; init; }

    /// <summary>Labels that are taken off beside the one that named the node. Prometheus' own <c>job</c> names the scrape and not the series; the
    /// others differ from node to node and would make each node's series its own, or change with the job (dcgm-exporter's <c>hpc_job</c>).</summary>
    public IReadOnlyList<string> StripLabels { get; init; } =
        ["job", "instance", "Hostname", "hostname", "nodename", "UUID", "pci_bus_id", "modelName", "DCGM_FI_DRIVER_VERSION", "hpc_job", "pod", "namespace", "container", "exported_job", "exported_instance", "monitor", "prometheus"];

    /// <summary>Names, with <c>*</c> for any run of characters, that are left out: what exporters and scrapers say about themselves. <c>up</c> stays.</summary>
    public IReadOnlyList<string> DropNames { get; init; } = ["go_*", "promhttp_*", "process_*", "python_*", "scrape_*", "net_conntrack_*", "prometheus_*"];

    /// <summary>How long an elected scraper may be silent, by the samples' own times, before the other one takes over. 1 s to 1 h.</summary>
    public TimeSpan ReplicaSilence { get; init; } = TimeSpan.FromSeconds(45);
}

/// <param name="Label">Whose value is looked at.</param>
/// <param name="Pattern">A regular expression without look-around and back references, so that it runs in linear time; it must fit the whole value.</param>
/// <param name="Node">The node's name, with <c>$1</c> or <c>${name}</c> for what groups caught.</param>
public sealed record IdentityRule(string Label, string Pattern, string Node = "$1");
