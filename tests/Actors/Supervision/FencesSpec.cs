using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>Where suspects are fenced by a reservation in place of a drain (<c>actions.fence: reservation</c>).</summary>
public sealed class FencesSpec
{
    private const double WellS = 200;

    private static readonly SupervisorOptions Options = ActingScenario.Options with { Fence = FenceChoice.Reservation };

    [Fact]
    public void A_fenced_node_counts_as_out_is_no_target_and_comes_back_after_a_check()
    {
        var rig = Ill();
        Assert.Equal(ActionKind.Fence, rig.View.Actions[rig.View.Nodes["n1"].OutBy!.Value].Action.Kind);
        Assert.False(rig.Life.Picture!.Nodes["n1"].Free);
        rig.World.RunTo(WellS + 600);
        Assert.Equal(["signal", "fence", "requeue", "unfence"], rig.Effects);
        Assert.Null(rig.View.Nodes["n1"].OutBy);
        Assert.Empty(rig.View.Vetoes);
        Assert.Contains(rig.View.Decisions.Values, d => d.Sentence.StartsWith("give n1 back", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_whose_check_did_not_pass_stays_fenced_until_a_later_one_passes()
    {
        var rig = Ill();
        rig.Slurm.CheckFails = true;
        rig.World.RunTo(WellS + 600);
        Assert.Contains("check did not pass", Assert.IsType<Failed>(rig.Last(ActionKind.Unfence).Action.State).Why);
        Assert.DoesNotContain("unfence", rig.Effects);
        rig.Slurm.CheckFails = false;
        rig.World.RunTo(WellS + 2400);
        Assert.Contains("unfence", rig.Effects);
        Assert.Null(rig.View.Nodes["n1"].OutBy);
    }

    [Fact]
    public void A_fence_that_an_operator_deleted_is_a_veto_for_a_day()
    {
        var rig = Ill(isOver: false);
        rig.Slurm.DeleteReservation("n1");
        rig.World.RunTo(WellS + 100);
        var veto = Assert.Single(rig.View.Vetoes.Values).Veto;
        Assert.Equal(("n1", "tocsin"), (veto.Node!.Value.Name, veto.Who));
        Assert.Contains("deleted", veto.Note);
        Assert.Null(rig.View.Nodes["n1"].OutBy);
        rig.World.RunTo(WellS + 4000);
        Assert.Single(rig.Effects, "fence");
    }

    [Fact]
    public void A_fence_that_ended_by_itself_is_no_veto_and_a_node_still_ill_is_fenced_anew_by_another_action()
    {
        var rig = Ill(isOver: false, Options with { Limits = Options.Limits with { FenceMs = 600_000 } });
        rig.World.RunTo(WellS + 1000);
        Assert.Empty(rig.View.Vetoes);
        Assert.Contains(rig.View.Decisions.Values, d => d.Sentence.Contains("has ended by itself, though the fault is not over", StringComparison.Ordinal));
        Assert.Equal(2, rig.Effects.Count(e => e == "fence"));
        Assert.Equal(2, rig.View.Actions.Values.Where(a => a.Action.Kind == ActionKind.Fence && a.Happened).Select(a => a.Action.Id).Distinct().Count());
    }

    [Fact]
    public void A_name_that_stands_already_has_no_effect_and_the_next_number_is_tried()
    {
        var rig = Rig(Options);
        // From an installation whose numbers began anew; the signal is 1.
        Assert.Null(rig.Slurm.Do("scontrol", ["create", "reservation", "ReservationName=tocsin-2", "Nodes=n8", "Duration=600", "Flags=IGNORE_JOBS"], 0).Failure);
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(WellS + 100);
        Assert.Contains("Duplicate", Assert.IsType<Failed>(rig.View.Actions[2].Action.State).Why);
        Assert.Equal("tocsin-2", rig.Slurm.Nodes["n8"].Reservation);
        var second = rig.Last(ActionKind.Fence);
        Assert.True(second.Happened, second.ToString());
        Assert.Equal(second.Action.Id.Reservation, rig.Slurm.Nodes["n1"].Reservation);
    }

    [Fact]
    public void A_node_that_was_drained_by_an_operator_beside_its_fence_is_left_to_him()
    {
        var rig = Ill();
        rig.Slurm.Drain("n1", "swap DIMM", "ada");
        rig.World.RunTo(WellS + 2400);
        Assert.DoesNotContain("unfence", rig.Effects);
        Assert.True(rig.Slurm.Nodes["n1"].Drained);
    }

    [Fact]
    public void A_veto_holds_a_fence_back_as_it_holds_a_drain()
    {
        var rig = Rig(Options);
        rig.Say(new OperatorSaid(OperatorWord.Veto, null, new Tocsin.Shared.NodeKey("sim", "n1"), null, "ada", "", null));
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(WellS + 600);
        Assert.DoesNotContain("fence", rig.Effects);
    }

    [Fact]
    public void The_end_of_a_fence_is_stored_with_it_and_rows_from_before_have_none()
    {
        var row = new ActionRow(new ActionRecord(new ActionId(5), ActionKind.Fence, Site.Node, null, "main", 1, "because", false, new Done(2, "done"))) { Mark = new DrainMark(new ActionId(5), 3), FenceEndsMs = 4 };
        Assert.True(WireBytes.TryRead<ActionRow>(WireBytes.Of(row), out var read, out _));
        Assert.Equal(row, read);
    }

    /// <summary>It is fenced, and nothing speaks against it any more.</summary>
    private static ActingRig Ill(bool isOver = true, SupervisorOptions? options = null)
    {
        var rig = Rig(options ?? Options);
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(WellS);
        Assert.Contains("fence", rig.Effects);
        Assert.False(rig.Slurm.Nodes["n1"].Drained);
        if (isOver)
            rig.Alert(AlertCause.Node, open: false);
        return rig;
    }

    private static ActingRig Rig(SupervisorOptions options) => new(options);
}
