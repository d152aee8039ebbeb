using Tocsin.Actors.Supervision;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Integration.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>Each action on a real Slurm, through its whole life, and what Slurm says of it afterwards.</summary>
[Collection(SlurmTests.Name)]
public sealed class RealActionSpec(ITestOutputHelper output)
{
    private static readonly ActionLimits Limits = new(CommandMs: 30_000, CheckMs: 90_000);
    private static readonly NodeKey Node = new("tocsin", "n001");

    [Fact]
    public async Task A_job_that_opted_in_is_asked_its_node_drained_the_job_requeued_and_the_node_given_back_after_a_check()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await using var slurm = await SlurmCluster.StartAsync(2);
        var executor = new SlurmExecutor(new SlurmProgramRunner(slurm.Programs, TimeProvider.System), Limits, new NodeCheck(), TimeProvider.System);
        var done = Path.Combine(slurm.Folder, "written");
        var script = Path.Combine(slurm.Folder, "job.sh");
        await File.WriteAllTextAsync(script, $"#!/bin/bash\ntrap 'echo $SLURM_RESTART_COUNT >> {done}' USR1\necho up > {done}.up\nwhile :; do sleep 1 & wait; done\n");
        var id = await slurm.SubmitAsync("--requeue", "--nodelist=n001", "--comment=tocsin:signal=USR1,requeue", script);
        await Waiting.ForAsync(() => Task.FromResult(File.Exists($"{done}.up")), "the job to set its trap");

        var question = Action(1, ActionKind.Signal, new JobIdentity(id, 0, 0));
        var job = (await executor.LookAsync(question, false, default))!.Job!;
        Assert.Equal((true, true, new Consent("USR1", RequeueConsent.AfterCheckpoint), 0), (job.Running, job.Requeue, job.Consent, job.Identity.Restarts));
        Assert.True(job.Identity.SubmitMs > 1_600_000_000_000);

        Assert.True((await LiveAsync(executor, Action(1, ActionKind.Signal, job.Identity), job.Consent)).State is Done);
        await Waiting.ForAsync(() => Task.FromResult(File.Exists(done)), "the job to write its checkpoint");

        var requeue = Action(2, ActionKind.Requeue, job.Identity);
        Assert.Contains("not drained", Assert.IsType<Refused>((await LiveAsync(executor, requeue, job.Consent, acknowledged: true)).State).Why);
        var drain = await LiveAsync(executor, Action(3, ActionKind.Drain, job.Identity), job.Consent);
        Assert.True(drain.State is Done, drain.ToString());
        var mark = await executor.MarkAsync(drain, default);
        Assert.NotNull(mark);
        Assert.Contains("drained already", Assert.IsType<Refused>((await LiveAsync(executor, Action(4, ActionKind.Drain, job.Identity), job.Consent)).State).Why);

        Assert.True((await LiveAsync(executor, requeue with { Id = new ActionId(5) }, job.Consent, acknowledged: true)).State is Done);
        var undrain = Action(6, ActionKind.Undrain, null) with { Undoes = drain.Id };
        await Waiting.ForAsync(async () => (await executor.LookAsync(undrain, false, default))?.Node is { Idle: true }, "the job to leave the node");
        Assert.Contains("another run", Assert.IsType<Refused>((await LiveAsync(executor, requeue with { Id = new ActionId(7) }, job.Consent, acknowledged: true)).State).Why);

        Assert.Contains("not exactly ours", Assert.IsType<Refused>((await LiveAsync(executor, undrain, Consent.None, mark: mark! with { SetMs = 1 })).State).Why);
        var back = await LiveAsync(executor, undrain with { Id = new ActionId(8) }, Consent.None, mark: mark);
        Assert.True(back.State is Done, back.ToString());
        await slurm.WaitIdleAsync("n001");
        Assert.Contains("No reservations", await slurm.RunAsync("scontrol", "show", "reservation"));
    }

    [Fact]
    public async Task An_operators_drain_and_reason_stay_and_a_node_that_fails_its_check_is_drained_again()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await using var slurm = await SlurmCluster.StartAsync(2);
        var executor = new SlurmExecutor(new SlurmProgramRunner(slurm.Programs, TimeProvider.System), Limits, new NodeCheck("/usr/bin/false"), TimeProvider.System);
        await slurm.RunAsync("scontrol", "update", "nodename=n002", "state=drain", "reason=tocsin:99 swap DIMM");
        var theirs = new NodeKey("tocsin", "n002");
        Assert.IsType<Refused>((await LiveAsync(executor, Action(1, ActionKind.Drain, null) with { Node = theirs }, Consent.None)).State);
        Assert.IsType<Refused>((await LiveAsync(executor, Action(2, ActionKind.Undrain, null) with { Node = theirs, Undoes = new ActionId(99) }, Consent.None, mark: new DrainMark(new ActionId(99), 1))).State);

        var drain = await LiveAsync(executor, Action(3, ActionKind.Drain, null), Consent.None);
        var mark = await executor.MarkAsync(drain, default);
        var failed = await LiveAsync(executor, Action(4, ActionKind.Undrain, null) with { Undoes = drain.Id }, Consent.None, mark: mark);
        Assert.Contains("check did not pass", Assert.IsType<Failed>(failed.State).Why);
        var node = (await executor.LookAsync(drain, false, default))!.Node!;
        Assert.Equal((true, "tocsin:3"), (node.Draining, node.Reason));

        // Slurm's time of the drain is another one now: by the old one it is nobody's, by the one that was read back it is ours, and a check that passes gives the node back.
        var well = new SlurmExecutor(new SlurmProgramRunner(slurm.Programs, TimeProvider.System), Limits, new NodeCheck(), TimeProvider.System);
        var again = await executor.MarkAsync(failed, default);
        Assert.NotEqual(mark, again);
        Assert.IsType<Refused>((await LiveAsync(well, Action(5, ActionKind.Undrain, null) with { Undoes = drain.Id }, Consent.None, mark: mark)).State);
        Assert.IsType<Done>((await LiveAsync(well, Action(6, ActionKind.Undrain, null) with { Undoes = drain.Id }, Consent.None, mark: again)).State);
        Assert.False((await executor.LookAsync(drain, false, default))!.Node!.Draining);
    }

    private static ActionRecord Action(long id, ActionKind kind, JobIdentity? job) =>
        new(new ActionId(id), kind, Node, job, "main", Now(), "a test", Forced: false, new Proposed());

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>From proposed to its end, as a supervisor would, in memory.</summary>
    private static async Task<ActionRecord> LiveAsync(SlurmExecutor executor, ActionRecord action, Consent consent, bool acknowledged = false, DrainMark? mark = null)
    {
        var around = new Surroundings(1, long.MaxValue, Enabled: true, null, null, await executor.LookAsync(action, acknowledged, default));
        var approved = ActionRules.Approve(action, around, Now(), Limits).Action;
        var started = ActionRules.Start(approved, around, mark, "root", Now(), Limits);
        return started.Execute ? ActionRules.Finish(started.Action, await executor.RunAsync(started.Action, consent, 1, default), 1, Now()).Action : started.Action;
    }
}
