using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches;

/// <summary>The series of one node in node_exporter's shape: mostly cores, then disks, interfaces, mounts and single values.</summary>
internal static class NodeSeries
{
    private static readonly string[] Modes = ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"];

    private static readonly string[] Disk =
    [
        "node_disk_io_now", "node_disk_io_time_seconds_total", "node_disk_read_bytes_total", "node_disk_reads_completed_total",
        "node_disk_read_time_seconds_total", "node_disk_write_time_seconds_total", "node_disk_writes_completed_total", "node_disk_written_bytes_total",
    ];

    private static readonly string[] Net =
    [
        "node_network_receive_bytes_total", "node_network_receive_drop_total", "node_network_receive_errs_total", "node_network_receive_packets_total",
        "node_network_transmit_bytes_total", "node_network_transmit_drop_total", "node_network_transmit_errs_total", "node_network_transmit_packets_total",
    ];

    private static readonly string[] Mount = ["node_filesystem_avail_bytes", "node_filesystem_free_bytes", "node_filesystem_size_bytes", "node_filesystem_readonly"];

    private static readonly string[] Single =
    [
        "node_memory_MemTotal_bytes", "node_memory_MemAvailable_bytes", "node_memory_AnonPages_bytes", "node_memory_Dirty_bytes", "node_memory_Mapped_bytes",
        "node_memory_Committed_AS_bytes", "node_load1", "node_procs_running", "node_procs_blocked", "node_context_switches_total", "node_intr_total",
        "node_forks_total", "node_vmstat_pgfault", "node_vmstat_pgmajfault", "node_vmstat_pgpgin", "node_vmstat_pgpgout", "node_netstat_Tcp_InSegs",
        "node_netstat_Tcp_OutSegs", "node_netstat_Tcp_RetransSegs", "node_sockstat_TCP_inuse",
    ];

    public static IReadOnlyList<SeriesId> Create(int cores)
    {
        var all = new List<SeriesId>();
        for (var cpu = 0; cpu < cores; cpu++)
            all.AddRange(Modes.Select(m => new SeriesId("node_cpu_seconds_total", [new("cpu", $"{cpu}"), new("mode", m)])));
        foreach (var disk in (string[])["nvme0n1", "nvme1n1", "sda"])
            all.AddRange(Disk.Select(n => new SeriesId(n, [new("device", disk)])));
        foreach (var nic in (string[])["eno1", "eno2", "ib0"])
            all.AddRange(Net.Select(n => new SeriesId(n, [new("device", nic)])));
        foreach (var (device, type, mount) in ((string, string, string)[])[("/dev/nvme0n1p2", "ext4", "/"), ("tmpfs", "tmpfs", "/run"), ("/dev/nvme1n1p1", "xfs", "/scratch")])
            all.AddRange(Mount.Select(n => new SeriesId(n, [new("device", device), new("fstype", type), new("mountpoint", mount)])));
        all.AddRange(Single.Select(n => new SeriesId(n, [])));
        return all;
    }
}
