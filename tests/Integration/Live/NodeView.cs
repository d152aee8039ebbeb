using System.Globalization;
using System.Text;

namespace Tocsin.Integration.Live;

/// <summary>What /proc would show on a virtual node: the host's files, but the CPU, memory, load and faults of this node's own processes.</summary>
/// <remarks>Virtual nodes share one kernel, so that the host's own /proc shows the load of one on all. A real node_exporter reads this folder (<c>--path.procfs</c>).</remarks>
internal sealed class NodeView
{
    public const int Cpus = 4;
    public const long TotalBytes = 1000L << 20;

    private const long BaseBytes = 150L << 20;

    /// <summary>Files that are the node's own; all others are the host's.</summary>
    private static readonly string[] Own = ["stat", "meminfo", "loadavg", "vmstat"];

    private readonly string _bootLine;
    private readonly long _startMs;
    private Dictionary<string, ProcessTimes> _known = [];
    private long _user;
    private long _system;
    private long _minor;
    private long _major;
    private long _started;
    private double _load;
    private long _lastMs;

    public NodeView(string folder, long nowMs)
    {
        (Folder, _startMs, _lastMs) = (folder, nowMs, nowMs);
        Directory.CreateDirectory(folder);
        foreach (var path in Directory.EnumerateFileSystemEntries("/proc"))
        {
            var name = Path.GetFileName(path);
            if (!char.IsDigit(name[0]) && !Own.Contains(name))
                File.CreateSymbolicLink(Path.Combine(folder, name), path);
        }
        _bootLine = File.ReadLines("/proc/stat").First(l => l.StartsWith("btime ", StringComparison.Ordinal));
        Show([], nowMs);
    }

    public string Folder { get; }

    /// <summary>The node's processes as they are now.</summary>
    public void Show(IReadOnlyList<ProcessTimes> processes, long nowMs)
    {
        foreach (var now in processes)
        {
            var before = _known.GetValueOrDefault(now.Key);
            _user += now.UserTicks - (before?.UserTicks ?? 0);
            _system += now.SystemTicks - (before?.SystemTicks ?? 0);
            _minor += now.MinorFaults - (before?.MinorFaults ?? 0);
            _major += now.MajorFaults - (before?.MajorFaults ?? 0);
            _started += before is null ? 1 : 0;
        }
        _known = processes.DistinctBy(p => p.Key).ToDictionary(p => p.Key, StringComparer.Ordinal);
        var running = processes.Count(p => p.State == 'R');
        _load += (running - _load) * (1 - Math.Exp(-(nowMs - _lastMs) / 60_000.0));
        _lastMs = nowMs;
        Write("stat", Stat(running, processes.Count(p => p.State == 'D'), nowMs));
        Write("meminfo", Memory(processes.Sum(p => p.ResidentBytes), processes.Sum(p => p.AnonBytes)));
        Write("loadavg", Text($"{_load:F2} {_load:F2} {_load:F2} {running}/{processes.Count} 1\n"));
        Write("vmstat", Text($"pgfault {_minor + _major}\npgmajfault {_major}\noom_kill 0\n"));
    }

    private string Stat(int running, int blocked, long nowMs)
    {
        var elapsed = (nowMs - _startMs) / 10;
        var text = new StringBuilder();
        Line("cpu", 1);
        for (var cpu = 0; cpu < Cpus; cpu++)
            Line($"cpu{cpu}", Cpus);
        return text.Append(Text($"intr 0\nctxt 0\n{_bootLine}\nprocesses {_started}\nprocs_running {running}\nprocs_blocked {blocked}\n")).ToString();

        void Line(string name, int share) => text.Append(Text($"{name} {_user / share} 0 {_system / share} {Math.Max(0, (Cpus * elapsed) - _user - _system) / share} 0 0 0 0 0 0\n"));
    }

    private static string Memory(long resident, long anon)
    {
        var text = new StringBuilder();
        foreach (var (name, bytes) in ((string, long)[])[
            ("MemTotal", TotalBytes), ("MemFree", TotalBytes - BaseBytes - resident), ("MemAvailable", TotalBytes - BaseBytes - resident), ("Buffers", 0), ("Cached", BaseBytes / 2),
            ("SwapCached", 0), ("Active", anon), ("Inactive", BaseBytes / 2), ("Active(anon)", anon), ("Inactive(anon)", 0), ("AnonPages", anon), ("Mapped", resident - anon),
            ("SwapTotal", 0), ("SwapFree", 0), ("Dirty", 0), ("Writeback", 0), ("Committed_AS", resident)])
            text.Append(Text($"{name}: {Math.Max(0, bytes) / 1024} kB\n"));
        return text.ToString();
    }

    /// <summary>An exporter that reads meanwhile sees the old file or the new one.</summary>
    private void Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
