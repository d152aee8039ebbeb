using Tocsin.Actors.Simulation.Acting;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>A clock that was set back by hours: what waits for a time waits its own length anew, and not until the clock is there again.</summary>
public sealed class ClockSetBackSpec
{
    private const long BackMs = -7_200_000;

    [Fact]
    public void A_node_that_is_well_comes_back_after_its_wait()
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(200);
        Assert.True(rig.Slurm.Nodes["n1"].Drained);
        rig.Alert(AlertCause.Node, open: false);
        rig.World.RunTo(230);
        Assert.NotNull(rig.View.Nodes["n1"].WellSinceMs);
        rig.Life.Kill();
        rig.World.SkewMs = BackMs;
        rig.World.RunTo(330);
        rig.Begin();
        rig.World.RunTo(3600);
        Assert.False(rig.Slurm.Nodes["n1"].Drained);
    }

    [Fact]
    public void An_action_that_was_interrupted_is_looked_for_after_its_own_limits()
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        for (var at = 100.0; rig.View.Actions.Values.All(a => a.Action is not { Kind: ActionKind.Drain, State: Started }); at += 0.05)
        {
            Assert.True(at < 300, "no drain was begun");
            rig.World.RunTo(at);
        }
        var drain = rig.View.Actions.Values.Single(a => a.Action is { Kind: ActionKind.Drain, State: Started }).Action.Id.Number;
        rig.Life.Kill();
        rig.World.SkewMs = BackMs;
        rig.World.RunTo(rig.World.Seconds + 90);
        rig.Begin();
        rig.World.RunTo(rig.World.Seconds + 120);
        Assert.False(rig.View.Actions[drain].Action.Open, rig.View.Actions[drain].ToString());
    }
}
