using Tocsin.Daemon.Checking.Probes;
using Tocsin.Daemon.Config;
using Tocsin.Ingest.Sites;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Daemon.Checking;

/// <summary>Everything that can be said before the first start: probes gather facts side by side, rules make lines of them.</summary>
internal static class SiteCheck
{
    /// <summary>For one question to a server.</summary>
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(5);

    /// <summary>For one of Slurm's commands.</summary>
    private static readonly TimeSpan Command = TimeSpan.FromSeconds(10);

    public static async Task<CheckFacts> GatherAsync(ServeOptions options, TimeProvider clock, CancellationToken stop)
    {
        var prometheus = options.Prometheus is { } at
            ? new PrometheusProbe(at.Url, at.Access, options.Identity, at.Match, Question, clock).AskAsync(stop)
            : Task.FromResult<PrometheusFacts>(null!);
        var slurm = WantsSlurm(options.Slurm)
            ? new SlurmProbe(options.Slurm.Programs, Environment.UserName, Command, clock).AskAsync(stop)
            : Task.FromResult<SlurmFacts>(null!);
        var sinks = SinkProbe.AskAsync(options.Sinks, Question, stop);
        var host = HostProbe.Look(options);
        return new CheckFacts { Options = options, Host = host, Prometheus = await prometheus, Slurm = await slurm, Sinks = await sinks };
    }

    /// <summary>Pure: the same facts are the same lines.</summary>
    public static IReadOnlyList<CheckLine> Lines(CheckFacts facts) =>
    [
        .. PrometheusLines.Of(facts), .. NodeLines.Of(facts), .. SlurmLines.Of(facts), .. ClockLines.Of(facts), .. HostLines.Of(facts), .. SinkLines.Of(facts), .. FeatureLines.Of(facts),
    ];

    private static bool WantsSlurm(SlurmOptions options) =>
        options.Accounting is not null || options.Nodes is not null || options.Programs.Configuration is not null || HasPrograms(options.Programs);

    internal static bool HasPrograms(SlurmPrograms programs) => programs.Folder.Length > 0
        ? File.Exists(programs.Path("scontrol"))
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => f.Length > 0 && File.Exists(Path.Combine(f, "scontrol")));
}
