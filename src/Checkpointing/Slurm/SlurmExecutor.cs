using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>Carries one committed action out, and asks Slurm how nodes and jobs stand. What may be done is decided before (<see cref="ActionRules"/>); here the last look at
/// epoch and time is taken, at the moment of the command.</summary>
/// <param name="check">What an undrain runs on the node, as a job: a program of the site that ends with 0 where the node is well.</param>
/// <param name="consents">Null: what comments say is all that jobs consent to.</param>
public sealed class SlurmExecutor(ISlurmPrograms programs, ActionLimits limits, NodeCheck check, TimeProvider time, ConsentRule? consents = null)
{
    private TimeSpan Limit => TimeSpan.FromMilliseconds(limits.CommandMs);

    /// <summary>Runs the action's command at most once.</summary>
    /// <param name="epoch">Of whoever calls, now.</param>
    /// <param name="undoes">Of an undrain the drain that must still be exactly ours right before the resume; null = nobody looks again.</param>
    public async Task<CommandResult> RunAsync(ActionRecord action, Consent consent, long epoch, CancellationToken stop, DrainMark? undoes = null)
    {
        if (SlurmCommand.Of(action, consent, out var why) is not { } command)
            return new CommandResult(false, true, why!);
        if (!ActionRules.MayRun(action, epoch, time.GetUtcNow().ToUnixTimeMilliseconds()))
            return new CommandResult(false, true, "its time was over before it began");
        if (action.Kind == ActionKind.Undrain)
            return await new SlurmUndrain(programs, limits, check).RunAsync(action, command, stop, undoes);
        var answer = await programs.RunAsync(command.Program, command.Arguments, Limit, stop);
        return answer.Failure is null
            ? new CommandResult(true, true, $"{command.Program} {string.Join(' ', command.Arguments)}")
            : new CommandResult(false, !answer.MayHaveHappened, answer.Failure);
    }

    /// <summary>Null: Slurm did not answer. A node or job that it does not know is null within the view.</summary>
    public async Task<SlurmView?> LookAsync(ActionRecord action, bool acknowledged, CancellationToken stop)
    {
        SlurmNode? node = null;
        SlurmJob? job = null;
        if (SlurmCommand.Node(action.Node) is { } name)
        {
            var answer = await programs.RunAsync("sinfo", [.. SlurmAnswers.NodeFields, $"--nodes={name}"], Limit, stop);
            if (answer.Failure is not null)
                return null;
            node = SlurmAnswers.Node(answer.Output);
        }
        if (action.Kind is ActionKind.Signal or ActionKind.Requeue && SlurmCommand.JobId(action.Job?.JobId) is { } id)
        {
            var answer = await programs.RunAsync("squeue", [.. SlurmAnswers.JobFields, $"--jobs={id}"], Limit, stop);
            // A job that is gone for long is an error to squeue, and no silence of Slurm's.
            if (answer.Failure is { } failure && !failure.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase))
                return null;
            job = SlurmAnswers.Job(answer.Output, id, consents ?? ConsentRule.CommentsAlone);
        }
        return new SlurmView(node, job, acknowledged);
    }

    /// <summary>Right after a drain that was done, also by an undrain whose check did not pass: what Slurm wrote down, to recognise it by. Null: it is not ours, or Slurm did
    /// not answer.</summary>
    /// <param name="action">The drain, or the undrain that drained the node again.</param>
    public async Task<DrainMark?> MarkAsync(ActionRecord action, CancellationToken stop) =>
        await LookAsync(action, false, stop) is { Node: { } node } ? DrainMark.Of(action.Undoes ?? action.Id, node, check.User) : null;
}
