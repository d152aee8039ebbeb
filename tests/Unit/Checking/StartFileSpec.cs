using Tocsin.Daemon.Setup;
using Tocsin.Ingest.Sites;
using Tocsin.Unit.Options;

namespace Tocsin.Unit.Checking;

/// <summary>What <c>tocsin init</c> writes is what the daemon takes.</summary>
public sealed class StartFileSpec
{
    private static readonly SiteFindings Nothing = new() { Data = "/var/lib/tocsin", Port = 8484 };

    [Fact]
    public void Where_nothing_is_found_it_starts_all_the_same()
    {
        var options = ConfigSpec.Options(StartFile.Write(Nothing));
        Assert.Equal(("hpc", "/var/lib/tocsin", 15), (options.Cluster, options.Data, options.Cadence.TotalSeconds));
        Assert.True(options is { Prometheus: null, Slurm: { Accounting: null, Nodes: null }, Sinks.Alertmanagers.Count: 0 });
    }

    [Fact]
    public void What_is_found_is_written_down()
    {
        var found = Nothing with
        {
            Port = 8486,
            Data = "/srv/it's here",
            Slurm = Site.Slurm() with { Cluster = "alps" },
            Prometheus = Site.Prometheus() with { Paces = [new ScrapePace("node", 30, 400), new ScrapePace("dcgm", 10, 20)], Alertmanagers = ["http://am1:9093/", "http://am2:9093/"] },
        };
        var options = ConfigSpec.Options(StartFile.Write(found, "/etc/tocsin/prometheus.token"));
        Assert.Equal(("alps", "/srv/it's here", 30, 8486), (options.Cluster, options.Data, options.Cadence.TotalSeconds, options.Http.Endpoint.Port));
        Assert.Equal("http://127.0.0.1:9090/", options.Prometheus!.Url.ToString());
        Assert.Equal("/etc/tocsin/prometheus.token", options.Prometheus.Access.BearerTokenFile);
        Assert.Equal(["alertmanager http://am1:9093/", "alertmanager2 http://am2:9093/"], options.Sinks.Alertmanagers.Select(a => $"{a.Name} {a.Url}"));
        Assert.True(options.Slurm is { Accounting: not null, Nodes: not null });
        Assert.Empty(options.Identity.Rules);
    }

    [Fact]
    public void Names_that_differ_are_mapped_by_a_rule()
    {
        var nodes = new HashSet<string> { "cn001-ib", "cn002-ib", "cn003-ib", "gpu01-ib" };
        var found = Nothing with { Slurm = Site.Slurm(), Prometheus = Site.Prometheus() with { Exporters = new Dictionary<string, IReadOnlySet<string>> { [PrometheusProbe.NodeExporter] = nodes } } };
        var rules = new Tocsin.Ingest.Identity.NodeRules(ConfigSpec.Options(StartFile.Write(found)).Identity);
        Assert.Null(rules.Name(l => l == "instance" ? "cn001-ib:9100" : null, out var node, out _));
        Assert.Equal("cn001", node);
    }

    [Fact]
    public void Sacct_that_hides_others_jobs_is_not_relied_on()
    {
        var slurm = Site.Slurm() with { AdminLevel = "None", AccountingPrivate = new HashSet<string> { "jobs" } };
        var text = StartFile.Write(Nothing with { Slurm = slurm });
        Assert.Null(ConfigSpec.Options(text).Slurm.Accounting);
        Assert.Contains("make it an Operator", text);
    }
}
