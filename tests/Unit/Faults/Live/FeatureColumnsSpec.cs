using Tocsin.Actors.Faults.Intervals;
using Tocsin.Inference.Faults;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Faults.Live;

public sealed class FeatureColumnsSpec
{
    [Fact]
    public void Units_of_node_exporter_become_those_of_the_features()
    {
        var row = Read(64e9, ("cpu_idle_share", 0.25f), ("cpu_iowait_share", 0.05f), ("memory_used_bytes", 16e9f), ("fs_used_share_max", 0.5f), ("disk_read_bytes", 2e8f), ("disk_written_bytes", 1e8f),
            ("net_receive_bytes", 1e8f), ("ib_receive_bytes", 4e9f), ("net_errors", 2), ("net_drops", 3));
        Assert.Equal(0.7f, row.Values[HostFeatures.Cpu], 4);
        Assert.Equal(0.25f, row.Values[HostFeatures.Ram], 4);
        Assert.Equal(0.5f, row.Values[HostFeatures.Disk], 4);
        Assert.Equal(0.2f, row.Values[HostFeatures.DiskRead], 4);
        Assert.Equal(0.1f, row.Values[HostFeatures.DiskWrite], 4);
        Assert.Equal(4.1f, row.Values[LiveFeatures.Network], 4);
        Assert.Equal(5f, row.Values[LiveFeatures.NetworkTrouble], 4);
    }

    [Fact]
    public void What_a_node_does_not_tell_is_not_there()
    {
        var row = Read(double.NaN, ("memory_used_bytes", 16e9f));
        Assert.All(Enumerable.Range(0, LiveFeatures.Count), f => Assert.True(float.IsNaN(row.Values[f]), LiveFeatures.Names[f]));
    }

    [Fact]
    public void Who_uses_a_shared_filesystem_says_which_kind()
    {
        Assert.Equal(1, Read(1, ("lustre_operations", 5)).Mounts);
        Assert.Equal(6, Read(1, ("gpfs_operations", 5), ("nfs_requests", 1)).Mounts);
        Assert.Equal(0, Read(1, ("nfs_requests", 0)).Mounts);
    }

    [Fact]
    public void The_catalogue_that_comes_with_Tocsin_names_every_metric_that_is_read()
    {
        string[] read = ["cpu_idle_share", "cpu_iowait_share", "memory_used_bytes", "fs_used_share_max", "disk_read_bytes", "disk_written_bytes", "net_receive_bytes", "net_transmit_bytes",
            "ib_receive_bytes", "ib_transmit_bytes", "net_errors", "net_drops", "ib_errors_max", "lustre_operations", "gpfs_operations", "nfs_requests"];
        Assert.All(read, name => Assert.Contains($"metric {name} ", Catalogue.Default.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_nodes_memory_is_looked_for_once_and_again_an_hour_later()
    {
        var sizes = new MemorySizes(1);
        sizes.Look([Batch("a", 0, 8e9), Batch("b", 0, 4e9)]);
        Assert.Equal(8e9, sizes.Of(IntervalBuilderSpec.Node("a")));
        Assert.True(double.IsNaN(sizes.Of(IntervalBuilderSpec.Node("b"))));
        sizes.Look([Batch("a", 60_000, 16e9)]);
        Assert.Equal(8e9, sizes.Of(IntervalBuilderSpec.Node("a")));
        sizes.Look([Batch("a", 3_600_000, 16e9)]);
        Assert.Equal(16e9, sizes.Of(IntervalBuilderSpec.Node("a")));
    }

    private static SampleBatch Batch(string node, long timeMs, double bytes) =>
        new(IntervalBuilderSpec.Node(node), timeMs, [new Sample(new SeriesId("node_memory_MemTotal_bytes", []), bytes)]);

    private static HostSample Read(double memory, params (string Name, float Value)[] metrics)
    {
        var schema = new MetricSchema([.. metrics.Select(m => new Metric(m.Name, MetricKind.Gauge, "", 0))]);
        return new FeatureColumns(schema).Read(IntervalBuilderSpec.Node("a"), 0, [.. metrics.Select(m => m.Value)], memory);
    }
}
