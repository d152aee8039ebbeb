using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>slurm</c> section: where boundaries of jobs and states of nodes come from, beside the hooks that post to <c>/api/v1/jobs/events</c>.</summary>
internal sealed record SlurmOptions
{
    public required SlurmPrograms Programs { get; init; }

    /// <summary>Null: sacct is not asked.</summary>
    public required AccountingPace? Accounting { get; init; }

    /// <summary>Null: scontrol is not asked.</summary>
    public required TimeSpan? Nodes { get; init; }

    /// <summary>A node that Slurm names no more and nothing came from is forgotten after this.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Null: no job can ask anything or tell of its checkpoints.</summary>
    public MungeOptions? Munge { get; init; }

    /// <summary>Null: no file of jobs.</summary>
    public required string? JobsFile { get; init; }

    public static SlurmOptions Read(ConfigReader r)
    {
        var usual = new AccountingPace();
        var accounting = r.Section("accounting");
        var nodes = r.Section("nodes");
        var asks = accounting.Flag("enabled", false);
        var pace = new AccountingPace(
            Seconds(accounting, "every", usual.EverySeconds, 30, 3600),
            Seconds(accounting, "overlap", usual.OverlapSeconds, 60, 7200),
            Seconds(accounting, "lookback", usual.LookbackSeconds, 0, 86_400),
            Seconds(accounting, "span", usual.SpanSeconds, 600, 86_400),
            Seconds(accounting, "sweep", usual.SweepSeconds, 600, 86_400));
        if (pace.OverlapSeconds >= pace.SpanSeconds)
            accounting.Problem("overlap", $"{pace.OverlapSeconds}s, not less than slurm.accounting.span ({pace.SpanSeconds}s): expected less than that");
        var asksNodes = nodes.Flag("enabled", false);
        var every = nodes.Duration("every", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30), TimeSpan.FromHours(1));
        var forget = nodes.Duration("forget_after", TimeSpan.FromHours(1), TimeSpan.FromMinutes(10), TimeSpan.FromDays(30));
        return new SlurmOptions
        {
            Programs = new SlurmPrograms(r.Text("folder", "", "a folder") ?? "", r.Text("configuration", null, "the path of slurm.conf")),
            Accounting = asks ? pace : null,
            Nodes = asksNodes ? every : null,
            ForgetAfter = forget,
            Munge = MungeOptions.Read(r.Section("munge")),
            JobsFile = r.Text("jobs_file", null, "a file JobID|JobName|Start|End|NodeList"),
        };
    }

    private static int Seconds(ConfigReader r, string name, int fallback, int min, int max) =>
        (int)r.Duration(name, TimeSpan.FromSeconds(fallback), TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max)).TotalSeconds;
}
