using Tocsin.Ingest.Identity;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Identity;

public sealed class NodeRulesSpec
{
    private static readonly IdentityOptions Default = new() { Cluster = "c" };

    [Theory]
    [InlineData("cn01:9100", "cn01")]
    [InlineData("cn01", "cn01")]
    [InlineData("cn01.hpc.site.org:9100", "cn01")]
    [InlineData("cn01.hpc.site.org", "cn01")]
    [InlineData("10.1.2.3:9100", "10.1.2.3")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("[fe80::1]:9100", "fe80::1")]
    [InlineData("fe80::1", "fe80::1")]
    [InlineData("http://cn01:9100/metrics", "cn01")]
    [InlineData(":9100", ":9100")]
    [InlineData("", "")]
    public void A_target_becomes_the_hosts_short_name_and_an_address_stays_one(string target, string node) =>
        Assert.Equal(node, new NodeRules(Default).Host(target));

    [Fact]
    public void The_domain_stays_where_that_is_asked_for() =>
        Assert.Equal("cn01.a", new NodeRules(Default with { StripDomain = false }).Host("cn01.a:9100"));

    [Fact]
    public void A_rule_that_fits_goes_before_the_labels_and_is_anchored()
    {
        var rules = new NodeRules(Default with { Rules = [new("instance", @"bmc-(\w+)\.site:\d+"), new("rack", "r(?<n>[0-9]+)", "node${n}")] });
        Assert.Equal("cn07", Name(rules, ("instance", "bmc-cn07.site:9290")));
        Assert.Equal("xbmc-cn07", Name(rules, ("instance", "xbmc-cn07.site:9290")));
        Assert.Equal("node12", Name(rules, ("instance", "x:1"), ("rack", "r12")));
    }

    [Theory]
    [InlineData("(a+)+(?=b)")]
    [InlineData(@"(a)\1")]
    [InlineData("(")]
    public void A_pattern_that_could_run_for_ever_or_is_none_is_refused_by_name(string pattern)
    {
        var refused = Assert.Throws<BadDataException>(() => new NodeRules(Default with { Rules = [new("instance", pattern)] }));
        Assert.Contains("identity.rules: '" + pattern, refused.Message);
    }

    [Fact]
    public void A_pattern_made_to_explode_ends_at_once_on_hostile_text()
    {
        var rules = new NodeRules(Default with { Rules = [new("instance", "((a*)*)*b")] });
        Assert.Equal(RejectReasons.NodeName, rules.Name(l => l == "instance" ? new string('a', 1000) : null, out _, out _));
    }

    [Fact]
    public void What_is_not_watched_is_told_from_what_is_no_name()
    {
        var rules = new NodeRules(Default with { OnlyNodes = "cn[0-9]+" });
        string? Why(string target) => rules.Name(l => l == "instance" ? target : null, out _, out _);
        Assert.Null(Why("cn01:9100"));
        Assert.Equal(RejectReasons.NotWatched, Why("switch7:9116"));
        Assert.Equal(RejectReasons.NodeName, Why("a b:9100"));
        Assert.Equal(RejectReasons.NoNode, rules.Name(_ => null, out _, out _));
    }

    [Fact]
    public void Labels_that_name_others_than_the_node_stay_with_the_series()
    {
        var identity = new SeriesIdentity(Default);
        // 'node' numbers NUMA nodes here, and 'host' is whom is asked.
        var series = new SeriesId("x", [new("host", "server"), new("instance", "cn01:9100"), new("job", "node"), new("node", "1")]);
        Assert.Null(identity.Map(series, out var owned));
        Assert.Equal(new NodeKey("c", "cn01"), owned.Node);
        Assert.Equal(["host=server", "node=1"], owned.Series.Labels.Select(l => $"{l.Key}={l.Value}"));
    }

    [Fact]
    public void A_sender_without_instances_names_the_node_by_host()
    {
        Assert.Null(new SeriesIdentity(Default).Map(new SeriesId("cpu_usage", [new("host", "cn01"), new("cpu", "0")]), out var owned));
        Assert.Equal(("c/cn01", "cpu=0"), (owned.Node.ToString(), string.Join(',', owned.Series.Labels.Select(l => $"{l.Key}={l.Value}"))));
    }

    [Fact]
    public void The_up_of_each_exporter_of_a_node_stays_apart()
    {
        var identity = new SeriesIdentity(Default);
        identity.Map(new SeriesId("up", [new("instance", "cn01:9100"), new("job", "x"), new("rack", "7")]), out var node);
        identity.Map(new SeriesId("up", [new("instance", "cn01:9400"), new("job", "x")]), out var gpu);
        Assert.Equal(node.Node, gpu.Node);
        Assert.Equal("job=x,port=9100", string.Join(',', node.Series.Labels.Select(l => $"{l.Key}={l.Value}")));
        Assert.Equal("job=x,port=9400", string.Join(',', gpu.Series.Labels.Select(l => $"{l.Key}={l.Value}")));
    }

    [Fact]
    public void Series_of_a_job_can_be_kept_without_their_label()
    {
        var series = new SeriesId("cgroup_rss", [new("instance", "cn01:9306"), new("jobid", "5")]);
        Assert.Equal(RejectReasons.JobSeries, new SeriesIdentity(Default).Map(series, out _));
        Assert.Null(new SeriesIdentity(Default with { KeepJobSeries = true }).Map(series, out var owned));
        Assert.Empty(owned.Series.Labels);
    }

    [Theory]
    [InlineData("cgroup", "/slurm/uid_20821/job_12", true)]
    [InlineData("cgroup", "/system.slice/slurmstepd.scope/job_223478/step_batch", true)]
    [InlineData("cgroup", "/system.slice/sshd.service", false)]
    [InlineData("manager", "slurm", true)]
    [InlineData("jobid", "12", true)]
    [InlineData("job", "node", false)]
    public void A_job_is_seen_in_labels_and_in_paths_of_cgroups_and_not_in_Prometheus_own_job(string label, string value, bool job)
    {
        var series = new SeriesId("x", [new(label, value), new("instance", "cn01:9306")]);
        Assert.Equal(job ? RejectReasons.JobSeries : null, new SeriesIdentity(Default).Map(series, out _));
    }

    [Fact]
    public void The_cluster_is_the_configured_one_unless_a_label_is_asked_for()
    {
        var series = new SeriesId("a", [new("cluster", "prod"), new("instance", "cn01")]);
        new SeriesIdentity(Default).Map(series, out var one);
        new SeriesIdentity(Default with { ClusterLabels = ["cluster"] }).Map(series, out var other);
        Assert.Equal(("c/cn01", "prod/cn01"), (one.Node.ToString(), other.Node.ToString()));
        Assert.Empty(one.Series.Labels);
    }

    private static string Name(NodeRules rules, params (string Name, string Value)[] labels)
    {
        Assert.Null(rules.Name(l => labels.FirstOrDefault(p => p.Name == l).Value, out var node, out _));
        return node;
    }
}
