using Tocsin.Actors.Supervision;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Integration.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>Real programs of an ordinary user on a real Slurm, asked by the executor and answering by the client: the checkpoint is theirs, and so is what they begin from again.</summary>
[Collection(SlurmTests.Name)]
public sealed class RealJobSpec(ITestOutputHelper output)
{
    private static readonly ActionLimits Limits = new(CommandMs: 30_000, CheckMs: 90_000);

    [Theory]
    [InlineData(JobKind.Counter)]
    [InlineData(JobKind.Lammps)]
    internal async Task A_job_whose_node_is_squeezed_writes_when_it_is_asked_and_goes_on_elsewhere_from_what_it_wrote(JobKind kind)
    {
        if (SlurmCluster.IsLeftOut(output) || (kind == JobKind.Lammps && !SystemPart.IsThere(JobFolder.Lammps, "lammps", output)))
            return;
        await using var slurm = await SlurmCluster.StartAsync(8);
        await using var desk = new AnsweringDesk(slurm.Folder + "/run/munge.sock") { Owner = uint.Parse((await TocsinProcess.RunAsync("id", ["-u", JobFolder.User], TimeSpan.FromSeconds(60))).Output) };
        await desk.StartAsync();
        var executor = new SlurmExecutor(new SlurmProgramRunner(slurm.Programs, TimeProvider.System), Limits, new NodeCheck(), TimeProvider.System);
        var job = await JobFolder.MakeAsync(slurm, kind, "job");
        var id = await job.SubmitAsync(desk.Address, 600, "tocsin:signal=USR1,requeue");
        await job.WorkingAsync(20);
        await Waiting.ForAsync(() => desk.Said.Contains($"{id} register USR1"), $"the job to register\n{job.Told()}");

        using var fault = new NodeFault(slurm, "n002");
        fault.Squeeze();
        var asked = new ActionRecord(new ActionId(1), ActionKind.Signal, null, new JobIdentity(id, 0, 0), "main", Now(), "a test", false, new Proposed());
        var identity = (await executor.LookAsync(asked, false, default))!.Job!.Identity;
        asked = asked with { Job = identity };
        desk.Action = 1;
        Assert.IsType<Done>((await LiveAsync(executor, asked)).State);
        Assert.IsType<Done>((await LiveAsync(executor, asked with { State = new Proposed() })).State);
        await Waiting.ForAsync(() => desk.Said.Contains($"{id} ack 1 written"), $"the job to say that it has written\n{job.Told()}");
        var whole = job.Checkpoints().Count;
        Assert.Equal(1, whole);

        var node = new NodeKey("tocsin", "n002");
        var drain = await LiveAsync(executor, asked with { Id = new ActionId(2), Kind = ActionKind.Drain, Node = node });
        Assert.IsType<Done>(drain.State);
        var mark = await executor.MarkAsync(drain, default);
        Assert.IsType<Done>((await LiveAsync(executor, asked with { Id = new ActionId(3), Kind = ActionKind.Requeue, Node = node }, acknowledged: true)).State);
        desk.Action = null;
        var before = await FaultRun.RequeuedAsync(slurm, job, id);
        fault.Over();
        await job.WorkingAsync(20);
        var resumed = job.Resumed()!;
        output.WriteLine($"by group {fault.ByGroup}; worked {string.Join(' ', before)}, began again at {string.Join(' ', resumed)}\n{string.Join('\n', job.Runs())}\n{string.Join('\n', desk.Said)}");
        Assert.All(resumed, step => Assert.True(step >= 20, "from its checkpoint, not from nothing"));
        Assert.True(resumed.Zip(before).All(p => p.First <= p.Second), "what was written was done before");
        Assert.DoesNotContain("n002", await slurm.RunAsync("scontrol", "show", "hostnames", job.Runs()[1].Nodes));
        // The second signal of one action was told again, not written again; by then the job may have been on its way out.
        Assert.Equal(whole, job.Checkpoints().Count(c => c.Restarts == 0));

        var undrain = new ActionRecord(new ActionId(4), ActionKind.Undrain, node, null, "main", Now(), "a test", false, new Proposed()) { Undoes = drain.Id };
        await Waiting.ForAsync(async () => (await executor.LookAsync(undrain, false, default))?.Node is { Idle: true }, "the node to be idle");
        Assert.IsType<Done>((await LiveAsync(executor, undrain, mark: mark)).State);
        await slurm.WaitIdleAsync("n002");
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>From proposed to its end, as a supervisor would, in memory.</summary>
    private static async Task<ActionRecord> LiveAsync(SlurmExecutor executor, ActionRecord action, bool acknowledged = false, DrainMark? mark = null)
    {
        var look = await executor.LookAsync(action, acknowledged, default);
        var around = new Surroundings(1, long.MaxValue, Enabled: true, null, null, look);
        var started = ActionRules.Start(ActionRules.Approve(action, around, Now(), Limits).Action, around, mark, "root", Now(), Limits);
        return started.Execute ? ActionRules.Finish(started.Action, await executor.RunAsync(started.Action, look?.Job?.Consent ?? Consent.None, 1, default), 1, Now()).Action : started.Action;
    }
}
