using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;

namespace Tocsin.CheckpointingTests.Actions;

/// <summary>A suspect that a reservation keeps out: what has to be true before, and what is seen of it after.</summary>
public sealed class FenceSpec
{
    private const string Line =
        "ReservationName=tocsin-7 StartTime=9000 EndTime=23400 Duration=04:00:00 Nodes=n001 NodeCnt=1 CoreCnt=4 Features=(null) PartitionName=(null) Flags=IGNORE_JOBS,SPEC_NODES TRES=cpu=4 Users=root Groups=(null) Accounts=(null) Licenses=(null) State=ACTIVE BurstBuffer=(null) Watts=n/a MaxStartDelay=(null)";

    private static string? Against(ActionKind kind, SlurmNode node) => Preconditions.Against(Acting.Action(kind), Acting.View(kind) with { Node = node }, Acting.Mark, Acting.User);

    [Fact]
    public void A_node_that_somebody_has_in_hand_is_not_fenced()
    {
        Assert.Null(Against(ActionKind.Fence, Acting.Idle));
        Assert.Equal(Preconditions.DrainedAlready, Against(ActionKind.Fence, Acting.Drained("swap DIMM")));
        Assert.Equal(Preconditions.FencedAlready, Against(ActionKind.Fence, Acting.Fenced()));
        Assert.NotNull(Against(ActionKind.Fence, Acting.Idle with { Reason = "NHC: disk" }));
        foreach (var state in (string[])["MAINT", "REBOOT_REQUESTED", "POWERING_UP", "DOWN", "FAIL", "RESERVED"])
            Assert.NotNull(Against(ActionKind.Fence, Acting.Idle with { States = Acting.Words("IDLE", state) }));
    }

    [Fact]
    public void A_fence_is_taken_back_only_where_name_user_and_start_are_exactly_ours_and_nobody_else_is_at_work()
    {
        Assert.Null(Against(ActionKind.Unfence, Acting.Fenced()));
        Assert.All([Acting.Idle, Acting.Fenced(6), Acting.Fenced(users: "root,ada"), Acting.Fenced(startMs: 9_001_000)], n => Assert.Contains("not exactly ours", Against(ActionKind.Unfence, n)));
        foreach (var state in (string[])["MAINT", "REBOOT_ISSUED", "POWERED_DOWN", "DOWN", "FAIL"])
            Assert.Contains(state, Against(ActionKind.Unfence, Acting.Fenced(more: state)));
        Assert.NotNull(Against(ActionKind.Unfence, Acting.Fenced(more: "DRAIN")));
        Assert.NotNull(Against(ActionKind.Unfence, Acting.Fenced() with { States = Acting.Words("MIXED", "RESERVED") }));
    }

    [Fact]
    public void A_job_is_requeued_off_a_fenced_node_and_a_fence_elsewhere_is_no_reason() => Assert.Multiple(
        () => Assert.Null(Against(ActionKind.Requeue, Acting.Fenced())),
        () => Assert.NotNull(Against(ActionKind.Requeue, Acting.Idle)));

    [Fact]
    public void An_interrupted_fence_is_found_by_its_name_and_not_where_that_is_older_than_itself()
    {
        var started = Acting.Start(Acting.Action(ActionKind.Fence) with { State = new Approved(0) }, Acting.Around(ActionKind.Fence)).Action;
        Assert.IsType<Done>(After(Acting.Fenced(8, startMs: Acting.Now)).State);
        Assert.IsType<Failed>(After(Acting.Idle).State);
        Assert.IsType<Failed>(After(Acting.Fenced(8, startMs: Acting.Now - 60_000)).State);
        Assert.IsType<Failed>(After(Acting.Fenced(7, startMs: Acting.Now)).State);
        Assert.IsType<Unknown>(After(null).State);

        ActionRecord After(SlurmNode? node) => ActionRules.Recover(started, Acting.Around(ActionKind.Fence, 2) with { Slurm = new SlurmView(node, null) }, Acting.Now + 60_000, Acting.Limits).Action;
    }

    [Theory]
    [InlineData(true, typeof(Failed))]
    [InlineData(false, typeof(Done))]
    public void An_interrupted_unfence_is_done_where_the_reservation_is_gone(bool stands, Type end)
    {
        var started = Acting.Start(Acting.Action(ActionKind.Unfence) with { State = new Approved(0) }, Acting.Around(ActionKind.Unfence)).Action;
        var turn = ActionRules.Recover(started, Acting.Around(ActionKind.Unfence, 2) with { Slurm = new SlurmView(stands ? Acting.Fenced() : Acting.Idle, null) }, Acting.Now + 600_000, Acting.Limits);
        Assert.IsType(end, turn.Action.State);
    }

    [Fact]
    public void What_Slurm_says_of_a_fence_is_read()
    {
        var fence = Assert.Single(SlurmReservations.Fences($"ReservationName=weekly StartTime=1 EndTime=2 Nodes=n001 Flags=IGNORE_JOBS Users=root State=ACTIVE\n{Line}\n"));
        Assert.Equal(("n001", new SlurmFence(new ActionId(7), "root", 9_000_000, 23_400_000)), (fence.Key, fence.Value));
    }

    [Theory]
    [InlineData("Nodes=n001", "Nodes=n[001-002]")]
    [InlineData("Nodes=n001", "Nodes=n001,n007")]
    [InlineData("Flags=IGNORE_JOBS", "Flags=MAINT,IGNORE_JOBS")]
    [InlineData("State=ACTIVE", "State=INACTIVE")]
    [InlineData("tocsin-7", "tocsin-7b")]
    [InlineData("tocsin-7", "tocsin-")]
    [InlineData("StartTime=9000", "StartTime=soon")]
    [InlineData("StartTime=9000 ", "")]
    public void A_reservation_that_is_not_as_we_write_it_is_no_fence(string of, string by) => Assert.Empty(SlurmReservations.Fences(Line.Replace(of, by, StringComparison.Ordinal)));

    [Fact]
    public void No_reservation_is_no_fence() => Assert.Empty(SlurmReservations.Fences("No reservations in the system\n"));

    [Fact]
    public void Drains_and_fences_share_their_limits()
    {
        PastAction[] past = [.. Enumerable.Range(0, 4).Select(i => new PastAction(i % 2 == 0 ? ActionKind.Drain : ActionKind.Fence, Acting.Node, "main", null, Acting.Now - 1000))];
        var state = new BrakeState(false, 100, 0, 0, 0, 100, 0, past, [], new Dictionary<string, int> { ["main"] = 100 }, false);
        Assert.Contains("4 nodes taken out", Brakes.Check(ActionKind.Fence, ["main"], null, state, new BrakeOptions(QuietMs: 0), Acting.Now)!.Why);
        Assert.Null(Brakes.Check(ActionKind.Unfence, ["main"], null, state, new BrakeOptions(QuietMs: 0), Acting.Now));
    }
}
