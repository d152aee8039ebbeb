using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tocsin.Integration.Live;
using Tocsin.Integration.Slurm;

namespace Tocsin.Integration.Acting;

/// <summary>A fault of one virtual node, from outside of every job: its processes get a hundredth of a processor (a control group of the kernel; where there is none, they are
/// stopped most of the time), and something that is no job's eats its memory; then it falls silent, as a node that hangs: nothing on it moves, no connection ends.</summary>
internal sealed class NodeFault(SlurmCluster slurm, string node) : IDisposable
{
    private const string Groups = "/sys/fs/cgroup/cpu";

    private readonly string _group = Path.Combine(Groups, $"tocsin-{Environment.ProcessId}-{node}");
    private Process? _eater;
    private CancellationTokenSource? _bursts;
    private bool _dead;

    /// <summary>By a control group; else by bursts of SIGSTOP.</summary>
    public bool ByGroup { get; private set; }

    public void Squeeze()
    {
        try
        {
            Directory.CreateDirectory(_group);
            File.WriteAllText(Path.Combine(_group, "cpu.cfs_period_us"), "100000");
            File.WriteAllText(Path.Combine(_group, "cpu.cfs_quota_us"), "1000");
            foreach (var id in Processes())
                TryWrite(id);
            ByGroup = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _bursts = new CancellationTokenSource();
            _ = BurstsAsync(_bursts.Token);
        }
    }

    /// <summary>Memory of the node that no job has: by the same variables that tell a virtual node's processes.</summary>
    public void Eat(string bytes = "400M")
    {
        var start = new ProcessStartInfo(StressNg.Program, ["--vm", "1", "--vm-bytes", bytes, "--vm-hang", "0", "--timeout", "600s", "--quiet"]);
        (start.Environment["SLURM_CONF"], start.Environment["SLURMD_NODENAME"]) = (slurm.Programs.Configuration, node);
        _eater = Process.Start(start)!;
    }

    /// <summary>The node hangs.</summary>
    public void Hang()
    {
        _bursts?.Cancel();
        foreach (var id in Processes())
            Signal(id, "STOP");
        slurm.KillNode(node);
        _dead = true;
    }

    /// <summary>Repaired: what hung on it is gone, and its slurmd starts anew where it had died.</summary>
    public void Over()
    {
        _bursts?.Cancel();
        if (_dead)
        {
            foreach (var id in Processes())
                Signal(id, "KILL");
        }
        if (_eater is { HasExited: false })
            _eater.Kill(entireProcessTree: true);
        if (Directory.Exists(_group))
        {
            // Whoever is left goes back to where all others are.
            foreach (var id in File.ReadAllLines(Path.Combine(_group, "cgroup.procs")))
                TryWrite(int.Parse(id, CultureInfo.InvariantCulture), Groups);
            TryRemove();
        }
        if (_dead)
            slurm.StartNode(node);
        _dead = false;
    }

    public void Dispose()
    {
        _bursts?.Cancel();
        foreach (var id in _dead ? Processes() : [])
            Signal(id, "KILL");
        if (_eater is { HasExited: false })
            _eater.Kill(entireProcessTree: true);
        _eater?.Dispose();
        TryRemove();
    }

    /// <summary>What runs on the node, by what slurmd told it; its slurmd is not among them.</summary>
    private List<int> Processes() => [.. Process.GetProcesses().Where(IsHere).Select(p => p.Id)];

    private bool IsHere(Process process)
    {
        try
        {
            var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process.Id}/environ"));
            return environment.Contains($"SLURM_CONF={slurm.Programs.Configuration}\0", StringComparison.Ordinal) && environment.Contains($"SLURMD_NODENAME={node}\0", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task BurstsAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var all = Processes();
            all.ForEach(id => Signal(id, "STOP"));
            await Task.Delay(450, CancellationToken.None);
            all.ForEach(id => Signal(id, "CONT"));
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static void Signal(int id, string name)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-" + name, id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private void TryWrite(int id, string? group = null)
    {
        try
        {
            File.WriteAllText(Path.Combine(group ?? _group, "cgroup.procs"), id.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
        }
    }

    private void TryRemove()
    {
        try
        {
            if (Directory.Exists(_group))
                Directory.Delete(_group);
        }
        catch (IOException)
        {
            // A process that is ending still stands in it; an empty group of the kernel's costs nothing.
        }
    }
}
