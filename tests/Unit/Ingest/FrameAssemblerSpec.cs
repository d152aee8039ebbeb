using System.Globalization;
using System.Text;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Prometheus;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

public sealed class FrameAssemblerSpec
{
    private const long Cadence = 1000;

    private readonly Rejections _rejections = new();
    private readonly SeriesTable _table = new();
    private FrameAssembler _assembler = null!;

    [Fact]
    public void A_counter_becomes_a_rate_by_the_scrapes_own_times()
    {
        Use("metric r rate 1/s 1 = sum of c_total");
        Assert.Equal(float.NaN, Scrape(10_000, "c_total 100")["r"]);
        Assert.Equal(10f, Scrape(11_000, "c_total 110")["r"]);
        Assert.Equal(20f, Scrape(11_500, "c_total 120")["r"]);
        // One scrape missed: the mean over both intervals.
        Assert.Equal(5f, Scrape(13_500, "c_total 130")["r"]);
    }

    [Fact]
    public void A_reset_and_a_gap_leave_one_frame_without_a_rate()
    {
        Use("metric r rate 1/s 1 = sum of c_total");
        Scrape(0, "c_total 100");
        Assert.Equal(1f, Scrape(1000, "c_total 101")["r"]);
        Assert.Equal(float.NaN, Scrape(2000, "c_total 3")["r"]);
        Assert.Equal(4f, Scrape(3000, "c_total 7")["r"]);
        Assert.Equal(float.NaN, Scrape(13_001, "c_total 8")["r"]);
        Assert.Equal(1f, Scrape(14_001, "c_total 9")["r"]);
        // Exactly at the limit it still counts: a node that was silent for ten seconds shows their mean.
        Assert.Equal(2f, Scrape(24_001, "c_total 29")["r"]);
    }

    [Theory]
    [InlineData(1000, 10_000)]
    [InlineData(15_000, 37_500)]
    public void A_gap_is_two_and_a_half_cadences_and_at_least_ten_seconds(long cadenceMs, long limitMs)
    {
        Use("metric r rate 1/s 1 = sum of c_total", cadenceMs);
        Scrape(0, "c_total 0");
        Assert.False(float.IsNaN(Scrape(limitMs, "c_total 1")["r"]));
        Assert.True(float.IsNaN(Scrape(2 * limitMs + 1, "c_total 2")["r"]));
    }

    [Fact]
    public void A_device_that_comes_or_goes_makes_no_spike()
    {
        Use("metric r rate 1/s 1 = sum by d of c_total");
        Scrape(0, "c_total{d=\"a\"} 100");
        Assert.Equal(1f, Scrape(1000, "c_total{d=\"a\"} 101", "c_total{d=\"b\"} 5000000")["r"]);
        Assert.Equal(3f, Scrape(2000, "c_total{d=\"a\"} 102", "c_total{d=\"b\"} 5000002")["r"]);
        Assert.Equal(1f, Scrape(3000, "c_total{d=\"a\"} 103")["r"]);
        Assert.Equal(float.NaN, Scrape(4000, "other 1")["r"]);
    }

    [Fact]
    public void A_sum_with_a_part_that_was_reset_is_not_known_while_the_worst_of_the_others_is()
    {
        Use("metric s rate 1/s 1 = sum by d of c_total\nmetric m rate 1/s 1 = max by d of c_total");
        Scrape(0, "c_total{d=\"a\"} 100", "c_total{d=\"b\"} 100");
        var frame = Scrape(1000, "c_total{d=\"a\"} 107", "c_total{d=\"b\"} 2");
        Assert.Equal(float.NaN, frame["s"]);
        Assert.Equal(7f, frame["m"]);
    }

    [Fact]
    public void Series_are_summed_within_a_device_and_devices_aggregated()
    {
        Use("""
            metric sum gauge - 1 = sum by d of g{k=x|y}
            metric mean gauge - 1 = mean by d of g{k=x|y}
            metric max gauge - 1 = max by d of g{k=x|y}
            metric min gauge - 1 = min by d of g{k=x|y}
            metric spread gauge - 1 = spread by d of g{k=x|y}
            metric diff gauge - 1 = max by d of g{k=x} - g{k=y}
            metric ratio gauge - 1 = max by d of g{k=x} / g{k=x} + g{k=y}
            """);
        // a: 1 + 3, b: 10 + 2; z is of no interest.
        var frame = Scrape(0, Gauge("a", "x", 1), Gauge("a", "y", 3), Gauge("b", "x", 10), Gauge("b", "y", 2), Gauge("a", "z", 99));
        Assert.Equal(16f, frame["sum"]);
        Assert.Equal(8f, frame["mean"]);
        Assert.Equal(12f, frame["max"]);
        Assert.Equal(4f, frame["min"]);
        Assert.Equal(8f, frame["spread"]);
        Assert.Equal(8f, frame["diff"]);
        Assert.Equal(10f / 12f, frame["ratio"]);
    }

    [Fact]
    public void A_difference_without_one_of_its_sides_is_not_known()
    {
        Use("metric used gauge bytes 1 = sum of total - free");
        Assert.Equal(3f, Scrape(0, "total 10", "free 7")["used"]);
        Assert.Equal(float.NaN, Scrape(1000, "total 10")["used"]);
    }

    [Fact]
    public void Nothing_over_nothing_is_nothing()
    {
        Use("metric wait rate s/op 1 = max of time_total / ops_total");
        Scrape(0, "time_total 5", "ops_total 50");
        Assert.Equal(0f, Scrape(1000, "time_total 5", "ops_total 50")["wait"]);
        Assert.Equal(0.25f, Scrape(2000, "time_total 6", "ops_total 54")["wait"]);
        Assert.Equal(float.NaN, Scrape(3000, "time_total 7", "ops_total 54")["wait"]);
    }

    [Fact]
    public void A_spread_is_a_column_only_where_there_are_two_devices()
    {
        Use("metric spread gauge - 1 = spread by d of g");
        Assert.DoesNotContain("spread", Scrape(0, Gauge("a", "x", 1)).Keys);
        Assert.Equal(4f, Scrape(1000, Gauge("a", "x", 1), Gauge("b", "x", 5))["spread"]);
    }

    [Fact]
    public void NaN_is_missing_and_infinity_is_missing_and_counted()
    {
        Use("metric g gauge - 1 = mean by d of g");
        Assert.Equal(4f, Scrape(0, Gauge("a", "x", double.NaN), Gauge("b", "x", 4))["g"]);
        Assert.Equal(0, _rejections.Total);
        Assert.Equal(float.NaN, Scrape(1000, Gauge("a", "x", double.NaN), Gauge("b", "x", double.PositiveInfinity))["g"]);
        Assert.Equal(1, _rejections.ByReason["infinite value"].Count);
        // Larger than a float holds: not a number that a model could take.
        Assert.Equal(float.NaN, Scrape(2000, Gauge("a", "x", 1e300))["g"]);
    }

    [Fact]
    public void A_series_that_stands_twice_counts_once()
    {
        Use("metric g gauge - 1 = sum of g");
        Assert.Equal(2f, Scrape(0, "g 2", "g 5")["g"]);
        Assert.Equal(1, _rejections.ByReason["series twice in one scrape"].Count);
    }

    [Fact]
    public void Unnamed_series_are_summed_or_averaged_over_their_label_sets_up_to_a_limit()
    {
        Use("rest 2 *_total");
        Scrape(0, "a_total{x=\"1\"} 0", "a_total{x=\"2\"} 0", "a_total{x=\"3\"} 0", "depth{x=\"1\"} 4", "depth{x=\"2\"} 8");
        var frame = Scrape(1000, "a_total{x=\"1\"} 3", "a_total{x=\"2\"} 4", "a_total{x=\"3\"} 500", "depth{x=\"1\"} 4", "depth{x=\"2\"} 8");
        Assert.Equal(["a_rate", "depth"], frame.Keys);
        Assert.Equal(7f, frame["a_rate"]);
        Assert.Equal(6f, frame["depth"]);
        Assert.Equal(1, _rejections.ByReason["too many devices or label sets of one metric"].Count);
    }

    [Fact]
    public void An_unnamed_series_cannot_take_the_name_of_a_metric()
    {
        Use("metric load gauge - 1 = sum of node_procs_blocked\nrest 9 *_total");
        var frame = Scrape(0, "node_procs_blocked 2", "load 77", "x_total 1", "x_rate 5");
        Assert.Equal(2f, frame["load"]);
        Assert.Equal(2, _rejections.ByReason["metric's name is taken"].Count);
    }

    [Fact]
    public void Columns_stand_in_the_order_of_the_catalogue_then_by_name()
    {
        Use("metric z gauge - 1 = sum of one\nmetric a gauge - 1 = sum of two\nrest 9 *_total");
        Assert.Equal(["z", "a", "b", "c"], Scrape(0, "c 1", "b 1", "two 1", "one 1").Keys);
    }

    [Fact]
    public void Nodes_with_the_same_metrics_share_one_schema()
    {
        Use("metric a gauge - 1 = sum of a\nmetric b gauge - 1 = sum of b");
        var pool = new SchemaPool();
        MetricSchema Schema(string name, params string[] lines)
        {
            var assembler = new FrameAssembler(new NodeKey("c", name), Catalogue.Default, pool, Cadence, _rejections);
            assembler.Take(Batch(0, lines));
            assembler.TakeNewColumns();
            return assembler.Schema;
        }
        Assert.Same(Schema("n1", "node_procs_blocked 1", "node_procs_running 2"), Schema("n2", "node_procs_running 9", "node_procs_blocked 1"));
        Assert.NotSame(Schema("n1", "node_procs_blocked 1"), Schema("n2", "node_procs_running 9"));
    }

    private void Use(string catalogue, long cadenceMs = Cadence) =>
        _assembler = new FrameAssembler(new NodeKey("c", "n"), Catalogue.Parse(catalogue, "test"), new SchemaPool(), cadenceMs, _rejections);

    private Dictionary<string, float> Scrape(long timeMs, params string[] lines)
    {
        _assembler.Take(Batch(timeMs, lines));
        _assembler.TakeNewColumns();
        var row = new float[_assembler.Schema.Count];
        _assembler.Write(row);
        return _assembler.Schema.Metrics.Zip(row).ToDictionary(p => p.First.Name, p => p.Second);
    }

    private SampleBatch Batch(long timeMs, string[] lines)
    {
        var samples = new List<Sample>();
        new PrometheusText(_table, _rejections).Parse(Encoding.UTF8.GetBytes(string.Join('\n', lines)), TextFormat.Prometheus, samples);
        return new SampleBatch(new NodeKey("c", "n"), timeMs, samples);
    }

    private static string Gauge(string device, string kind, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"g{{d=\"{device}\",k=\"{kind}\"}} {value}");
}
