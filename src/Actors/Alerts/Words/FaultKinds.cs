using System.Collections.Frozen;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Words;

/// <summary>Which part of the machine the top metrics speak of, by their catalogue names.</summary>
public static class FaultKinds
{
    /// <summary>Below this share of the score no part is named: with five parts in play 0.3 is half as much again as an even split.</summary>
    public const float LeastShare = 0.3f;

    /// <summary>Of the score that metrics of work carry, all falling, so that it is called a hang.</summary>
    private const float HangShare = 0.6f;

    // The longest prefix that fits holds; a name that none fits says nothing.
    private static readonly (string Prefix, FaultKind Kind)[] Families =
    [
        ("cpu_iowait", FaultKind.Disk), ("cpu_throttles", FaultKind.Thermal), ("cpu_", FaultKind.Cpu), ("procs_running", FaultKind.Cpu),
        ("procs_blocked", FaultKind.Disk), ("context_switches", FaultKind.Cpu), ("interrupts", FaultKind.Cpu), ("forks", FaultKind.Cpu),
        ("pressure_cpu", FaultKind.Cpu), ("pressure_irq", FaultKind.Cpu), ("pressure_io", FaultKind.Disk), ("pressure_memory", FaultKind.Memory),
        ("memory_", FaultKind.Memory), ("page_faults", FaultKind.Memory), ("major_page_faults", FaultKind.Memory), ("paged_", FaultKind.Disk),
        ("swapped_", FaultKind.Memory), ("oom_", FaultKind.Memory), ("edac_", FaultKind.Memory), ("numa_", FaultKind.Memory),
        ("disk_", FaultKind.Disk), ("raid_", FaultKind.Disk), ("nvme_", FaultKind.Disk),
        ("fs_", FaultKind.Filesystem), ("files_", FaultKind.Filesystem), ("nfs_", FaultKind.Filesystem), ("lustre_", FaultKind.Filesystem),
        ("gpfs_", FaultKind.Filesystem),
        ("net_", FaultKind.Network), ("loopback_", FaultKind.Network), ("ip_", FaultKind.Network), ("icmp_", FaultKind.Network),
        ("tcp_", FaultKind.Network), ("udp_", FaultKind.Network), ("sockets_", FaultKind.Network), ("softnet_", FaultKind.Network),
        ("conntrack_", FaultKind.Network), ("ib_", FaultKind.Fabric), ("gpu_", FaultKind.Gpu), ("nvlink_", FaultKind.Gpu),
        ("temperature_", FaultKind.Thermal), ("thermal_", FaultKind.Thermal), ("fan_", FaultKind.Thermal), ("gpu_temperature", FaultKind.Thermal),
        ("power_", FaultKind.Power), ("rapl_", FaultKind.Power), ("units_", FaultKind.Service),
    ];

    private static readonly FrozenSet<string> Work = new[]
    {
        "cpu_user_share", "cpu_busy_share_max", "context_switches", "procs_running", "gpu_util_mean", "gpu_power_watts", "gpu_memory_util_mean",
        "power_watts", "rapl_package_watts", "ib_receive_bytes", "ib_transmit_bytes",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static FaultKind Of(string metric)
    {
        var (best, kind) = (0, FaultKind.Unknown);
        foreach (var (prefix, family) in Families)
        {
            if (prefix.Length > best && metric.StartsWith(prefix, StringComparison.Ordinal))
                (best, kind) = (prefix.Length, family);
        }
        return kind;
    }

    /// <param name="busy">A job runs on the node: an idle one cannot hang.</param>
    public static FaultKind Of(IReadOnlyList<MetricEvidence> top, bool busy)
    {
        if (busy && IsHang(top))
            return FaultKind.Hang;
        Span<float> shares = stackalloc float[(int)FaultKind.Service + 1];
        shares.Clear();
        foreach (var metric in top)
            shares[(int)Of(metric.Metric)] += metric.Share;
        shares[(int)FaultKind.Unknown] = 0;
        var best = FaultKind.Unknown;
        for (var kind = 1; kind < shares.Length; kind++)
        {
            if (shares[kind] >= LeastShare && shares[kind] > shares[(int)best])
                best = (FaultKind)kind;
        }
        return best;
    }

    private static bool IsHang(IReadOnlyList<MetricEvidence> top)
    {
        float fallen = 0, all = 0;
        foreach (var metric in top)
        {
            all += metric.Share;
            // Idle time that rises is work that falls.
            var falls = metric.Metric == "cpu_idle_share" ? metric.Value > metric.Expected : Work.Contains(metric.Metric) && metric.Value < metric.Expected / 2;
            if (falls)
                fallen += metric.Share;
        }
        return all > 0 && fallen >= HangShare * all;
    }
}
