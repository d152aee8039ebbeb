using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Tocsin.Ingest.Slurm.Commands;
using Xunit.Abstractions;

namespace Tocsin.Integration.Slurm;

/// <summary>A real Slurm with virtual nodes on this host and its accounting in MariaDB: a folder and ports of its own, started and ended by pid.</summary>
/// <remarks>
/// <code>
/// if (SlurmCluster.IsLeftOut(output)) return;
/// await using var cluster = await SlurmCluster.StartAsync();
/// var job = await cluster.SubmitAsync("-N2", "--wrap", "sleep 5");
/// cluster.KillNode("n002");
/// </code>
/// Scheduling takes a second or two, the accounting lags by 2 to 5 s: wait for what is to come, never for seconds.
/// </remarks>
internal sealed class SlurmCluster : IAsyncDisposable
{
    public const string Packages = "munge slurmctld slurmd slurm-client slurmdbd slurm-wlm-basic-plugins slurm-wlm-mysql-plugin mariadb-server";

    private static readonly string[] Parts = ["/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/slurmdbd", "/usr/bin/sacct", "/usr/sbin/mariadbd"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, Process> _running = new(StringComparer.Ordinal);
    private readonly SlurmConfig _config;

    private SlurmCluster(SlurmConfig config) => _config = config;

    public string Folder => _config.Folder;

    /// <summary>n001, n002 ...</summary>
    public IReadOnlyList<string> Nodes => _config.Nodes;

    public SlurmPrograms Programs => new("/usr/bin", _config.Conf);

    /// <summary>True, with a word to the test's output, where a part is not installed or this user is not root; with CI=true that fails the test.</summary>
    public static bool IsLeftOut(ITestOutputHelper output)
    {
        var missing = Parts.FirstOrDefault(p => !File.Exists(p));
        if (missing is null && Environment.UserName == "root")
            return false;
        var why = missing is null ? "Slurm's daemons need root here" : $"{missing} is not installed (Debian packages {Packages})";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", why);
        output.WriteLine($"left out: {why}");
        return true;
    }

    /// <param name="more">Lines for slurm.conf, such as <c>PrologSlurmctld=...</c>.</param>
    public static Task<SlurmCluster> StartAsync(int nodes = 8, params string[] more) => StartAsync(nodes, more, []);

    /// <param name="accounting">Lines for slurmdbd.conf.</param>
    public static async Task<SlurmCluster> StartAsync(int nodes, string[] more, string[] accounting)
    {
        var cluster = new SlurmCluster(new SlurmConfig(Directory.CreateTempSubdirectory("tocsin-slurm-").FullName, nodes, more, accounting));
        try
        {
            await cluster.StartPartsAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A program of Slurm's; what it printed. A failure fails the test.</summary>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output, error) = await TryAsync(Path.Combine("/usr/bin", program), arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}: {error}{output}");
        return output;
    }

    /// <summary>Rows for slurmdbd's own database: what lies behind a cluster that is a minute old.</summary>
    public async Task SqlAsync(string statements)
    {
        var file = _config.In("out/rows.sql");
        await File.WriteAllTextAsync(file, statements);
        var (code, output, error) = await TryAsync("/usr/bin/mariadb", "--no-defaults", "-S", _config.DatabaseSocket, "slurm_acct_db", "-e", $"source {file}");
        Assert.True(code == 0, output + error);
    }

    /// <summary>The job's id. Arguments as of sbatch; output goes to the cluster's folder.</summary>
    public async Task<string> SubmitAsync(params string[] arguments) =>
        (await RunAsync("sbatch", ["--parsable", $"--chdir={_config.In("out")}", .. arguments])).Trim().Split(';')[0];

    /// <summary>The rows of <c>sacct -D</c> for what has started in the last hour, fields joined by a blank; no job of these tests has one in its name.</summary>
    public async Task<string[]> AccountedAsync(string fields) =>
        (await RunAsync("sacct", "-X", "-D", "--allusers", "--parsable2", "--noheader", "--delimiter= ", "-S", "now-1hour", "-E", "now", "-o", fields))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A requeued job waits two minutes; nobody has to.</summary>
    /// <remarks>Not started at once: within the second of its old run's end its node takes the new credential for the revoked one, and the run fails as it starts.</remarks>
    public async Task StartNowAsync(string job)
    {
        var told = "";
        try
        {
            await Waiting.ForAsync(
                async () =>
                {
                    told = await RunAsync("scontrol", "--oneliner", "show", "job", job);
                    // Requeued, it is first COMPLETING its old run, with its new count of restarts.
                    if (told.Contains("JobState=PENDING", StringComparison.Ordinal) && StartOf(told) > DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 5)
                        await TryAsync("/usr/bin/scontrol", "update", $"jobid={job}", "starttime=now+3seconds");
                    return !told.Contains("Restarts=0", StringComparison.Ordinal)
                        && (told.Contains("JobState=RUNNING", StringComparison.Ordinal) || told.Contains("JobState=COMPLETED", StringComparison.Ordinal));
                },
                $"job {job} to start again");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}: {told}", e);
        }
    }

    private static long StartOf(string job) => Regex.Match(job, @" StartTime=(\d+)") is { Success: true } match ? long.Parse(match.Groups[1].Value) : 0;

    /// <summary>A step of a running job on one of its nodes, beside what runs there: srun, which ends with it.</summary>
    public Process StartStep(string job, string node, params string[] command) =>
        Process.Start(Info("/usr/bin/srun", ["--jobid", job, "--overlap", "--nodes=1", "--ntasks=1", "--nodelist", node, "--immediate=60", .. command], daemon: true))!;

    public void KillNode(string node) => Kill($"slurmd {node}");

    public void StartNode(string node) => Start($"slurmd {node}", "/usr/sbin/slurmd", "-D", "-N", node);

    public void KillController() => Kill("slurmctld");

    /// <param name="name">STOP or CONT.</param>
    public void SignalController(string name) => Process.Start("kill", [$"-{name}", $"{_running["slurmctld"].Id}"]).WaitForExit();

    public Task StartControllerAsync()
    {
        Start("slurmctld", "/usr/sbin/slurmctld", "-D");
        return Waiting.ForAsync(async () => (await TryAsync("/usr/bin/scontrol", "ping")).Output.Contains("UP", StringComparison.Ordinal), $"slurmctld\n{Log("slurmctld")}");
    }

    public Task WaitIdleAsync(params string[] nodes) => Waiting.ForAsync(
        async () => (await RunAsync("sinfo", "-h", "-N", "-n", string.Join(',', nodes), "-o", "%T")).Split('\n', StringSplitOptions.RemoveEmptyEntries).All(s => s == "idle"),
        $"idle nodes {string.Join(',', nodes)}");

    /// <summary>No job waits or runs, and the accounting has an end for all of them.</summary>
    public Task WaitSettledAsync() => Waiting.ForAsync(
        async () => (await RunAsync("squeue", "-h")).Length == 0 && (await AccountedAsync("State")).All(s => s is not ("RUNNING" or "PENDING")),
        "all jobs to be over");

    public async ValueTask DisposeAsync()
    {
        if (_running.ContainsKey("slurmctld"))
            await TryAsync("/usr/bin/scancel", "--user=root");
        foreach (var name in _running.Keys.Order(StringComparer.Ordinal).Reverse().ToArray())
            Kill(name);
        // Steps outlive their slurmd; each has this cluster's configuration in its environment.
        foreach (var step in Process.GetProcesses().Where(IsOurs))
            step.Kill();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StartPartsAsync()
    {
        Start("munged", "/usr/sbin/munged", "--foreground", "--force", $"--key-file={_config.In("munge.key")}", $"--socket={_config.MungeSocket}",
            $"--pid-file={_config.In("run/munged.pid")}", $"--log-file={_config.In("log/munged.log")}", $"--seed-file={_config.In("run/munge.seed")}");
        var made = await TryAsync("/usr/bin/mariadb-install-db", "--no-defaults", "--user=root", $"--datadir={_config.In("db")}", "--auth-root-authentication-method=normal", "--skip-test-db");
        Assert.True(made.Code == 0, made.Output + made.Error);
        Start("mariadbd", "/usr/sbin/mariadbd", "--no-defaults", "--user=root", $"--datadir={_config.In("db")}", $"--socket={_config.DatabaseSocket}",
            $"--pid-file={_config.In("run/my.pid")}", $"--port={_config.DatabasePort}", "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=16M",
            "--innodb-flush-log-at-trx-commit=0");
        await Waiting.ForAsync(async () => (await TryAsync("/usr/bin/mariadb", "--no-defaults", "-S", _config.DatabaseSocket, "-e", "select 1")).Code == 0, "MariaDB");
        await Waiting.ForAsync(() => Task.FromResult(File.Exists(_config.MungeSocket)), "munged");
        Start("slurmdbd", "/usr/sbin/slurmdbd", "-D");
        await Waiting.ForAsync(() => Task.FromResult(Log("slurmdbd").Contains("started", StringComparison.Ordinal)), "slurmdbd");
        await StartControllerAsync();
        foreach (var node in Nodes)
            StartNode(node);
        await WaitIdleAsync([.. Nodes]);
    }

    private void Start(string name, string program, params string[] arguments) => _running.Add(name, Process.Start(Info(program, arguments, daemon: true))!);

    private void Kill(string name)
    {
        if (!_running.Remove(name, out var process))
            throw new InvalidOperationException($"{name} is not running");
        using (process)
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private async Task<(int Code, string Output, string Error)> TryAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Info(program, arguments, daemon: false))!;
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "", $"no end within {Limit.TotalSeconds} s");
        }
    }

    private ProcessStartInfo Info(string program, string[] arguments, bool daemon)
    {
        // What a daemon prints stands in its log as well: a pipe that nobody reads would stop it one day, and its steps would hold it open.
        var info = daemon
            ? new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", _config.In("log/printed"), program, .. arguments])
            : new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.WorkingDirectory = Folder;
        foreach (var (name, value) in Programs.Environment())
            info.Environment[name] = value;
        return info;
    }

    private string Log(string daemon)
    {
        var path = _config.In($"log/{daemon}.log");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    private bool IsOurs(Process process)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process.Id}/environ")).Contains($"SLURM_CONF={_config.Conf}\0", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
