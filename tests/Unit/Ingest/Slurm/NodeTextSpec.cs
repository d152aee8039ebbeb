using System.Text.Json;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class NodeTextSpec
{
    private const long AsOf = 1_795_273_000_000;
    private readonly Rejections _rejected = new();

    [Fact]
    public void Reads_what_a_real_scontrol_printed()
    {
        var states = Parse(Fixture.Text("nodes.txt"));
        Assert.Equal(0, _rejected.Total);
        Assert.Equal(
            ["n001 Drained, Rebooting", "n002 Drained", "n003 None", "n004 Maintenance", "n005 PoweredDown", "n006 Drained, Rebooting", "n007 NotResponding", "n008 None"],
            states.Select(s => $"{s.Node.Name} {s.Conditions}"));
        Assert.Equal((1_795_257_166_000, 1_795_271_874_000), (states[0].BootMs, states[0].SlurmdStartMs));
        Assert.Equal("Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1", states[0].Kernel);
        Assert.Equal("fw : reboot issued", states[0].Reason);
    }

    [Fact]
    public void Says_the_same_as_sinfo_does_in_json()
    {
        using var json = JsonDocument.Parse(Fixture.Bytes("sinfo.json"));
        var theirs = json.RootElement.GetProperty("nodes").EnumerateArray().Select(n =>
            $"{n.GetProperty("name")} {string.Join('+', n.GetProperty("state_flags").EnumerateArray().Select(f => f.GetString()!).Prepend(n.GetProperty("state").GetString()!.ToUpperInvariant()))} {n.GetProperty("boot_time")} {n.GetProperty("slurmd_start_time")} {n.GetProperty("operating_system")}");
        Assert.Equal(theirs, Parse(Fixture.Text("nodes.txt")).Select(s => $"{s.Node.Name} {s.Words} {s.BootMs / 1000} {s.SlurmdStartMs / 1000} {s.Kernel}"));
    }

    /// <summary>The reason was <c>bad |dimm State=IDLE\nBootTime=1970</c>.</summary>
    [Fact]
    public void A_reason_cannot_forge_a_state()
    {
        var node = Parse(Fixture.Text("nodes.txt"))[1];
        Assert.Equal(("IDLE+DRAIN", 1_795_257_166_000), (node.Words, node.BootMs));
        Assert.Equal("bad |dimm State=IDLE", node.Reason);
    }

    [Theory]
    [InlineData("DOWN", NodeConditions.Down)]
    [InlineData("DOWN+DRAIN", NodeConditions.Down | NodeConditions.Drained)]
    [InlineData("DOWN*+DRAIN", NodeConditions.Down | NodeConditions.Drained | NodeConditions.NotResponding)]
    [InlineData("DOWN+DRAIN+REBOOT_ISSUED", NodeConditions.Drained | NodeConditions.Rebooting)]
    [InlineData("ALLOCATED+REBOOT_REQUESTED", NodeConditions.None)]
    [InlineData("IDLE+POWERED_DOWN", NodeConditions.PoweredDown)]
    [InlineData("DOWN+CLOUD+POWERING_UP", NodeConditions.PoweredDown)]
    [InlineData("IDLE~", NodeConditions.PoweredDown)]
    [InlineData("MIXED$", NodeConditions.Maintenance)]
    [InlineData("MIXED+PLANNED", NodeConditions.None)]
    [InlineData("IDLE-", NodeConditions.None)]
    [InlineData("IDLE+MAINTENANCE+RESERVED", NodeConditions.Maintenance)]
    [InlineData("FUTURE", NodeConditions.Absent)]
    [InlineData("SOMETHING_NEW", NodeConditions.None)]
    public void Words_of_all_versions_come_down_to_conditions(string words, NodeConditions expected) => Assert.Equal(expected, NodeWords.Parse(words));

    [Fact]
    public void A_powered_down_node_is_meant_to_be_silent_and_a_dead_one_is_not()
    {
        Assert.True(Of("IDLE+POWERED_DOWN").SilenceIsMeant);
        Assert.False(Of("DOWN+NOT_RESPONDING").SilenceIsMeant);
        Assert.True(Of("DOWN+NOT_RESPONDING").Down);
        Assert.False(Of("DOWN").Muted);
        Assert.True(Of("ALLOCATED+DRAIN").Muted);
        Assert.True(Of("IDLE+MAINTENANCE").Muted);
    }

    [Theory]
    [InlineData("NodeName=../n1 State=IDLE")]
    [InlineData("NodeName=n1 CPUs=3")]
    [InlineData("slurm_load_node: Unable to contact slurm controller")]
    [InlineData("State=IDLE NodeName=n1")]
    public void A_line_that_is_no_node_is_rejected_and_the_next_is_read(string line)
    {
        Assert.Equal("n2", Parse(line + "\nNodeName=n2 State=IDLE\n").Single().Node.Name);
        Assert.Equal(1, _rejected.Total);
    }

    [Fact]
    public void A_node_that_never_booted_has_no_boot_time()
    {
        var node = Parse("NodeName=n2 State=DOWN+NOT_RESPONDING BootTime=None SlurmdStartTime=None LastBusyTime=Unknown\n").Single();
        Assert.Equal((null, null, ""), (node.BootMs, node.SlurmdStartMs, node.Kernel));
    }

    [Fact]
    public void Reservations_are_read_and_those_for_maintenance_apply_while_they_last()
    {
        var found = Reservations.Parse(Fixture.Text("reservations.txt"), _rejected);
        Assert.Equal(["maint1 1795272870 1795273470 n004 True", "maint2 1795290963 1795326963 n004,n005 True"],
            found.Select(r => $"{r.Name} {r.StartMs / 1000} {r.EndMs / 1000} {string.Join(',', r.Nodes.Order())} {r.Maintenance}"));
        var nodes = Parse("NodeName=n004 State=IDLE\nNodeName=n005 State=IDLE\n");
        Assert.Equal([NodeConditions.Maintenance, NodeConditions.None], Reservations.Apply(nodes, found).Select(n => n.Conditions));
        Assert.Same(nodes, Reservations.Apply(nodes, []));
    }

    [Fact]
    public void No_reservations_is_an_answer()
    {
        Assert.Empty(Reservations.Parse("No reservations in the system\n", _rejected));
        Assert.Empty(Reservations.Parse("ReservationName=x StartTime=soon EndTime=1795273470 Nodes=n[1-2]\n", _rejected));
        Assert.Equal(1, _rejected.Total);
    }

    private NodeState Of(string words) => Parse($"NodeName=n1 State={words}").Single();

    private IReadOnlyList<NodeState> Parse(string text) => NodeText.Parse(text, "alpha", AsOf, _rejected);
}
