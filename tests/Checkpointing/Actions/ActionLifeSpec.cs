using Tocsin.Checkpointing.Actions;

namespace Tocsin.CheckpointingTests.Actions;

public sealed class ActionLifeSpec
{
    public static TheoryData<ActionKind> Kinds => new(Enum.GetValues<ActionKind>());

    private static ActionRecord Approved(ActionKind kind) => ActionRules.Approve(Acting.Action(kind), Acting.Around(kind), Acting.Now, Acting.Limits).Action;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_goes_from_proposed_to_done_and_its_command_runs_after_the_commit_of_started_only(ActionKind kind)
    {
        var approve = ActionRules.Approve(Acting.Action(kind), Acting.Around(kind), Acting.Now, Acting.Limits);
        Assert.False(approve.Execute);
        var start = Acting.Start(approve.Action, Acting.Around(kind));
        Assert.True(start.Execute);
        Assert.True(ActionRules.MayRun(start.Action, 1, Acting.Now));
        var done = ActionRules.Finish(start.Action, new CommandResult(true, false, "ok"), 1, Acting.Now + 100);
        Assert.IsType<Done>(done.Action.State);
    }

    [Fact]
    public void Where_the_partition_is_not_switched_on_it_says_what_it_would_have_done()
    {
        var turn = ActionRules.Approve(Acting.Action(ActionKind.Drain), Acting.Around(ActionKind.Drain) with { Enabled = false }, Acting.Now, Acting.Limits);
        Assert.True(Assert.IsType<Done>(turn.Action.State).DryRun);
        Assert.False(turn.Execute);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_veto_beats_what_has_not_run_and_nothing_after(ActionKind kind)
    {
        var vetoed = Acting.Around(kind) with { Veto = "vetoed by ann" };
        Assert.IsType<Refused>(ActionRules.Approve(Acting.Action(kind), vetoed, Acting.Now, Acting.Limits).Action.State);
        Assert.IsType<Refused>(Acting.Start(Approved(kind), vetoed).Action.State);
        var started = Acting.Start(Approved(kind), Acting.Around(kind)).Action;
        Assert.IsType<Started>(Acting.Start(started, vetoed).Action.State);
    }

    [Fact]
    public void A_brake_holds_it_back_and_ends_it_when_its_reasons_are_old()
    {
        var braked = Acting.Around(ActionKind.Drain) with { Brake = "held by an operator" };
        var turn = Acting.Start(Approved(ActionKind.Drain), braked);
        Assert.Equal(("held by an operator", false), (turn.Wait, turn.Execute));
        Assert.IsType<Approved>(turn.Action.State);
        var late = Acting.Start(Approved(ActionKind.Drain), braked, Acting.Now + Acting.Limits.ApproveMs + 1);
        Assert.Equal("held by an operator", Assert.IsType<Refused>(late.Action.State).Why);
    }

    [Fact]
    public void Nothing_begins_that_could_outlast_the_lease()
    {
        var short_ = Acting.Around(ActionKind.Drain) with { LeaseUntilMs = Acting.Now + 15_499 };
        Assert.False(Acting.Start(Approved(ActionKind.Drain), short_).Execute);
        Assert.True(Acting.Start(Approved(ActionKind.Drain), short_ with { LeaseUntilMs = Acting.Now + 15_500 }).Execute);
    }

    [Fact]
    public void A_command_that_comes_late_or_under_another_epoch_does_not_run()
    {
        var started = Acting.Start(Approved(ActionKind.Drain), Acting.Around(ActionKind.Drain)).Action;
        Assert.False(ActionRules.MayRun(started, 1, Acting.Now + 5_001));
        Assert.False(ActionRules.MayRun(started, 2, Acting.Now));
        Assert.False(ActionRules.MayRun(started, 1, Acting.Now - 60_000));
    }

    [Fact]
    public void Slurm_not_answering_is_waited_for_and_never_acted_on()
    {
        var turn = Acting.Start(Approved(ActionKind.Drain), Acting.Around(ActionKind.Drain) with { Slurm = null });
        Assert.Equal(("Slurm does not answer", false), (turn.Wait, turn.Execute));
    }

    [Fact]
    public void A_refusal_by_Slurm_is_failed_and_a_hang_is_observed_later()
    {
        var started = Acting.Start(Approved(ActionKind.Drain), Acting.Around(ActionKind.Drain)).Action;
        Assert.IsType<Failed>(ActionRules.Finish(started, new CommandResult(false, true, "Invalid node name"), 1, Acting.Now).Action.State);
        Assert.IsType<Started>(ActionRules.Finish(started, new CommandResult(false, false, "did not end within 10 s"), 1, Acting.Now).Action.State);
        Assert.IsType<Started>(ActionRules.Finish(started, null, 1, Acting.Now).Action.State);
    }

    [Fact]
    public void A_successor_waits_for_the_predecessors_command_before_it_looks()
    {
        var started = Acting.Start(Approved(ActionKind.Drain), Acting.Around(ActionKind.Drain)).Action;
        var around = Acting.Around(ActionKind.Drain, epoch: 2);
        Assert.NotNull(ActionRules.Recover(started, around, Acting.Now + 20_500, Acting.Limits).Wait);
        Assert.IsType<Failed>(ActionRules.Recover(started, around, Acting.Now + 20_501, Acting.Limits).Action.State);
    }

    [Fact]
    public void A_clock_that_was_set_back_lets_the_wait_begin_anew_and_not_last_until_the_clock_is_there_again()
    {
        var started = Acting.Start(Approved(ActionKind.Drain), Acting.Around(ActionKind.Drain)).Action;
        var around = Acting.Around(ActionKind.Drain, epoch: 2);
        var now = Acting.Now - 3_600_000;
        var anew = ActionRules.Recover(started, around, now, Acting.Limits).Action;
        Assert.Equal(new Started(1, now, now + Acting.Limits.StartMs), anew.State);
        Assert.NotNull(ActionRules.Recover(anew, around, now + 20_500, Acting.Limits).Wait);
        Assert.IsType<Failed>(ActionRules.Recover(anew, around, now + 20_501, Acting.Limits).Action.State);
        // Two clocks that differ by what is allowed are no jump.
        Assert.NotNull(ActionRules.Recover(started, around, Acting.Now - Acting.Limits.SkewMs, Acting.Limits).Wait);
    }

    [Theory]
    [InlineData("tocsin:8", typeof(Done))]
    [InlineData("", typeof(Failed))]
    [InlineData("NHC: check_fs failed", typeof(Unknown))]
    public void An_interrupted_drain_ends_by_the_reason_that_stands_in_Slurm(string reason, Type expected)
    {
        var started = Acting.Start(Approved(ActionKind.Drain), Acting.Around(ActionKind.Drain)).Action;
        var node = reason.Length == 0 ? Acting.Idle : Acting.Drained(reason);
        var turn = ActionRules.Recover(started, Acting.Around(ActionKind.Drain, 2) with { Slurm = new SlurmView(node, null) }, Acting.Now + 60_000, Acting.Limits);
        Assert.IsType(expected, turn.Action.State);
        Assert.False(turn.Execute);
    }

    [Theory]
    [InlineData(1, 0, true, typeof(Done))]
    [InlineData(1, 3000, false, typeof(Done))]
    [InlineData(1, -3000, true, typeof(Unknown))]
    [InlineData(0, 0, true, typeof(Failed))]
    [InlineData(0, 0, false, typeof(Unknown))]
    [InlineData(0, 3000, true, typeof(Unknown))]
    public void An_interrupted_requeue_ends_by_the_jobs_restart_count(int restarts, long submittedLaterMs, bool running, Type expected)
    {
        var started = Acting.Start(Approved(ActionKind.Requeue), Acting.Around(ActionKind.Requeue)).Action;
        var job = Acting.Running with { Identity = Acting.Job with { Restarts = restarts, SubmitMs = Acting.Job.SubmitMs + submittedLaterMs }, Running = running };
        var turn = ActionRules.Recover(started, Acting.Around(ActionKind.Requeue, 2) with { Slurm = new SlurmView(null, job) }, Acting.Now + 60_000, Acting.Limits);
        Assert.IsType(expected, turn.Action.State);
    }

    [Theory]
    [InlineData(true, typeof(Failed))]
    [InlineData(false, typeof(Unknown))]
    public void An_interrupted_undrain_is_never_done_since_nobody_heard_what_the_check_said(bool drained, Type expected)
    {
        var started = Acting.Start(Approved(ActionKind.Undrain), Acting.Around(ActionKind.Undrain)).Action;
        var around = Acting.Around(ActionKind.Undrain, 2) with { Slurm = new SlurmView(drained ? Acting.Drained() : Acting.Idle, null) };
        Assert.IsType(expected, ActionRules.Recover(started, around, Acting.Now + 600_000, Acting.Limits).Action.State);
    }

    [Fact]
    public void An_interrupted_signal_is_sent_again_under_the_same_id()
    {
        var started = Acting.Start(Approved(ActionKind.Signal), Acting.Around(ActionKind.Signal)).Action;
        var turn = ActionRules.Recover(started, Acting.Around(ActionKind.Signal, 2), Acting.Now + 60_000, Acting.Limits);
        Assert.IsType<Approved>(turn.Action.State);
        Assert.Equal(started.Id, turn.Action.Id);
    }

    [Fact]
    public void Force_skips_no_precondition_no_veto_and_no_brake()
    {
        var forced = Approved(ActionKind.Drain) with { Forced = true };
        Assert.False(Acting.Start(forced, Acting.Around(ActionKind.Drain) with { Brake = "held" }).Execute);
        Assert.False(Acting.Start(forced, Acting.Around(ActionKind.Drain) with { Veto = "no" }).Execute);
        Assert.False(Acting.Start(forced, Acting.Around(ActionKind.Drain) with { Slurm = new SlurmView(Acting.Drained("hw"), null) }).Execute);
    }
}
