using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class NodeIdentitySpec
{
    private const long Now = 1_795_273_000_000;
    private static readonly NodeIdentity Known = new("5.14.0", "2.1 2024-01-01", "535.1", "serial 4c4c4544", Now - 86_400_000);

    [Fact]
    public void The_same_again_changes_nothing() => Assert.Null(NodeIdentityRule.Decide(Known, Known, Now));

    [Fact]
    public void What_was_not_seen_changes_nothing()
    {
        Assert.Null(NodeIdentityRule.Decide(Known, NodeIdentity.Unknown, Now));
        Assert.Null(NodeIdentityRule.Decide(NodeIdentity.Unknown, Known, Now));
        Assert.Equal(Known, Known.With(NodeIdentity.Unknown));
    }

    [Fact]
    public void A_reboot_opens_a_warm_up_from_its_boot()
    {
        var change = NodeIdentityRule.Decide(Known, Known with { BootMs = Now - 60_000 }, Now)!;
        Assert.Equal((NodeChangeKind.Rebooted, Now - 60_000 + NodeIdentityRule.WarmAfterBootMs), (change.Kind, change.WarmUntilMs));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(-3_000)]
    [InlineData(90_000)]
    [InlineData(-7_200_000)]
    public void A_boot_time_that_wavers_with_the_clock_is_no_reboot(long by) =>
        Assert.Null(NodeIdentityRule.Decide(Known, Known with { BootMs = Known.BootMs + by }, Now));

    [Fact]
    public void A_changed_kernel_bios_or_driver_opens_a_long_warm_up()
    {
        foreach (var seen in (NodeIdentity[])[Known with { Kernel = "6.1.0", BootMs = Now }, Known with { Bios = "2.2" }, Known with { Driver = "550.2" }])
        {
            var change = NodeIdentityRule.Decide(Known, seen, Now)!;
            Assert.Equal((NodeChangeKind.Upgraded, Now + NodeIdentityRule.WarmAfterChangeMs), (change.Kind, change.WarmUntilMs));
        }
        Assert.Equal("kernel 5.14.0 -> 6.1.0", NodeIdentityRule.Decide(Known, Known with { Kernel = "6.1.0" }, Now)!.What);
    }

    [Fact]
    public void A_reused_name_is_a_new_node() =>
        Assert.Equal(NodeChangeKind.Replaced, NodeIdentityRule.Decide(Known, Known with { Hardware = "serial 99", Kernel = "6.1.0" }, Now)!.Kind);

    [Fact]
    public void An_exporter_that_may_no_longer_read_serial_numbers_is_no_new_node() =>
        Assert.Null(NodeIdentityRule.Decide(Known, Known with { Hardware = "model Dell R650" }, Now));

    [Fact]
    public void It_is_read_from_what_exporters_say()
    {
        var seen = NodeIdentity.Unknown;
        foreach (var sample in (Sample[])[
            Sample("node_uname_info", 1, ("release", "6.1.0-18-amd64"), ("nodename", "n1")),
            Sample("node_dmi_info", 1, ("bios_version", "2.1"), ("bios_date", "01/01/2024"), ("product_serial", "ABC"), ("product_name", "R650")),
            Sample("node_boot_time_seconds", 1_795_257_166.5),
            Sample("DCGM_FI_DEV_GPU_TEMP", 40, ("gpu", "0"), ("DCGM_FI_DRIVER_VERSION", "535.1")),
            Sample("node_load1", 3)])
            seen = IdentityMetrics.Add(seen, sample);
        Assert.Equal(new NodeIdentity("6.1.0-18-amd64", "2.1 01/01/2024", "535.1", "serial ABC", 1_795_257_166_500), seen);
        Assert.Equal("model Dell R650", IdentityMetrics.Add(NodeIdentity.Unknown, Sample("node_dmi_info", 1, ("system_vendor", "Dell"), ("product_name", "R650"))).Hardware);
        Assert.Same(seen, IdentityMetrics.Add(seen, Sample("node_boot_time_seconds", double.NaN)));
    }

    [Fact]
    public void It_comes_back_as_it_was_stored()
    {
        foreach (var identity in (NodeIdentity[])[Known, NodeIdentity.Unknown])
        {
            Assert.True(WireBytes.TryRead<NodeIdentity>(WireBytes.Of(identity), out var read, out _));
            Assert.Equal(identity, read);
        }
    }

    private static Sample Sample(string name, double value, params (string Key, string Value)[] labels) =>
        new(new SeriesId(name, labels.Select(l => KeyValuePair.Create(l.Key, l.Value)).ToArray()), value);
}
