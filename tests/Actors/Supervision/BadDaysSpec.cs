using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>What goes wrong on a cluster, each by itself: the supervisor does less, and says why.</summary>
public sealed class BadDaysSpec
{
    private static readonly SupervisorOptions Options = ActingScenario.Options;

    [Fact]
    public void A_dry_run_says_what_it_would_have_done_and_does_nothing()
    {
        var rig = new ActingRig(Options with { Enabled = new HashSet<string>() });
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(200);
        Assert.Empty(rig.Effects);
        Assert.Equal([ActionKind.Signal, ActionKind.Drain, ActionKind.Requeue], rig.View.Actions.Values.Select(a => a.Action.Kind));
        Assert.All(rig.View.Actions.Values, a => Assert.True(a.Action.State is Done { DryRun: true }, a.ToString()));
        var report = ShadowReport.Of(rig.View.Actions.Values, [new FailureRow("n1", rig.World.NowMs + 1000, null)], 0, rig.World.NowMs + (2 * ShadowReport.LaterMs));
        Assert.Equal("would have drained 1; 1 failed later; 0 wrong; 0 of 1 failures came without a drain", report.Sentence);
    }

    [Fact]
    public void A_leaking_job_is_asked_for_a_checkpoint_and_neither_drained_nor_moved()
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Job);
        rig.World.RunTo(400);
        Assert.Equal(["signal"], rig.Effects.Distinct());
    }

    [Theory]
    [InlineData(AlertCause.Shared, FindingSource.Model)]
    [InlineData(AlertCause.Unknown, FindingSource.Model)]
    [InlineData(AlertCause.Node, FindingSource.Silence)]
    public void A_shared_cause_none_or_silence_alone_moves_nothing(AlertCause cause, FindingSource source)
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(cause, source: source);
        rig.World.RunTo(400);
        Assert.Empty(rig.Effects);
    }

    [Fact]
    public void Slurm_that_does_not_answer_holds_everything_until_it_does()
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Away = true;
        rig.World.RunTo(160);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(400);
        Assert.Empty(rig.Effects);
        Assert.Contains("Slurm's last answer", rig.View.Brake);
        rig.Away = false;
        rig.World.RunTo(500);
        Assert.Equal(["signal", "drain", "requeue"], rig.Effects);
    }

    [Fact]
    public void A_command_that_hangs_is_looked_for_afterwards_and_not_run_again()
    {
        var rig = new ActingRig(faults: new CommandFaults(SilentOneIn: 3, SlowS: 1));
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(1500);
        Assert.All(rig.Slurm.Effects.Where(e => e.What != "signal").GroupBy(e => e), g => Assert.Single(g));
        Assert.DoesNotContain(rig.View.Actions.Values, a => a.Action.State is Started s && rig.World.NowMs - s.AtMs > 300_000);
    }

    [Fact]
    public void A_job_without_a_handler_receives_nothing_and_its_suspect_node_takes_no_new_job()
    {
        var rig = new ActingRig();
        rig.Slurm.Jobs["11"].Comment = "";
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(400);
        Assert.Equal(["drain"], rig.Effects);
        Assert.True(rig.Slurm.Jobs["11"].Running);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_consent_that_was_taken_back_after_the_proposal_is_none_and_a_registered_client_is_one(bool registered, int signals)
    {
        var rig = new ActingRig(Options with { AsksOperator = true });
        rig.World.RunTo(100);
        if (registered)
            rig.Say(new JobSaid(JobWord.Register, new JobIdentity("11", rig.Slurm.Jobs["11"].SubmitS * 1000, 0), 0, false, 0, "USR2"));
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(130);
        var signal = rig.Last(ActionKind.Signal);
        Assert.IsType<Proposed>(signal.Action.State);
        rig.Slurm.Jobs["11"].Comment = "";
        rig.Say(new OperatorSaid(OperatorWord.Approve, signal.Action.Id.Number, null, null, "ada", "", null));
        rig.World.RunTo(160);
        Assert.Equal(signals, rig.Effects.Count(e => e == "signal"));
        if (!registered)
            Assert.Equal("the job has no handler", Assert.IsType<Refused>(rig.View.Actions[signal.Action.Id.Number].Action.State).Why);
    }

    [Fact]
    public void A_job_that_ignores_the_signal_keeps_running_and_is_not_requeued()
    {
        var rig = new ActingRig();
        rig.Signalled = (_, _) => { };
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(4200);
        Assert.Equal(["signal", "drain"], rig.Effects.Distinct());
        Assert.Equal(0, rig.Slurm.Jobs["11"].Restarts);
        Assert.InRange(rig.Effects.Count(e => e == "signal"), 1, Options.Brakes.SignalsPerJobInAnHour + 1);
    }

    [Fact]
    public void A_job_that_ends_in_between_ends_its_move()
    {
        var rig = new ActingRig();
        rig.Signalled = (job, _) => rig.Slurm.Jobs.Remove(job.Id);
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(400);
        Assert.DoesNotContain("requeue", rig.Effects);
        Assert.DoesNotContain(rig.View.Actions.Values, a => a.Action.Open);
    }

    [Theory]
    [InlineData("NHC: memory", "nhc")]
    [InlineData("swap DIMM", "ada")]
    public void A_drain_that_somebody_else_wrote_over_is_never_taken_back(string reason, string user)
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(200);
        Assert.Contains("drain", rig.Effects);
        rig.Slurm.Drain("n1", reason, user);
        rig.Alert(AlertCause.Node, open: false);
        rig.World.RunTo(3000);
        Assert.DoesNotContain("resume", rig.Effects);
        Assert.Equal((true, reason), (rig.Slurm.Nodes["n1"].Drained, rig.Slurm.Nodes["n1"].Reason));
        Assert.Contains(rig.View.Decisions.Values, d => d.Sentence.Contains("out of our hands", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_fails_its_check_stays_out_and_the_next_try_comes_later()
    {
        var rig = new ActingRig();
        rig.Slurm.CheckFails = true;
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(200);
        rig.Alert(AlertCause.Node, open: false);
        rig.World.RunTo(1000);
        Assert.True(rig.Slurm.Nodes["n1"].Drained);
        Assert.Contains("check did not pass", Assert.IsType<Failed>(rig.Last(ActionKind.Undrain).Action.State).Why);
        Assert.Equal(1, rig.View.Nodes["n1"].Returns);
    }

    [Fact]
    public void A_mass_anomaly_stale_input_a_silence_and_a_hold_each_stop_everything()
    {
        foreach (var stop in (Action<ActingRig>[])[r => r.Life.Anomalous = 5, r => r.Life.Stale = true, r => r.Life.Silent = true, r => r.Say(new OperatorSaid(OperatorWord.Hold, null, null, null, "ada", "", null))])
        {
            var rig = new ActingRig();
            rig.World.RunTo(90);
            stop(rig);
            rig.World.RunTo(100);
            rig.Alert(AlertCause.Node);
            rig.World.RunTo(300);
            Assert.Empty(rig.Effects);
        }
    }

    [Fact]
    public void A_requeued_job_is_the_same_job_though_Slurm_gives_it_a_new_time_of_submission()
    {
        var rig = new ActingRig();
        rig.World.RunTo(90);
        var before = rig.View.Plans["11"].Row;
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(200);
        var job = rig.Slurm.Jobs["11"];
        Assert.False(job.Running);
        (job.Running, job.Node, job.StartS) = (true, "n5", rig.World.NowMs / 1000);
        rig.World.RunTo(230);
        var after = rig.View.Plans["11"].Row;
        Assert.True(after.Identity.SubmitMs > before.Identity.SubmitMs && after.Identity.Restarts == 1, after.ToString());
        Assert.Equal(before.FirstRunMs, after.FirstRunMs);
        Assert.True(after.LastMoveMs > before.FirstRunMs, "it is not moved again at once");
    }

    [Fact]
    public void A_clock_that_jumps_makes_no_second_effect()
    {
        foreach (var jump in (long[])[-7_200_000, 7_200_000])
        {
            var rig = new ActingRig();
            rig.World.RunTo(100);
            rig.Alert(AlertCause.Node);
            rig.World.RunTo(102);
            rig.World.SkewMs = jump;
            rig.World.RunTo(1500);
            Assert.All(rig.Slurm.Effects.Where(e => e.What != "signal").GroupBy(e => e), g => Assert.Single(g));
        }
    }

    [Fact]
    public void What_was_learned_and_decided_is_there_after_a_kill()
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        rig.World.RunTo(130);
        var before = rig.View;
        rig.Life.Kill();
        rig.Begin();
        rig.World.RunTo(145);
        Assert.Equal(before.Actions.Values, rig.View.Actions.Values);
        Assert.Equal(before.Decisions.Count, rig.View.Decisions.Values.Count(d => d.Number <= before.Decisions.Count));
        Assert.Equal(before.Nodes["n1"].OutBy, rig.View.Nodes["n1"].OutBy);
        // 2 s, said once, beside a belief of 10 s.
        Assert.InRange(rig.View.Plans.GetValueOrDefault("11")?.Plan.Evidence.CostS ?? 6, 2, 9);
    }
}
