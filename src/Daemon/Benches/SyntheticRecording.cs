using System.Globalization;
using System.Text;
using Tocsin.Ingest.Recordings;

namespace Tocsin.Daemon.Benches;

/// <summary>Writes a recording of any size in node_exporter's shape: cores, disks, mounts, interfaces, memory, a counter or gauge each, moving.</summary>
internal sealed class SyntheticRecording
{
    private const long StartMs = 1_700_000_000_000;

    private readonly List<(byte[] Text, bool Counter)> _series = [];
    private readonly double[,] _values;
    private readonly Random _random;
    private readonly int _nodes;

    public SyntheticRecording(int nodes, int cores, int seed)
    {
        _nodes = nodes;
        _random = new Random(seed);
        Name(cores);
        _values = new double[nodes, _series.Count];
    }

    public int SeriesPerScrape => _series.Count;

    /// <summary>Uncompressed bytes, at least <paramref name="bytes"/>, and the number of scrapes.</summary>
    public (long Bytes, long Scrapes) Write(string folder, long bytes, int cadenceMs)
    {
        Directory.CreateDirectory(folder);
        long scrapes = 0, time = StartMs;
        using var writer = new RecordingWriter(folder, null);
        var body = new byte[_series.Sum(s => s.Text.Length + 32)];
        while (writer.Bytes < bytes)
        {
            for (var node = 0; node < _nodes; node++)
            {
                writer.Write(time + node, $"n{node:000}", body.AsMemory(0, Scrape(node, body)));
                scrapes++;
            }
            time += cadenceMs;
        }
        File.WriteAllText(Path.Combine(folder, ScrapeRecording.JobsFile), Jobs(time));
        return (writer.Bytes, scrapes);
    }

    private int Scrape(int node, Span<byte> body)
    {
        var at = 0;
        for (var s = 0; s < _series.Count; s++)
        {
            var (text, counter) = _series[s];
            // A third of a node's series stand still, as they do in life.
            if (s % 3 != 0)
                _values[node, s] = counter ? _values[node, s] + _random.Next(1000) / 64.0 : _random.Next(1 << 20);
            text.CopyTo(body[at..]);
            at += text.Length;
            _values[node, s].TryFormat(body[at..], out var n, default, CultureInfo.InvariantCulture);
            at += n;
            body[at++] = (byte)'\n';
        }
        return at;
    }

    /// <summary>Jobs of 1 to 10 minutes on one node each, with a minute between them.</summary>
    private string Jobs(long endMs)
    {
        var table = new StringBuilder("JobID|JobName|Start|End|NodeList\n");
        var id = 0;
        for (var node = 0; node < _nodes; node++)
        {
            for (var start = StartMs + 30_000; start < endMs;)
            {
                var end = start + _random.Next(60_000, 600_000);
                table.Append(CultureInfo.InvariantCulture, $"{++id}|work{id % 7}|{start / 1000.0:F3}|{end / 1000.0:F3}|n{node:000}\n");
                start = end + 60_000;
            }
        }
        return table.ToString();
    }

    private void Name(int cores)
    {
        for (var c = 0; c < cores; c++)
        {
            foreach (var mode in (string[])["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"])
                Add($"node_cpu_seconds_total{{cpu=\"{c}\",mode=\"{mode}\"}}", true);
        }
        foreach (var device in (string[])["nvme0n1", "nvme1n1", "sda"])
        {
            foreach (var what in (string[])["read_bytes", "written_bytes", "reads_completed", "writes_completed", "io_time_seconds", "io_time_weighted_seconds", "read_time_seconds", "write_time_seconds"])
                Add($"node_disk_{what}_total{{device=\"{device}\"}}", true);
        }
        foreach (var mount in (string[])["/", "/home", "/scratch", "/tmp"])
        {
            foreach (var what in (string[])["avail_bytes", "size_bytes", "free_bytes", "files", "files_free", "readonly"])
                Add($"node_filesystem_{what}{{device=\"/dev/x\",fstype=\"xfs\",mountpoint=\"{mount}\"}}", false);
        }
        foreach (var device in (string[])["eth0", "ib0", "lo"])
        {
            foreach (var what in (string[])["bytes", "packets", "errs", "drop", "fifo", "multicast"])
            {
                Add($"node_network_receive_{what}_total{{device=\"{device}\"}}", true);
                Add($"node_network_transmit_{what}_total{{device=\"{device}\"}}", true);
            }
        }
        foreach (var what in (string[])["MemTotal", "MemFree", "MemAvailable", "Cached", "Buffers", "Dirty", "AnonPages", "Slab", "Mapped", "Shmem", "SwapTotal", "SwapFree"])
            Add($"node_memory_{what}_bytes", false);
        foreach (var what in (string[])["pgfault", "pgmajfault", "pgpgin", "pgpgout", "oom_kill"])
            Add($"node_vmstat_{what}", true);
        foreach (var what in (string[])["node_load1", "node_procs_running", "node_procs_blocked"])
            Add(what, false);
        foreach (var what in (string[])["node_context_switches_total", "node_intr_total", "node_forks_total"])
            Add(what, true);
    }

    private void Add(string series, bool counter) => _series.Add((Encoding.ASCII.GetBytes(series + " "), counter));
}
