using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>Which part of the machine a finding is about, from the names of the metrics that carry it. A guess by majority, not a diagnosis.</summary>
internal static class FaultKinds
{
    /// <summary>Below this share of the evidence no part stands out.</summary>
    private const float Majority = 0.5f;

    private static readonly (string Prefix, FaultKind Kind)[] Parts =
    [
        ("gpu", FaultKind.Gpu), ("dcgm", FaultKind.Gpu),
        ("temperature", FaultKind.Thermal), ("thermal", FaultKind.Thermal), ("fan", FaultKind.Thermal), ("cpu_throttle", FaultKind.Thermal),
        ("power", FaultKind.Power), ("rapl", FaultKind.Power),
        ("paged", FaultKind.Disk), ("disk", FaultKind.Disk), ("raid", FaultKind.Disk), ("pressure_io", FaultKind.Disk), ("cpu_iowait", FaultKind.Disk), ("procs_blocked", FaultKind.Disk),
        ("memory", FaultKind.Memory), ("swap", FaultKind.Memory), ("pressure_memory", FaultKind.Memory), ("page", FaultKind.Memory), ("major_page", FaultKind.Memory),
        ("edac", FaultKind.Memory), ("oom", FaultKind.Memory), ("numa", FaultKind.Memory),
        ("fs_", FaultKind.Filesystem), ("nfs", FaultKind.Filesystem), ("lustre", FaultKind.Filesystem), ("gpfs", FaultKind.Filesystem),
        ("ib_", FaultKind.Fabric), ("infiniband", FaultKind.Fabric),
        ("net", FaultKind.Network), ("tcp", FaultKind.Network), ("udp", FaultKind.Network), ("ip_", FaultKind.Network), ("icmp", FaultKind.Network),
        ("sock", FaultKind.Network), ("softnet", FaultKind.Network), ("conntrack", FaultKind.Network), ("loopback", FaultKind.Network),
        ("units", FaultKind.Service),
        ("cpu", FaultKind.Cpu), ("load", FaultKind.Cpu), ("pressure_cpu", FaultKind.Cpu), ("context", FaultKind.Cpu), ("interrupts", FaultKind.Cpu), ("procs", FaultKind.Cpu), ("forks", FaultKind.Cpu),
    ];

    public static FaultKind Of(IReadOnlyList<MetricEvidence> top)
    {
        var shares = new SortedDictionary<FaultKind, float>();
        float all = 0;
        foreach (var metric in top)
        {
            var kind = KindOf(metric.Metric);
            shares[kind] = shares.GetValueOrDefault(kind) + metric.Share;
            all += metric.Share;
        }
        foreach (var (kind, share) in shares)
        {
            if (share > Majority * all)
                return kind;
        }
        return FaultKind.Unknown;
    }

    /// <summary>The first prefix holds: <c>cpu_iowait</c> is the disk's, <c>cpu</c> the processor's.</summary>
    private static FaultKind KindOf(string metric)
    {
        foreach (var (prefix, kind) in Parts)
        {
            if (metric.StartsWith(prefix, StringComparison.Ordinal))
                return kind;
        }
        return FaultKind.Unknown;
    }
}
