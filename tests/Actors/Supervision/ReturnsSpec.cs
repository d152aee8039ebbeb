using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>How nodes come back, and when they are left alone.</summary>
public sealed class ReturnsSpec
{
    private const double WellS = 200;

    [Theory]
    [InlineData(0.2)]
    // So slow that Slurm's picture is taken while the node is resumed for its check.
    [InlineData(3)]
    public void A_node_whose_check_did_not_pass_comes_back_once_a_later_one_passes(double slowS)
    {
        var rig = Ill(slowS);
        rig.Slurm.CheckFails = true;
        rig.World.RunTo(WellS + 600);
        Assert.Contains("check did not pass", Assert.IsType<Failed>(rig.Last(ActionKind.Undrain).Action.State).Why);
        Assert.True(rig.Slurm.Nodes["n1"].Drained);
        rig.Slurm.CheckFails = false;
        rig.World.RunTo(WellS + 2400);
        Assert.False(rig.Slurm.Nodes["n1"].Drained);
        Assert.Null(rig.View.Nodes["n1"].OutBy);
        Assert.Empty(rig.View.Vetoes);
    }

    [Fact]
    public void A_node_that_was_drained_again_by_a_supervisor_that_died_then_comes_back_all_the_same()
    {
        var rig = Ill();
        rig.Slurm.CheckFails = true;
        for (var at = WellS; rig.Effects.Count(e => e == "drain") < 2; at += 0.05)
        {
            Assert.True(at < WellS + 600, "it was not drained again");
            rig.World.RunTo(at);
        }
        var before = rig.Life;
        before.Kill();
        rig.World.RunTo(rig.World.Seconds + 90);
        rig.Begin();
        rig.Slurm.CheckFails = false;
        rig.World.RunTo(rig.World.Seconds + 2400);
        Assert.False(rig.Slurm.Nodes["n1"].Drained);
        Assert.Null(rig.View.Nodes["n1"].OutBy);
    }

    [Fact]
    public void A_drain_of_the_same_user_with_the_same_words_at_another_time_is_not_taken_back()
    {
        var rig = Ill();
        rig.Slurm.Drain("n1", rig.Slurm.Nodes["n1"].Reason, "root");
        rig.World.RunTo(WellS + 2400);
        Assert.True(rig.Slurm.Nodes["n1"].Drained);
        Assert.DoesNotContain("resume", rig.Effects);
    }

    /// <summary>The alert stays open, so that a warning comes each hour.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void A_node_that_an_operator_resumed_is_left_alone_for_a_day_by_a_veto_that_can_be_lifted(bool lifted, int drains)
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(200);
        Assert.True(rig.Slurm.Nodes["n1"].Drained);
        rig.Slurm.Resume("n1");
        rig.World.RunTo(300);
        var veto = Assert.Single(rig.View.Vetoes.Values);
        Assert.Equal(("n1", "tocsin"), (veto.Veto.Node!.Value.Name, veto.Veto.Who));
        Assert.Equal(86_400_000, veto.Veto.UntilMs - veto.Veto.AtMs);
        Assert.Contains(rig.View.Decisions.Values, d => d.Node == "n1" && d.Sentence.Contains($"veto {veto.Number}", StringComparison.Ordinal));

        if (lifted)
            rig.Say(new OperatorSaid(OperatorWord.Unveto, veto.Number, null, null, "ada", "", null));
        rig.World.RunTo(4200);
        Assert.Equal(drains, rig.Effects.Count(e => e == "drain"));
    }

    /// <summary>It is drained, and nothing speaks against it any more.</summary>
    private static ActingRig Ill(double slowS = 0.2)
    {
        var rig = new ActingRig(faults: new CommandFaults(SlowS: slowS));
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(WellS);
        Assert.Contains("drain", rig.Effects);
        rig.Alert(AlertCause.Node, open: false);
        return rig;
    }
}
