using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>Carries one committed action out, and asks Slurm how nodes and jobs stand. What may be done is decided before (<see cref="ActionRules"/>); here the last look at
/// epoch and time is taken, at the moment of the command.</summary>
public sealed class SlurmExecutor(ISlurmPrograms programs, ActionLimits limits, TimeProvider time)
{
    private TimeSpan Limit => TimeSpan.FromMilliseconds(limits.CommandMs);

    /// <summary>Runs the action's command at most once.</summary>
    /// <param name="epoch">Of whoever calls, now.</param>
    public async Task<CommandResult> RunAsync(ActionRecord action, Consent consent, long epoch, CancellationToken stop)
    {
        if (SlurmCommand.Of(action, consent, out var why) is not { } command)
            return new CommandResult(false, true, why!);
        if (!ActionRules.MayRun(action, epoch, time.GetUtcNow().ToUnixTimeMilliseconds()))
            return new CommandResult(false, true, "its time was over before it began");
        var answer = await programs.RunAsync(command.Program, command.Arguments, Limit, stop);
        return answer.Failure is null
            ? new CommandResult(true, true, $"{command.Program} {string.Join(' ', command.Arguments)}")
            : new CommandResult(false, !answer.Unsure, answer.Failure);
    }

    /// <summary>Null: Slurm did not answer. A node or job that it does not know is null within the view.</summary>
    public async Task<SlurmView?> LookAsync(ActionRecord action, bool? checkPassed, bool acknowledged, CancellationToken stop)
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
            job = SlurmAnswers.Job(answer.Output, id);
        }
        return new SlurmView(node, job, checkPassed, acknowledged);
    }

    /// <summary>Right after a drain that was done: what Slurm wrote down, to recognise it by. Null: it is not ours, or Slurm did not answer.</summary>
    public async Task<DrainMark?> MarkAsync(ActionRecord drain, CancellationToken stop) =>
        await LookAsync(drain, null, false, stop) is { Node: { } node } && node.Reason == drain.Id.Reason && node.ReasonMs > 0 ? new DrainMark(drain.Id, node.ReasonMs) : null;

    /// <summary>The check on a drained node: a job of one node in a reservation of its own runs a program of the site. Argument lists for the three commands, in order;
    /// the reservation is deleted whatever the job says.</summary>
    /// <remarks>A drained node takes no job, so the node is resumed inside the reservation (flag MAINT lets nobody else in) and drained again if the check fails.</remarks>
    public static IReadOnlyList<SlurmCommand> CheckCommands(NodeKey node, ActionId id, string user, string program, TimeSpan limit)
    {
        if (SlurmCommand.Node(node) is not { } name)
            throw new ArgumentException("the name was not checked at the border", nameof(node));
        var reservation = $"tocsin-{id.Number}";
        var minutes = Math.Max(1, (int)Math.Ceiling(limit.TotalMinutes));
        return
        [
            new SlurmCommand("scontrol", ["create", "reservation", $"ReservationName={reservation}", $"Users={user}", $"Nodes={name}", "StartTime=now", $"Duration={minutes}", "Flags=MAINT,IGNORE_JOBS"]),
            new SlurmCommand("srun", [$"--reservation={reservation}", $"--nodelist={name}", "--nodes=1", $"--time={minutes}", "--immediate=30", program]),
            new SlurmCommand("scontrol", ["delete", $"ReservationName={reservation}"]),
        ];
    }
}
