using Tocsin.Checkpointing.Actions;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>A suspect that a reservation keeps out, on a real Slurm.</summary>
[Collection(SlurmTests.Name)]
public sealed class RealFenceSpec(SmallSite site, ITestOutputHelper output) : IClassFixture<SmallSite>
{
    private static readonly Consent Consent = new("USR1", RequeueConsent.AfterCheckpoint);

    [Fact]
    public async Task A_node_is_fenced_its_job_requeued_off_it_others_kept_out_and_the_fence_taken_back_after_a_check()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await site.StartAsync();
        var (id, _) = await site.SubmitAsync("fenced", "n001", "tocsin:signal=USR1,requeue", "");
        var job = await site.JobAsync(id);
        var requeue = site.Propose(ActionKind.Requeue, "n001", job.Identity);
        Assert.Contains("not drained", Assert.IsType<Refused>((await site.BeginAsync(requeue, acknowledged: true)).State).Why);

        var (fence, mark) = await site.RunAsync(await site.BeginAsync(site.Propose(ActionKind.Fence, "n001", job.Identity)));
        Assert.True(fence.State is Done, fence.ToString());
        Assert.NotNull(mark);
        var node = (await site.LookAsync(fence))!.Node!;
        Assert.Equal((fence.Id, "root", mark.SetMs), (node.Fence!.Id, node.Fence.Users, node.Fence.StartMs));
        Assert.InRange(node.Fence.EndMs - node.Fence.StartMs, SmallSite.Limits.FenceMs - 2_000, SmallSite.Limits.FenceMs + 2_000);
        Assert.False(node.Draining);
        Assert.Contains("fenced already", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Fence, "n001"))).State).Why);

        var unfence = site.Propose(ActionKind.Unfence, "n001", undoes: fence.Id);
        Assert.Contains("still runs jobs", Assert.IsType<Refused>((await site.BeginAsync(unfence, mark: mark)).State).Why);
        var (requeued, _) = await site.RunAsync(await site.BeginAsync(site.Propose(ActionKind.Requeue, "n001", job.Identity), acknowledged: true), Consent);
        Assert.True(requeued.State is Done, requeued.ToString());
        await Waiting.ForAsync(async () => (await site.LookAsync(unfence))?.Node is { Idle: true }, "the job to leave the node");
        await site.Slurm.RunAsync("scancel", id);
        // Also a job of the reservation's own user comes there by naming the reservation only.
        var other = await site.Slurm.SubmitAsync("--nodelist=n001", "--wrap", "sleep 300");
        await Waiting.ForAsync(async () => !(await site.StateAsync(other)).Contains("Reason=None", StringComparison.Ordinal), "Slurm to say why it waits");
        Assert.Contains("JobState=PENDING", await site.StateAsync(other));

        Assert.Contains("not exactly ours", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Unfence, "n001", undoes: fence.Id), mark: mark with { SetMs = 1 })).State).Why);
        var (back, _) = await site.RunAsync(await site.BeginAsync(site.Propose(ActionKind.Unfence, "n001", undoes: fence.Id), mark: mark), mark: mark);
        Assert.True(back.State is Done, back.ToString());
        Assert.DoesNotContain("tocsin-", await site.Slurm.RunAsync("scontrol", "show", "reservation"));
        await Waiting.ForAsync(async () => (await site.StateAsync(other)).Contains("JobState=RUNNING", StringComparison.Ordinal), "the job that waited for the node to run there");
        await site.TidyAsync();
    }

    [Fact]
    public async Task A_fence_whose_name_stands_or_whose_node_is_reserved_by_others_has_no_effect()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await site.StartAsync();
        var fence = site.Propose(ActionKind.Fence, "n001");
        await site.Slurm.RunAsync("scontrol", "create", "reservation", $"ReservationName={fence.Id.Reservation}", "Users=root", "Nodes=n002", "StartTime=now", "Duration=10", "Flags=IGNORE_JOBS");
        var (clash, _) = await site.RunAsync(await site.BeginAsync(fence));
        Assert.Contains("Duplicate", Assert.IsType<Failed>(clash.State).Why);
        Assert.Null((await site.LookAsync(fence))!.Node!.Fence);
        // That one is on another node: what is on n002 now is refused by Slurm itself, before its words for the node tell of it.
        await site.Slurm.RunAsync("scontrol", "delete", $"ReservationName={fence.Id.Reservation}");
        await site.Slurm.RunAsync("scontrol", "create", "reservation", "ReservationName=course", "Users=root", "Nodes=n002", "StartTime=now", "Duration=10");
        var begun = await site.BeginAsync(site.Propose(ActionKind.Fence, "n002"));
        var end = begun.State is Refused ? begun : (await site.RunAsync(begun)).Action;
        Assert.True(end.State is Refused { Why: "the node is RESERVED" } || end.State is Failed { Why: var why } && (why.Contains("overlaps", StringComparison.Ordinal) || why.Contains("RESERVED", StringComparison.Ordinal)), end.ToString());
        await site.Slurm.RunAsync("scontrol", "delete", "ReservationName=course");
        await site.TidyAsync();
    }

    [Fact]
    public async Task A_fence_that_was_cut_off_is_found_by_its_name_and_one_that_an_operator_deleted_is_not_ours_any_more()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await site.StartAsync();
        var began = await site.BeginAsync(site.Propose(ActionKind.Fence, "n002"));
        Assert.IsType<Failed>((await site.RecoverAsync(began)).State);
        // The same command that was cut off: its answer is lost.
        await site.RunAsync(began);
        Assert.IsType<Done>((await site.RecoverAsync(began)).State);
        var mark = DrainMark.Of(ActionKind.Fence, began.Id, (await site.LookAsync(began))!.Node!, "root")!;

        var taken = await site.BeginAsync(site.Propose(ActionKind.Unfence, "n002", undoes: began.Id), mark: mark);
        Assert.IsType<Failed>((await site.RecoverAsync(taken)).State);
        await site.Slurm.RunAsync("scontrol", "delete", $"ReservationName={began.Id.Reservation}");
        Assert.Contains("not exactly ours", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Unfence, "n002", undoes: began.Id), mark: mark)).State).Why);
        Assert.Contains("not exactly ours", Assert.IsType<Failed>((await site.RunAsync(taken, mark: mark)).Action.State).Why);
        await site.TidyAsync();
    }

    [Fact]
    public async Task A_fenced_node_that_an_operator_takes_into_maintenance_or_drains_is_left_to_him()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await site.StartAsync();
        var (fence, mark) = await site.RunAsync(await site.BeginAsync(site.Propose(ActionKind.Fence, "n001")));
        Assert.NotNull(mark);
        await site.Slurm.RunAsync("scontrol", "update", "nodename=n001", "state=drain", "reason=swap DIMM");
        Assert.Contains("drained", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Unfence, "n001", undoes: fence.Id), mark: mark)).State).Why);
        await site.Slurm.RunAsync("scontrol", "update", "nodename=n001", "state=resume");

        await site.Slurm.RunAsync("scontrol", "create", "reservation", "ReservationName=repair", "Users=root", "Nodes=n001", "StartTime=now", "Duration=10", "Flags=MAINT,IGNORE_JOBS");
        await Waiting.ForAsync(async () => (await site.LookAsync(fence))!.Node!.States.Contains("MAINT"), "Slurm to tell of the maintenance");
        Assert.Contains("MAINT", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Unfence, "n001", undoes: fence.Id), mark: mark)).State).Why);
        await site.Slurm.RunAsync("scontrol", "delete", "ReservationName=repair");
        await site.Slurm.RunAsync("scontrol", "delete", $"ReservationName={fence.Id.Reservation}");
        await site.TidyAsync();
    }
}
