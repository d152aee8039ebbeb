using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>Job 11 on n1, which somebody else drained before Tocsin could: the job leaves it all the same, and that drain stays whose it is.</summary>
public sealed class DrainedByOthersSpec
{
    private static readonly SupervisorOptions Options = ActingScenario.Options;

    [Theory]
    [InlineData("NHC: check_tocsin: alert sim-1 memory", "root")]
    [InlineData("swap DIMM", "ada")]
    public void The_job_is_moved_without_a_drain_and_that_drain_is_never_taken_back(string reason, string user)
    {
        var rig = new ActingRig();
        rig.World.RunTo(90);
        rig.Slurm.Drain("n1", reason, user);
        rig.World.RunTo(110);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(300);
        Assert.Equal(["signal", "requeue"], rig.Effects);
        rig.Alert(AlertCause.Node, open: false);
        rig.World.RunTo(3000);
        Assert.Equal(["signal", "requeue"], rig.Effects);
        Assert.Equal((true, reason), (rig.Slurm.Nodes["n1"].Drained, rig.Slurm.Nodes["n1"].Reason));
        Assert.DoesNotContain(rig.View.Actions.Values, a => a.Action.Kind is ActionKind.Drain or ActionKind.Undrain);
    }

    [Fact]
    public void One_that_comes_between_the_picture_and_the_last_look_does_not_end_the_move()
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Signalled = (job, action) =>
        {
            // The answer comes within the same picture.
            rig.Slurm.Drain("n1", "swap DIMM", "ada");
            rig.Say(new Tocsin.Actors.Supervision.Records.JobSaid(Tocsin.Actors.Supervision.Records.JobWord.Acknowledge, new JobIdentity(job.Id, job.SubmitS * 1000, job.Restarts), action, true, 0, null));
        };
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(300);
        Assert.Equal(["signal", "requeue"], rig.Effects);
    }

    [Fact]
    public void A_node_that_its_check_was_told_of_is_no_room_taken_from_its_own_move()
    {
        var rig = new ActingRig(Options with { DrainAt = 0.95 });
        rig.Slurm.Jobs["11"].Running = false;
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.Life.Board.CheckAsked(rig.World.NowMs);
        rig.World.RunTo(120);
        Assert.Contains("n1", rig.View.Told.Keys);
        rig.Slurm.Jobs["11"].Running = true;
        rig.World.RunTo(300);
        Assert.Equal(["signal", "drain", "requeue"], rig.Effects);
    }
}
