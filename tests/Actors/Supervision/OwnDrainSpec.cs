using Tocsin.Actors.Nodes;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

public sealed class OwnDrainSpec
{
    [Theory]
    [InlineData("tocsin:5 [tocsin@2026-01-31T14:02:15]", NodeConditions.Drained, NodeMute.None)]
    [InlineData("tocsin:5", NodeConditions.Drained | NodeConditions.Maintenance, NodeMute.Drained)]
    [InlineData("NHC: check_tocsin: alert c-17 memory [root@2026-01-31T14:02:15]", NodeConditions.Drained, NodeMute.None)]
    [InlineData("NHC: check_fs_free: /tmp", NodeConditions.Drained, NodeMute.Drained)]
    [InlineData("bad dimm", NodeConditions.Drained, NodeMute.Drained)]
    [InlineData("", NodeConditions.Maintenance, NodeMute.Maintenance)]
    public void A_drain_of_our_own_does_not_mute_the_alert_that_it_rests_on(string reason, NodeConditions conditions, NodeMute expected)
    {
        var (standing, effects) = (new NodeStanding(new NodeKey("c", "n001"), new NodeOptions()), new NodeEffects());
        standing.Take(new NodeState { Node = new NodeKey("c", "n001"), AsOfMs = 1000, Conditions = conditions, Words = "IDLE+DRAIN", Reason = reason }, new NodeNow(1000, NodeJobs.Empty, null), effects);
        Assert.Equal(expected, effects.Statuses.Count == 0 ? NodeMute.None : effects.Statuses[^1].Mute);
    }
}
