using Tocsin.Actors.Nodes;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class TopologySpec
{
    private readonly Rejections _rejected = new();

    [Fact]
    public void A_node_hangs_on_its_leaf_and_not_on_the_switches_above()
    {
        var switches = Topology.Parse("""
            SwitchName=s1 Level=0 LinkSpeed=1 Nodes=n[001-002]
            SwitchName=s2 Level=0 LinkSpeed=1 Nodes=n003,gpu1
            SwitchName=top Level=1 LinkSpeed=1 Nodes=n[001-003],gpu1 Switches=s[1-2]

            """, _rejected);
        Assert.Equal(["gpu1 s2", "n001 s1", "n002 s1", "n003 s2"], switches.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} {s.Value}"));
        Assert.Equal(0, _rejected.Total);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("No topology information available\n", 0)]
    [InlineData("SwitchName=s1 Level=0 LinkSpeed=1 Nodes=n[001-\n", 1)]
    [InlineData("SwitchName= Level=0 LinkSpeed=1 Nodes=n001\n", 1)]
    public void Where_there_is_none_no_node_has_a_switch(string text, int rejected)
    {
        Assert.Empty(Topology.Parse(text, _rejected));
        Assert.Equal(rejected, _rejected.Total);
    }

    [Fact]
    public void The_switch_goes_with_the_nodes_state_and_older_records_have_none()
    {
        var state = new NodeState { Node = new NodeKey("hpc", "n001"), AsOfMs = 5, Conditions = NodeConditions.None, Words = "IDLE" };
        var here = Topology.Apply([state], new Dictionary<string, string> { ["n001"] = "s1" });
        Assert.True(WireBytes.TryRead<NodeState>(WireBytes.Of(here[0]), out var read, out _));
        Assert.Equal("s1", read!.Switch);

        // As it was written before: one field less, and two.
        var bytes = WireBytes.Of(state);
        Assert.Equal((0x9c, 0xc0, 0xc0), (bytes[0], bytes[^2], bytes[^1]));
        for (var less = 1; less <= 2; less++)
        {
            bytes[0]--;
            Assert.True(WireBytes.TryRead<NodeState>(bytes[..^less], out var older, out _));
            Assert.Equal(state, older);
        }
    }
}
