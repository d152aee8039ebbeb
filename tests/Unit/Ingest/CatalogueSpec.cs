using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

public sealed class CatalogueSpec
{
    [Fact]
    public void Every_metric_of_the_default_has_a_floor_and_a_unit_or_says_that_it_has_none()
    {
        var rules = Catalogue.Default.Rules;
        Assert.InRange(rules.Count, 100, 250);
        Assert.All(rules, r => Assert.True(r.Metric.SigmaFloor > 0, r.Metric.Name));
        Assert.All(rules, r => Assert.True(r.Metric.Unit.Length > 0 || r.Metric.Name is "ib_state_min" or "ib_physical_state_min" or "lustre_healthy_min" or "gpfs_active" or "gpfs_verbs_started", r.Metric.Name));
    }

    [Theory]
    [InlineData("node_network_receive_bytes_total", "device", "eth0", "net_receive_bytes")]
    [InlineData("node_network_receive_bytes_total", "device", "lo", "loopback_bytes")]
    [InlineData("node_network_receive_bytes_total", "device", "veth12ab", "")]
    [InlineData("node_disk_io_now", "device", "nvme0n1", "disk_io_now_max")]
    [InlineData("node_disk_io_now", "device", "dm-3", "")]
    [InlineData("node_vmstat_oom_kill", "x", "", "oom_kills")]
    [InlineData("node_time_seconds", "x", "", "")]
    [InlineData("node_scrape_collector_duration_seconds", "collector", "cpu", "")]
    [InlineData("go_goroutines", "x", "", "")]
    [InlineData("process_cpu_seconds_total", "x", "", "")]
    [InlineData("node_dmi_info", "x", "", "")]
    [InlineData("http_request_duration_seconds_bucket", "le", "1", "")]
    [InlineData("my_app_errors_total", "code", "500", "my_app_errors_rate")]
    [InlineData("my_app_queue_depth", "x", "", "my_app_queue_depth")]
    public void A_series_goes_where_its_meaning_belongs(string name, string label, string value, string expected)
    {
        var series = new SeriesId(name, value.Length == 0 ? [] : [new(label, value)]);
        var outputs = Catalogue.Default.Bind(series).Select(b => b.Rule.Metric.Name).ToList();
        if (expected.Length == 0)
            Assert.Empty(outputs);
        else
            Assert.Contains(expected, outputs);
    }

    [Theory]
    [InlineData("my_errors_total", MetricKind.Rate, "my_errors_rate")]
    [InlineData("my_busy_seconds_total", MetricKind.Rate, "my_busy_seconds_rate")]
    [InlineData("my_latency_seconds_sum", MetricKind.Rate, "my_latency_seconds_sum_rate")]
    [InlineData("node_vmstat_pgsteal_kswapd", MetricKind.Rate, "node_vmstat_pgsteal_kswapd_rate")]
    [InlineData("node_vmstat_nr_dirty", MetricKind.Gauge, "node_vmstat_nr_dirty")]
    public void What_no_rule_names_is_told_a_counter_or_a_gauge_by_its_name(string name, MetricKind kind, string output)
    {
        var metric = Assert.Single(Catalogue.Default.Bind(new SeriesId(name, []))).Rule.Metric;
        Assert.Equal((output, kind, 0.0), (metric.Name, metric.Kind, metric.SigmaFloor));
    }

    [Theory]
    [InlineData("metrik x gauge - 1 = sum of a", "'metrik' with 8 words after it")]
    [InlineData("metric x gauge - 1 sum of a", "expected 'metric NAME")]
    [InlineData("metric x-y gauge - 1 = sum of a", "'x-y' is no name")]
    [InlineData("metric x counter - 1 = sum of a", "'counter' is none")]
    [InlineData("metric x gauge - -1 = sum of a", "floor '-1'")]
    [InlineData("metric x gauge - NaN = sum of a", "floor 'NaN'")]
    [InlineData("metric x gauge - 1 = median of a", "'median' is none of")]
    [InlineData("metric x gauge - 1 = sum by cpu a", "no 'of'")]
    [InlineData("metric x gauge - 1 = sum of a +", "a series is missing")]
    [InlineData("metric x gauge - 1 = sum of a b", "'b' stands where")]
    [InlineData("metric x gauge - 1 = sum of a / b / c", "'/' stands where")]
    [InlineData("metric x gauge - 1 = sum of a{b=c", "no closing brace")]
    [InlineData("metric x gauge - 1 = sum of a{b}", "'b' is no 'label=value'")]
    [InlineData("metric x gauge - 1 = sum of a{@none}", "no 'set @none'")]
    [InlineData("metric x gauge - 1 = sum of a\nmetric x gauge - 1 = sum of b", "stands twice")]
    [InlineData("rest many *_total", "'many' is no number")]
    [InlineData("missing a 5", "'5' is no range")]
    [InlineData("missing a 5:4", "'5:4' is no range")]
    [InlineData("missing a :", "':' is no range")]
    [InlineData("missing a 1:2,x:3", "'x:3' is no range")]
    public void A_line_that_is_no_rule_is_refused_with_its_number(string text, string why)
    {
        var refused = Assert.Throws<BadDataException>(() => Catalogue.Parse("# head\n" + text, "my.catalogue"));
        Assert.StartsWith($"my.catalogue, line {(text.Contains('\n') ? 3 : 2)}: ", refused.Message);
        Assert.Contains(why, refused.Message);
    }

    [Theory]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*_total", "x_total", true)]
    [InlineData("*_total", "x_total_y", false)]
    public void Globs_match_whole_texts(string pattern, string text, bool expected) => Assert.Equal(expected, Glob.IsMatch(pattern, text));
}
