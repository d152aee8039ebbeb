using System.Globalization;
using Tocsin.Integration.Slurm;

namespace Tocsin.Integration.Acting;

internal enum JobKind
{
    /// <summary>Our own, which checkpoints on SIGUSR1 by the client.</summary>
    Counter,

    /// <summary>LAMMPS with its own restart files.</summary>
    Lammps,
}

/// <summary>A run of a job as it wrote it down itself.</summary>
internal sealed record JobRunLine(string JobId, int Restarts, long StartMs, string Nodes);

/// <summary>A job of four nodes and its folder, as an ordinary user's: it begins from its last checkpoint, writes one of its own now and then, and one when it is asked.</summary>
internal sealed class JobFolder
{
    public const string User = "nobody", Lammps = "/usr/bin/lmp";
    public const int Ranks = 4;

    private const int Steps = 1_000_000;

    private readonly SlurmCluster _slurm;
    private readonly JobKind _kind;

    private JobFolder(SlurmCluster slurm, JobKind kind, string folder) => (_slurm, _kind, Folder) = (slurm, kind, folder);

    public string Folder { get; }

    /// <summary>Steps that mean one in LAMMPS' own count.</summary>
    public int Stride => _kind == JobKind.Lammps ? 20 : 1;

    public static async Task<JobFolder> MakeAsync(SlurmCluster slurm, JobKind kind, string name)
    {
        var folder = Path.Combine(slurm.Folder, "out", name);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Repository.File("tests", "Integration", "Acting", "Jobs")).Append(HookScripts.Find("tocsin-checkpoint")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (var path in (string[])[slurm.Folder, Path.Combine(slurm.Folder, "out")])
            Open(path);
        var owned = await TocsinProcess.RunAsync("chown", ["-R", User, folder], TimeSpan.FromSeconds(60));
        Assert.True(owned.ExitCode == 0, owned.Error);
        return new JobFolder(slurm, kind, folder);
    }

    /// <summary>As <see cref="User"/>, with the variables that the scripts read: named in --export they would make slurmd look for that user's login shell.</summary>
    /// <param name="tocsin">Null: there is none.</param>
    /// <param name="period">Seconds between checkpoints of its own.</param>
    public async Task<string> SubmitAsync(Uri? tocsin, int period, string comment) => (await _slurm.RunAsync(
        "env", $"FOLDER={Folder}", $"TOCSIN={Path.Combine(Folder, "tocsin-checkpoint")}", $"TOCSIN_URL={tocsin}", $"TOCSIN_MUNGE_SOCKET={_slurm.Folder}/run/munge.sock",
        "setpriv", $"--reuid={User}", "--regid=nogroup", "--clear-groups",
        "sbatch", "--parsable", $"--chdir={Folder}", "--requeue", "--open-mode=append", "-N4", "-n4", $"--job-name={_kind.ToString().ToLowerInvariant()}", $"--comment={comment}",
        $"--output={Path.Combine(Folder, "out")}",
        Path.Combine(Folder, "job.sh"), _kind.ToString().ToLowerInvariant(), Steps.ToString(CultureInfo.InvariantCulture), period.ToString(CultureInfo.InvariantCulture))).Trim();

    public IReadOnlyList<JobRunLine> Runs() => [.. Lines("runs").Select(l => l.Split(' ')).Where(w => w.Length == 4).Select(w => new JobRunLine(w[0], int.Parse(w[1]), long.Parse(w[2]), w[3]))];

    /// <summary>Whole ones, each with the count of restarts that it was written in.</summary>
    public IReadOnlyList<(int Restarts, long AtMs)> Checkpoints() => [.. Lines("checkpoints").Select(l => l.Split(' ')).Select(w => (int.Parse(w[0]), long.Parse(w[1])))];

    /// <summary>By rank, in steps of a tenth of a second or so; 0 where there is nothing yet.</summary>
    public double[] Progress() => Numbers("progress");

    /// <summary>Null until every rank of this run has begun.</summary>
    public double[]? Resumed() => Enumerable.Range(0, Ranks).All(r => Read($"rank{r}/resumed").Length > 0) ? Numbers("resumed") : null;

    public Task WorkingAsync(double steps) => Waiting.ForAsync(() => Resumed() is { } from && Progress().Zip(from).All(p => p.First - p.Second >= steps), $"every rank of {Folder} to work\n{Told()}");

    /// <summary>All of its ranks begin to leak.</summary>
    public void Leak()
    {
        for (var rank = 0; rank < Ranks; rank++)
            File.WriteAllText(Path.Combine(Folder, $"rank{rank}", "leak"), "");
    }

    /// <summary>What it printed, for a failure's message.</summary>
    public string Told() => string.Join('\n', Lines("out").Concat(Lines("client.log")).Concat(Lines("runs")));

    private double[] Numbers(string name) => [.. Enumerable.Range(0, Ranks).Select(r => double.TryParse(Read($"rank{r}/{name}"), NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n / Stride : 0)];

    private string[] Lines(string name) => Read(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Read(string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(Folder, name)).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }

    private static void Open(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
