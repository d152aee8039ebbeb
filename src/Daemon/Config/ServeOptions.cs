using Microsoft.Extensions.Logging;
using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Findings;
using Tocsin.Actors.Alerts.Peers;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Nodes;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Ingest.Scraping;
using Tocsin.Shared;

namespace Tocsin.Daemon.Config;

/// <summary>All settings of <c>tocsin serve</c>, each with its range; <c>deploy/tocsin.yaml</c> explains them to the operator, and a test holds that it lists each.</summary>
internal sealed record ServeOptions
{
    public required string Cluster { get; init; }

    public required string Data { get; init; }

    public required TimeSpan Cadence { get; init; }

    public required HttpOptions Http { get; init; }

    public required HttpLimits Limits { get; init; }

    public required OwnLogOptions Log { get; init; }

    public required IdentityOptions Identity { get; init; }

    /// <summary>Null: <c>POST /api/v1/write</c> is not there.</summary>
    public required RemoteWriteLimits? RemoteWrite { get; init; }

    public required AlertOptions Alerts { get; init; }

    /// <summary>Alerts a day that the whole site wants to look at; the thresholds of libraries that are trained from now on come of it. Null: nobody said.</summary>
    public required double? AlertBudget { get; init; }

    public required SinkOptions Sinks { get; init; }

    /// <summary>Null: nothing is scraped.</summary>
    public required ScrapeOptions? Scrape { get; init; }

    public required StorageOptions Storage { get; init; }

    /// <summary>What of people's names is stored.</summary>
    public required PrivacyOptions Privacy { get; init; }

    public required SlurmOptions Slurm { get; init; }

    /// <summary>Whom <c>tocsin check</c> asks; null: nobody.</summary>
    public required PrometheusOptions? Prometheus { get; init; }

    /// <summary>How nodes are watched.</summary>
    public required NodeOptions Nodes { get; init; }

    /// <summary>When a way by which samples come is away.</summary>
    public required SourceWatchOptions Silence { get; init; }

    /// <summary>How the nodes of one job are compared.</summary>
    public required PeerOptions Peers { get; init; }

    /// <summary>What <c>tocsin train</c> wrote; null: nothing is scored until there is one.</summary>
    public required string? Library { get; init; }

    /// <summary>Null: nothing is learned while running.</summary>
    public required LearningOptions? Learning { get; init; }

    /// <summary>Null: no fault model, and alerts are unclassified.</summary>
    public required FaultModelSettings? Faults { get; init; }

    /// <summary>What is decided for jobs and nodes, and what may be done.</summary>
    public required ActionSettings Actions { get; init; }

    /// <summary>The supervisor runs: it was said so, or Slurm is asked about its nodes anyway.</summary>
    public bool Decides => Actions.Decide ?? Slurm.Nodes is not null;

    public static ServeOptions Read(ConfigReader r)
    {
        var cluster = r.Required("cluster", "hpc", "letters, digits, '.', '-', '_' and ':', at most 255", t => NodeKey.TryParse(t, "n", out _));
        var limits = HttpLimits.Read(r.Section("limits"));
        var cadence = r.Duration("cadence", TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        var nodes = NodeSection.Read(r.Section("nodes"), cadence);
        var actions = ActionSettings.Read(r.Section("actions"), cluster, cadence);
        return new ServeOptions
        {
            Cluster = cluster,
            Data = r.Text("data", "/var/lib/tocsin", "a folder")!,
            Cadence = cadence,
            Http = HttpOptions.Read(r),
            Limits = limits,
            Log = OwnLogOptions.Read(r.Section("logging")),
            Identity = IdentitySection.Read(r.Section("identity"), cluster),
            RemoteWrite = RemoteWriteSection.Read(r.Section("remote_write"), limits.Nodes),
            Scrape = ScrapeSection.Read(r.Section("scrape"), cadence),
            Slurm = SlurmOptions.Read(r.Section("slurm")),
            Prometheus = PrometheusOptions.Read(r.Section("prometheus")),
            Storage = StorageOptions.Read(r),
            Privacy = PrivacyOptions.Read(r.Section("privacy")),
            Nodes = nodes,
            Silence = NodeSection.ReadSilence(r.Section("nodes"), cadence, nodes),
            Peers = PeerSection.Read(r.Section("peers"), cadence),
            Library = r.Text("library", null, "a file that tocsin train wrote"),
            Learning = LearningOptions.Read(r.Section("learning"), cadence),
            Faults = FaultSection.Read(r.Section("fault_model"), cadence),
            // What brakes every action is what one alert of the site tells of.
            Alerts = AlertSection.Read(r.Section("alerts")) with { MassShare = actions.Supervisor.Brakes.MassShare, MassWithin = TimeSpan.FromMilliseconds(actions.Supervisor.Brakes.MassMs) },
            AlertBudget = r.Value<double?>("alert_budget", null, BudgetWord.Expected, t => (BudgetWord.TryParse(t, out var perDay), perDay)),
            Sinks = SinkOptions.Read(r.Section("sinks")),
            Actions = actions,
        };
    }

    /// <summary>For so many nodes; null: nobody said how many alerts.</summary>
    /// <param name="perDay">Instead of what the options say.</param>
    public AlertBudget? BudgetFor(int nodes, double? perDay = null) => (perDay ?? AlertBudget) is { } wanted
        ? new AlertBudget(wanted, Math.Max(1, nodes), (int)Math.Ceiling(Alerts.ClearAfter / Cadence))
        : null;

    /// <summary>Null where there are problems, one line each.</summary>
    public static ServeOptions? Check(ConfigTree tree, List<string> problems, out IReadOnlyCollection<DeclaredKey> declared)
    {
        var reader = new ConfigReader(tree, problems);
        var options = Read(reader);
        reader.Unknown();
        declared = reader.Declared;
        return problems.Count == 0 ? options : null;
    }
}

/// <summary>What Tocsin says about itself, to the standard error.</summary>
internal sealed record OwnLogOptions
{
    public LogLevel Level { get; init; }

    /// <summary>Lines a second of one level and component, in the mean; more are counted and the count is told.</summary>
    public int LinesPerSecond { get; init; }

    public static OwnLogOptions Read(ConfigReader r) => new()
    {
        Level = r.Choice("level", LogLevel.Information, ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error)),
        LinesPerSecond = r.Whole("lines_per_second", 20, 1, 10_000, "lines a second"),
    };
}
