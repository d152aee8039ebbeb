using Tocsin.Daemon.Checking;
using Tocsin.Ingest.Sites;

namespace Tocsin.Unit.Checking;

public sealed class CheckLinesSpec
{
    [Fact]
    public void A_site_on_which_nothing_is_wrong_has_no_warning()
    {
        var lines = Site.Lines();
        Assert.All(lines, l => Assert.True(l.Level == CheckLevel.Ok, l.ToString()));
        Assert.Contains(lines, l => l.Text == "4 of 4 Slurm nodes are in Prometheus");
        Assert.Contains(lines, l => l.Text == "64 CPUs, 4 GPUs (1 node): dcgm-exporter on 1, node_exporter on 1");
        Assert.Contains(lines, l => l.Text.Contains("2 names without a catalogue entry (own_a, own_b)", StringComparison.Ordinal));
    }

    [Fact]
    public void Nodes_that_Prometheus_calls_otherwise_are_named_with_the_rule_that_maps_them()
    {
        var names = new HashSet<string> { "cn001", "cn002-ib", "cn003-ib", "gpu01" };
        var prometheus = Site.Prometheus() with
        {
            Targets = [.. names.Select(n => new TargetSeen(n, n + ":9100", "node", true))],
            Exporters = new Dictionary<string, IReadOnlySet<string>> { [PrometheusProbe.NodeExporter] = names, [PrometheusProbe.GpuExporter] = new HashSet<string> { "gpu01" } },
        };
        var lines = Site.Lines(prometheus: prometheus);
        var line = Assert.Single(lines, l => l.About == "nodes" && l.Text.StartsWith("2 of 4", StringComparison.Ordinal));
        Assert.Equal(("2 of 4 Slurm nodes are in Prometheus; unmatched: cn[002-003]", CheckLevel.Warning), (line.Text, line.Level));
        Assert.Contains("pattern: '(.+)-ib(:[0-9]+)?'", line.Do);
        Assert.Contains(lines, l => l.Text == "2 in Prometheus that Slurm does not know: cn002-ib,cn003-ib" && l.Level == CheckLevel.Warning);
    }

    [Fact]
    public void Two_thousand_nodes_read_as_ranges()
    {
        var names = Enumerable.Range(1, 2000).Select(i => $"cn{i:D4}").ToList();
        var here = names.Where(n => n is not ("cn0007" or "cn0008" or "cn1204")).ToHashSet();
        var prometheus = Site.Prometheus() with
        {
            Targets = [.. here.Select(n => new TargetSeen(n, n + ":9100", "node", true))],
            Exporters = new Dictionary<string, IReadOnlySet<string>> { [PrometheusProbe.NodeExporter] = here, [PrometheusProbe.GpuExporter] = new HashSet<string>() },
        };
        var slurm = Site.Slurm() with { Nodes = [.. names.Select(n => new SlurmNode(n, "64 CPUs", 0, false))] };
        Assert.Contains(Site.Lines(prometheus: prometheus, slurm: slurm), l => l.Text == "1,997 of 2,000 Slurm nodes are in Prometheus; unmatched: cn[0007-0008,1204]");
    }

    [Fact]
    public void Nodes_that_are_powered_down_are_no_one_s_trouble()
    {
        var slurm = Site.Slurm() with { Nodes = [.. Site.Slurm().Nodes, new SlurmNode("cn004", "64 CPUs", 0, true)] };
        Assert.DoesNotContain(Site.Lines(slurm: slurm), l => l.Level != CheckLevel.Ok);
    }

    [Fact]
    public void An_exporter_that_one_kind_of_node_lacks_is_named()
    {
        var prometheus = Site.Prometheus() with
        {
            Exporters = new Dictionary<string, IReadOnlySet<string>> { [PrometheusProbe.NodeExporter] = Site.Names.ToHashSet(), [PrometheusProbe.GpuExporter] = new HashSet<string>() },
        };
        Assert.Equal("64 CPUs, 4 GPUs (1 node): node_exporter on 1; no dcgm-exporter on gpu01", Site.Only(Site.Lines(prometheus: prometheus)).Text);
    }

    [Theory]
    [InlineData(30, CheckLevel.Error, "set cadence: 30s, or this job's scrape_interval to 15s")]
    [InlineData(5, CheckLevel.Warning, "set cadence: 5s to use them all, or leave it: coarser frames cost less")]
    public void A_scrape_interval_that_is_not_the_cadence_is_named(double seconds, object level, string todo)
    {
        var line = Site.Only(Site.Lines(prometheus: Site.Prometheus() with { Paces = [new ScrapePace("node", seconds, 4)] }));
        Assert.Equal(("interval", (CheckLevel)level, todo), (line.About, line.Level, line.Do));
    }

    [Fact]
    public void Jobs_that_are_hidden_from_this_user_are_an_error()
    {
        var slurm = Site.Slurm() with { AdminLevel = "None", AccountingPrivate = new HashSet<string> { "jobs" }, Accounting = new AccountingSeen(null, 0.2, 0, new HashSet<string>()) };
        var line = Site.Only(Site.Lines(slurm: slurm));
        Assert.Equal(("rights", CheckLevel.Error), (line.About, line.Level));
        Assert.StartsWith("PrivateData=jobs: sacct shows tocsin (admin level None) its own jobs alone", line.Text);
        Assert.Contains("adminlevel=Operator", line.Do);
        Assert.Contains(Site.Lines(slurm: slurm), l => l.About == "features" && l.Text.StartsWith("off: segments by job", StringComparison.Ordinal));
        // Who is an operator is told all the same.
        Assert.DoesNotContain(Site.Lines(slurm: slurm with { AdminLevel = "Operator" }), l => l.Level != CheckLevel.Ok);
    }

    [Theory]
    [InlineData(-90, CheckLevel.Warning, "Prometheus' clock is 90 s behind this machine's")]
    [InlineData(700, CheckLevel.Error, "Prometheus' clock is 700 s ahead of this machine's: its samples would be refused (remote_write.ahead is 600 s)")]
    public void A_clock_that_is_off_is_named(double offset, object level, string text)
    {
        var line = Site.Only(Site.Lines(prometheus: Site.Prometheus() with { ClockOffset = offset, ClockDoubt = 0.01 }));
        Assert.Equal((text, (CheckLevel)level), (line.Text, line.Level));
    }

    [Fact]
    public void A_slow_answer_leaves_its_clock_in_doubt_and_is_not_called_wrong() =>
        Assert.DoesNotContain(Site.Lines(prometheus: Site.Prometheus() with { ClockOffset = 3, ClockDoubt = 2 }), l => l.Level != CheckLevel.Ok);

    [Fact]
    public void Too_short_a_history_and_an_Alertmanager_that_is_away_are_named()
    {
        Assert.Equal("3 hours of nodes' metrics: too short to learn from", Site.Only(Site.Lines(prometheus: Site.Prometheus() with { History = 10_800 })).Text);
        var line = Site.Only(Site.Lines(sinks: [new SinkSeen("desk", new Uri("https://desk/"), "Connection refused"), new SinkSeen("alertmanager", new Uri("http://127.0.0.1:9093/"), null)]));
        Assert.Equal(("desk https://desk/: Connection refused", CheckLevel.Error), (line.Text, line.Level));
    }

    [Fact]
    public void A_disk_that_is_too_small_says_what_is_written_a_day()
    {
        // 10,000 nodes of 100 series at 15 s, as measured: 28.8 GB a day, and 7.2 GB for the 6 hours that are kept.
        var here = Enumerable.Range(1, 10_000).Select(i => $"n{i:D5}").ToHashSet();
        var prometheus = Site.Prometheus() with { Exporters = new Dictionary<string, IReadOnlySet<string>> { [PrometheusProbe.NodeExporter] = here, [PrometheusProbe.GpuExporter] = new HashSet<string>() }, Sampled = [new SampledNode("n00001", 500, 100, 90, [])] };
        var slurm = Site.Slurm() with { Nodes = [.. here.Select(n => new SlurmNode(n, "64 CPUs", 0, false))] };
        var line = Assert.Single(Site.Lines(prometheus: prometheus, slurm: slurm, host: Site.Host() with { DiskFree = 5_000_000_000 }), l => l.About == "disk");
        Assert.Equal(CheckLevel.Error, line.Level);
        Assert.StartsWith("5.0 GB free; 10,000 nodes write 29 GB a day to the log, kept for 6h", line.Text);
    }

    [Fact]
    public void A_port_in_use_is_an_error_unless_it_is_Tocsin_s_own()
    {
        Assert.Equal("port", Site.Only(Site.Lines(host: Site.Host() with { PortProblem = "something listens there already" })).About);
        Assert.DoesNotContain(Site.Lines(host: Site.Host() with { PortProblem = "something listens there already", IsRunning = true }), l => l.Level != CheckLevel.Ok);
    }

    [Fact]
    public void A_token_file_that_all_may_read_is_named()
    {
        var line = Site.Only(Site.Lines(host: Site.Host() with { Secrets = [new SecretSeen("tokens.file", "/etc/tocsin/tokens", [], ReadByAll: true)] }));
        Assert.Equal(("secrets", "chmod 640 /etc/tocsin/tokens"), (line.About, line.Do));
    }

    [Fact]
    public void A_Prometheus_that_is_away_is_one_error_and_not_many()
    {
        var line = Site.Only(Site.Lines(prometheus: new PrometheusFacts { Url = new Uri("http://p:9090"), Failure = "http://p:9090 did not answer within 5 s: check prometheus.url, firewalls, and how busy it is" }));
        Assert.Equal(("http://p:9090 did not answer within 5 s", "check prometheus.url, firewalls, and how busy it is"), (line.Text, line.Do));
    }

    [Fact]
    public void A_Prometheus_that_sends_nothing_here_is_told_what_to_add()
    {
        var line = Site.Only(Site.Lines(prometheus: Site.Prometheus() with { RemoteWrites = ["http://thanos:19291/api/v1/receive"] }));
        Assert.Equal("add to prometheus.yml: remote_write: [{url: 'http://127.0.0.1:8484/api/v1/write'}]", line.Do);
    }
}
