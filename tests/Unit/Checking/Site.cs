using Tocsin.Daemon.Checking;
using Tocsin.Daemon.Config;
using Tocsin.Ingest.Sites;
using Tocsin.Unit.Options;

namespace Tocsin.Unit.Checking;

/// <summary>A site on which nothing is wrong; each test breaks one thing.</summary>
internal static class Site
{
    public const string Yaml = """
        cluster: hpc
        library: /etc/tocsin/site.library
        prometheus: {url: 'http://127.0.0.1:9090'}
        slurm: {accounting: {enabled: true}, nodes: {enabled: true}}
        sinks: {alertmanagers: [{url: 'http://127.0.0.1:9093/'}]}
        """;

    public static readonly string[] Names = ["cn001", "cn002", "cn003", "gpu01"];

    public static ServeOptions Options(string more = "") => ConfigSpec.Options(Yaml + "\n" + more);

    public static PrometheusFacts Prometheus() => new()
    {
        Url = new Uri("http://127.0.0.1:9090"),
        Targets = [.. Names.Select(n => new TargetSeen(n, n + ":9100", "node", true)), new TargetSeen("gpu01", "gpu01:9400", "dcgm", true)],
        Exporters = new Dictionary<string, IReadOnlySet<string>>
        {
            [PrometheusProbe.NodeExporter] = Names.ToHashSet(),
            [PrometheusProbe.GpuExporter] = new HashSet<string> { "gpu01" },
        },
        Paces = [new ScrapePace("node", 15, 4), new ScrapePace("dcgm", 15, 1)],
        History = 10 * 86_400,
        NodeClocks = new Dictionary<string, double>(),
        RemoteWrites = ["http://127.0.0.1:8484/api/v1/write"],
        Sampled = [new SampledNode("cn001", 800, 300, 120, ["own_a", "own_b"])],
    };

    public static SlurmFacts Slurm() => new()
    {
        Cluster = "hpc",
        Version = "22.05.8",
        ClockOffset = 0,
        User = "tocsin",
        AdminLevel = "Operator",
        HasAccounting = true,
        Nodes = [.. Names.Select(n => n == "gpu01" ? new SlurmNode(n, "64 CPUs, 4 GPUs", 4, false) : new SlurmNode(n, "64 CPUs", 0, false))],
        Accounting = new AccountingSeen(null, 0.3, 40, new HashSet<string> { "ann", "bob" }),
    };

    public static HostFacts Host() => new() { User = "tocsin", DiskFree = 100_000_000_000, FileSystem = "ext4", Memory = 16_000_000_000, Processors = 8 };

    public static IReadOnlyList<CheckLine> Lines(
        ServeOptions? options = null, PrometheusFacts? prometheus = null, SlurmFacts? slurm = null, HostFacts? host = null, IReadOnlyList<SinkSeen>? sinks = null) =>
        SiteCheck.Lines(new CheckFacts
        {
            Options = options ?? Options(),
            Prometheus = prometheus ?? Prometheus(),
            Slurm = slurm ?? Slurm(),
            Host = host ?? Host(),
            Sinks = sinks ?? [new SinkSeen("alertmanager", new Uri("http://127.0.0.1:9093/"), null)],
        });

    /// <summary>The one line that is not ok.</summary>
    public static CheckLine Only(IReadOnlyList<CheckLine> lines) => Assert.Single(lines, l => l.Level != CheckLevel.Ok);
}
