using System.Globalization;
using System.Text;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Prometheus;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

/// <summary>The product's catalogue on what the exporters of accelerators, fabrics, sensors and filesystems write.</summary>
public sealed class DevicesSpec
{
    private readonly Rejections _rejections = new();
    private readonly SeriesTable _table = new();
    private readonly FrameAssembler _assembler;

    public DevicesSpec() => _assembler = new FrameAssembler(new NodeKey("c", "n"), Catalogue.Default, new SchemaPool(), 15_000, _rejections);

    [Fact]
    public void One_idle_GPU_of_eight_shows_in_the_spread_and_the_least_and_hardly_in_the_mean()
    {
        var frame = Scrape(0, Enumerable.Range(0, 8).Select(g => Gpu("GPU_UTIL", g, g == 5 ? 2 : 98)));
        Assert.Equal((86f, 2f, 96f), (frame["gpu_util_mean"], frame["gpu_util_min"], frame["gpu_util_spread"]));
    }

    [Theory]
    [InlineData("2147483632")]
    [InlineData("2147483635")]
    [InlineData("140737488355328")]
    [InlineData("140737488355329")]
    [InlineData("9223372036854775792")]
    [InlineData("9.2233720368547758e+18")]
    public void A_blank_of_DCGM_is_missing_and_no_value(string blank)
    {
        var frame = Scrape(0, [Gpu("GPU_TEMP", 0, 50), $"DCGM_FI_DEV_GPU_TEMP{{gpu=\"1\"}} {blank}", $"DCGM_FI_DEV_POWER_USAGE{{gpu=\"0\"}} {blank}"]);
        Assert.Equal((50f, 50f, 1f), (frame["gpu_temperature_max"], frame["gpu_temperature_mean"], frame["gpu_devices"]));
        Assert.Equal(float.NaN, frame["gpu_power_watts"]);
    }

    [Fact]
    public void A_blank_between_two_readings_of_a_counter_makes_no_spike()
    {
        Scrape(0, [Gpu("ECC_SBE_VOL_TOTAL", 0, 100)]);
        Assert.Equal(float.NaN, Scrape(15_000, [Gpu("ECC_SBE_VOL_TOTAL", 0, 2147483632)])["gpu_ecc_single"]);
        Assert.Equal(0.1f, Scrape(30_000, [Gpu("ECC_SBE_VOL_TOTAL", 0, 103)])["gpu_ecc_single"]);
    }

    [Fact]
    public void A_GPU_that_fell_off_the_bus_is_one_less()
    {
        Assert.Equal(4f, Scrape(0, Enumerable.Range(0, 4).Select(g => Gpu("GPU_TEMP", g, 40)))["gpu_devices"]);
        Assert.Equal(3f, Scrape(15_000, Enumerable.Range(0, 3).Select(g => Gpu("GPU_TEMP", g, 40)))["gpu_devices"]);
    }

    [Fact]
    public void A_second_XID_moves_the_sum_where_the_largest_stays_and_both_are_judged_by_their_change()
    {
        Scrape(0, [Gpu("XID_ERRORS", 0, 79), Gpu("XID_ERRORS", 1, 0)]);
        var frame = Scrape(15_000, [Gpu("XID_ERRORS", 0, 79), Gpu("XID_ERRORS", 1, 31)]);
        Assert.Equal((79f, 110f), (frame["gpu_xid_max"], frame["gpu_xid_sum"]));
        foreach (var name in (string[])["gpu_xid_max", "gpu_xid_sum"])
            Assert.Equal(MetricKind.Fill, _assembler.Schema.Metrics[_assembler.Schema.IndexOf(name)].Kind);
    }

    [Fact]
    public void Profiling_fields_that_vanish_are_missing_and_the_others_stay()
    {
        Scrape(0, [Gpu("GPU_UTIL", 0, 98), "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE{gpu=\"0\"} 0.6"]);
        var frame = Scrape(15_000, [Gpu("GPU_UTIL", 0, 98)]);
        Assert.Equal((98f, float.NaN), (frame["gpu_util_mean"], frame["gpu_tensor_active_mean"]));
    }

    [Fact]
    public void Unconnected_sensors_are_missing()
    {
        var frame = Scrape(0, [
            "node_hwmon_temp_celsius{chip=\"a\",sensor=\"temp1\"} 61", "node_hwmon_temp_celsius{chip=\"a\",sensor=\"temp2\"} -61.5", "node_hwmon_temp_celsius{chip=\"a\",sensor=\"temp3\"} 127.5"]);
        Assert.Equal((61f, 61f), (frame["temperature_max"], frame["temperature_mean"]));
    }

    [Fact]
    public void One_port_that_is_down_or_erring_shows_as_the_worst()
    {
        static IEnumerable<string> Ports(int symbolErrors, int state) =>
        [
            $"node_infiniband_symbol_error_total{{device=\"mlx5_0\",port=\"1\"}} {symbolErrors}", "node_infiniband_symbol_error_total{device=\"mlx5_1\",port=\"1\"} 0",
            $"node_infiniband_state_id{{device=\"mlx5_0\",port=\"1\"}} {state}", "node_infiniband_state_id{device=\"mlx5_1\",port=\"1\"} 4",
        ];
        Scrape(0, Ports(0, 4));
        var frame = Scrape(15_000, Ports(30, 1));
        Assert.Equal((2f, 1f, 1f, 2f), (frame["ib_errors_max"], frame["ib_errors_mean"], frame["ib_state_min"], frame["ib_ports"]));
    }

    [Fact]
    public void Filesystems_and_slices_are_taken_as_this_node_sees_them()
    {
        IEnumerable<string> At(int s) =>
        [
            $"lustre_read_bytes_total{{component=\"client\",target=\"scratch\"}} {s * 1000}", $"gpfs_perf_read_bytes_total{{fs=\"home\"}} {s * 10}", $"gpfs_perf_write_bytes_total{{fs=\"home\"}} 0",
            "gpfs_state{state=\"active\"} 1", "gpfs_state{state=\"down\"} 0", "gpfs_health_status{component=\"GPFS\",status=\"HEALTHY\"} 1", "gpfs_health_status{component=\"DISK\",status=\"DEGRADED\"} 1",
            "gpfs_fs_used_bytes{fs=\"home\"} 5", $"cgroup_cpu_user_seconds{{cgroup=\"/system.slice\"}} {s * 0.5}", "cgroup_memory_used_bytes{cgroup=\"/system.slice\"} 7e8",
        ];
        Scrape(0, At(0));
        var frame = Scrape(15_000, At(15));
        Assert.Equal((1000f, 10f, 0.5f, 7e8f), (frame["lustre_read_bytes"], frame["gpfs_read_bytes"], frame["cgroup_cpu_user"], frame["cgroup_memory_used_max"]));
        Assert.Equal((1f, 1f), (frame["gpfs_active"], frame["gpfs_unhealthy"]));
        Assert.DoesNotContain(frame.Keys, k => k.StartsWith("gpfs_fs", StringComparison.Ordinal));
    }

    [Fact]
    public void The_device_behind_a_spread_is_the_odd_one_out()
    {
        var frames = new FrameCells();
        // The pool holds its layouts weakly; this one is held here.
        var layout = new LayoutPool(Catalogue.Default, new SchemaPool(), _rejections).Of([.. Enumerable.Range(0, 8).Select(g => new SeriesId("DCGM_FI_DEV_GPU_UTIL", [new("gpu", $"{g}")]))]);
        frames.Clear(layout.Cells);
        var counters = new NodeCounters(15_000);
        counters.Move(layout, layout);
        for (var g = 0; g < 8; g++)
            counters.Advance(layout, g, g == 6 ? 3 : 97 + g % 3, 0, frames);
        string? Worst(string metric) => frames.WorstDevice(layout.Outputs.Single(o => o.Rule.Metric.Name == metric));
        Assert.Equal(("6", "6", null), (Worst("gpu_util_spread"), Worst("gpu_util_min"), Worst("gpu_util_mean")));
    }

    private static string Gpu(string field, int gpu, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"DCGM_FI_DEV_{field}{{gpu=\"{gpu}\",device=\"nvidia{gpu}\"}} {value}");

    private Dictionary<string, float> Scrape(long timeMs, IEnumerable<string> lines)
    {
        var samples = new List<Sample>();
        new PrometheusText(_table, _rejections).Parse(Encoding.UTF8.GetBytes(string.Join('\n', lines)), TextFormat.Prometheus, samples);
        _assembler.Take(new SampleBatch(_assembler.Node, timeMs, samples));
        _assembler.TakeNewColumns();
        var row = new float[_assembler.Schema.Count];
        _assembler.Write(row);
        return _assembler.Schema.Metrics.Zip(row).ToDictionary(p => p.First.Name, p => p.Second);
    }
}
