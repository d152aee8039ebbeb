using System.Globalization;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Acting;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Integration.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using PortResult = Tocsin.Actors.Supervision.Acting.ActingResult;

namespace Tocsin.Integration.Acting;

/// <summary>A real Slurm of two nodes for the tests of one class, and the product's own way to it: the port with its last look, the executor, and programs that can be held up.
/// A test takes actions through their lives as a supervisor would, in memory.</summary>
public sealed class SmallSite : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-hands-").FullName;
    private SlurmCluster? _slurm;
    private long _next = 1;

    internal SlurmCluster Slurm => _slurm!;

    internal SlowPrograms Slow { get; private set; } = null!;

    /// <summary>How long a command may take: so long that a busy machine is no slow Slurm, but where a test is about that.</summary>
    internal static ActionLimits Limits => new(CommandMs: 30_000, CheckMs: 90_000, StartMs: 60_000);

    internal async Task StartAsync()
    {
        _slurm ??= await SlurmCluster.StartAsync(2);
        Slow ??= new SlowPrograms(_folder);
    }

    internal ActionRecord Propose(ActionKind kind, string? node, JobIdentity? job = null, ActionId? undoes = null) =>
        new(new ActionId(_next++), kind, node is null ? null : new NodeKey("tocsin", node), job, "main", Now(), "a test", Forced: false, new Proposed()) { Undoes = undoes };

    internal async Task<SlurmView?> LookAsync(ActionRecord action, ActionLimits? limits = null) => await Executor(limits).LookAsync(action, false, default);

    internal async Task<SlurmJob> JobAsync(string id) => (await LookAsync(Propose(ActionKind.Signal, null, new JobIdentity(id, 0, 0))))!.Job!;

    /// <summary>From proposed to started; what is not allowed ends before.</summary>
    internal async Task<ActionRecord> BeginAsync(ActionRecord action, bool acknowledged = false, DrainMark? mark = null)
    {
        var around = Around(await Executor(null).LookAsync(action, acknowledged, default));
        return ActionRules.Start(ActionRules.Approve(action, around, Now(), Limits).Action, around, mark, "root", Now(), Limits).Action;
    }

    /// <summary>The last look and the command. Still started afterwards: nobody knows what came of it.</summary>
    internal async Task<(ActionRecord Action, DrainMark? Mark)> RunAsync(ActionRecord started, Consent consent = default, DrainMark? mark = null, ActionLimits? limits = null)
    {
        var told = new TaskCompletionSource<PortResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var port = new ActingPort(Executor(limits), "root", _ => { }, _stop.Token);
        port.Run(new ActionRow(started) { Consent = consent }, null, mark, 1, _ => null, told.SetResult);
        var result = await told.Task;
        return (ActionRules.Finish(started, result.Outcome, 1, Now()).Action, result.Mark);
    }

    /// <summary>What a successor makes of one that was begun and did not end.</summary>
    internal async Task<ActionRecord> RecoverAsync(ActionRecord action, ActionLimits? limits = null)
    {
        var later = ((Started)action.State).NotAfterMs + Limits.TakesMs(action.Kind) + Limits.SkewMs + 1;
        return ActionRules.Recover(action, Around(await LookAsync(action, limits)), later, Limits).Action;
    }

    internal async Task<string> ReasonAsync(string node) => (await Slurm.RunAsync("sinfo", "-h", "-N", "-n", node, "-o", "%E")).Trim();

    /// <summary>A job on a node that writes a line into a file at each signal, where it does not ignore them.</summary>
    /// <param name="trap">A line of its shell's.</param>
    internal async Task<(string Id, string File)> SubmitAsync(string name, string node, string comment, string trap)
    {
        var (script, file) = (Path.Combine(Slurm.Folder, $"{name}.sh"), Path.Combine(Slurm.Folder, $"{name}.said"));
        await File.WriteAllTextAsync(script, $"#!/bin/bash\nsaid={file}\n{trap}\necho up $SLURM_RESTART_COUNT >>$said\nwhile [ ! -e $said.end ]; do sleep 0.2 & wait; done\n");
        var id = await Slurm.SubmitAsync("--requeue", $"--nodelist={node}", $"--comment={comment}", script);
        await Waiting.ForAsync(() => File.Exists(file), $"job {name} to begin");
        return (id, file);
    }

    /// <summary>It ends by itself, and Slurm knows.</summary>
    internal async Task EndAsync(string id, string file)
    {
        await File.WriteAllTextAsync($"{file}.end", "");
        await Waiting.ForAsync(async () => (await StateAsync(id)).Contains("JobState=COMPLETED", StringComparison.Ordinal), $"job {id} to end");
    }

    internal Task<string> StateAsync(string id) => Slurm.RunAsync("scontrol", "--oneliner", "show", "job", id);

    /// <summary>Nothing of a test is left to the next one.</summary>
    internal async Task TidyAsync()
    {
        await Slurm.RunAsync("scancel", "--user=root");
        await Waiting.ForAsync(async () => (await Slurm.RunAsync("squeue", "-h")).Length == 0, "the jobs to be gone");
        foreach (var node in Slurm.Nodes)
        {
            // A node that only completes a job, or was reserved a moment ago, becomes idle by itself: Slurm refuses to resume it.
            var state = await Slurm.RunAsync("sinfo", "-h", "-N", "-n", node, "-o", "%T");
            if (state.Contains("drain", StringComparison.Ordinal) || state.Contains("down", StringComparison.Ordinal))
                await Slurm.RunAsync("scontrol", "update", $"nodename={node}", "state=resume");
        }
        await Slurm.WaitIdleAsync([.. Slurm.Nodes]);
    }

    /// <summary>It starts with the first test that is not left out.</summary>
    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
        if (_slurm is not null)
            await _slurm.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static Surroundings Around(SlurmView? view) => new(1, long.MaxValue, Enabled: true, null, null, view);

    private SlurmExecutor Executor(ActionLimits? limits) =>
        new(new SlurmProgramRunner(Slurm.Programs with { Folder = Slow.Folder }, TimeProvider.System), limits ?? Limits, new NodeCheck(), TimeProvider.System);
}
