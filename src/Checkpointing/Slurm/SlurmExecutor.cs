using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>Carries one committed action out, and asks Slurm how nodes and jobs stand. What may be done is decided before (<see cref="ActionRules"/>); here the last look at
/// epoch and time is taken, at the moment of the command.</summary>
/// <param name="check">What runs on a node that is to come back, as a job: a program of the site that ends with 0 where the node is well.</param>
/// <param name="consents">Null: what comments say is all that jobs consent to.</param>
public sealed class SlurmExecutor(ISlurmPrograms programs, ActionLimits limits, NodeCheck check, TimeProvider time, ConsentRule? consents = null)
{
    private static readonly Task<ProgramAnswer> NotAsked = Task.FromResult(new ProgramAnswer(""));

    private TimeSpan Limit => TimeSpan.FromMilliseconds(limits.CommandMs);

    /// <summary>Runs the action's command at most once.</summary>
    /// <param name="epoch">Of whoever calls, now.</param>
    /// <param name="undoes">Of what gives a node back the drain or fence that must still be exactly ours right before; null = nobody looks again.</param>
    public async Task<CommandResult> RunAsync(ActionRecord action, Consent consent, long epoch, CancellationToken stop, DrainMark? undoes = null)
    {
        if (SlurmCommand.Of(action, consent, check.User, limits, out var why) is not { } command)
            return new CommandResult(false, true, why!);
        if (!ActionRules.MayRun(action, epoch, time.GetUtcNow().ToUnixTimeMilliseconds()))
            return new CommandResult(false, true, "its time was over before it began");
        if (action.Kind == ActionKind.Undrain)
            return await new SlurmUndrain(programs, limits, check).RunAsync(action, command, stop, undoes);
        if (action.Kind == ActionKind.Unfence)
            return await new SlurmUnfence(programs, limits, check, s => LookAsync(action, false, s)).RunAsync(action, command, undoes, stop);
        var answer = await programs.RunAsync(command.Program, command.Arguments, Limit, stop);
        return answer.Failure is null
            ? new CommandResult(true, true, $"{command.Program} {string.Join(' ', command.Arguments)}")
            : new CommandResult(false, !answer.MayHaveHappened, answer.Failure);
    }

    /// <summary>Null: Slurm did not answer. A node or job that it does not know is null within the view.</summary>
    /// <remarks>Asked side by side: between Started and its command there is little time, and a slow Slurm takes it for each question.</remarks>
    public async Task<SlurmView?> LookAsync(ActionRecord action, bool acknowledged, CancellationToken stop)
    {
        var (name, id) = (SlurmCommand.Node(action.Node), action.Kind is ActionKind.Signal or ActionKind.Requeue ? SlurmCommand.JobId(action.Job?.JobId) : null);
        var node = name is null ? NotAsked : programs.RunAsync("sinfo", [.. SlurmAnswers.NodeFields, $"--nodes={name}"], Limit, stop);
        var fences = name is null || action.Kind is not (ActionKind.Fence or ActionKind.Unfence or ActionKind.Requeue) ? NotAsked : programs.RunAsync("scontrol", SlurmReservations.Question, Limit, stop);
        var job = id is null ? NotAsked : programs.RunAsync("squeue", [.. SlurmAnswers.JobFields, $"--jobs={id}"], Limit, stop);
        await Task.WhenAll(node, fences, job);
        // A job that is gone for long is an error to squeue, and no silence of Slurm's.
        if ((await node).Failure is not null || (await fences).Failure is not null || ((await job).Failure is { } failure && !failure.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase)))
            return null;
        var seen = name is null ? null : SlurmAnswers.Node((await node).Output);
        return new SlurmView(
            seen is null ? null : seen with { Fence = SlurmReservations.Fences((await fences).Output).GetValueOrDefault(name!) },
            id is null ? null : SlurmAnswers.Job((await job).Output, id, consents ?? ConsentRule.CommentsAlone), acknowledged);
    }

    /// <summary>Right after a drain or fence that was done, also by an undrain whose check did not pass: what Slurm wrote down, to recognise it by. Null: it is not ours, or Slurm did
    /// not answer.</summary>
    /// <param name="action">The drain or fence, or the undrain that drained the node again.</param>
    public async Task<DrainMark?> MarkAsync(ActionRecord action, CancellationToken stop) =>
        await LookAsync(action, false, stop) is { Node: { } node } ? DrainMark.Of(action.Kind, action.Undoes ?? action.Id, node, check.User) : null;
}
