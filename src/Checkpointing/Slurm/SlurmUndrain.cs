using Tocsin.Checkpointing.Actions;

namespace Tocsin.Checkpointing.Slurm;

/// <param name="Program">Path of a program on the nodes, e.g. LBNL's Node Health Check; run as a job of one node.</param>
/// <param name="User">Whose job it is: the user that Tocsin runs as.</param>
public sealed record NodeCheck(string Program = "/usr/bin/true", string User = "root")
{
    /// <summary>Runs it as a job of the node, within a reservation of ours.</summary>
    internal Task<ProgramAnswer> RunAsync(ISlurmPrograms programs, string node, string reservation, ActionLimits limits, CancellationToken stop)
    {
        var seconds = limits.CheckMs / 1000;
        return programs.RunAsync(
            "srun", [$"--reservation={reservation}", $"--nodelist={node}", "--nodes=1", "--ntasks=1", $"--immediate={Math.Max(1, seconds / 2)}", Program], TimeSpan.FromSeconds(seconds), stop);
    }
}

/// <summary>Gives a node back after a check. A drained node takes no job, so it is resumed within a reservation that lets nobody else in, checked by a job there, and drained
/// again under the old reason where the check does not pass; only then the reservation goes.</summary>
/// <remarks>Wherever this breaks off, other jobs are kept out: by the drain, by the reservation, or by both. The reservation ends by itself, after 10 min or more: a node that was
/// resumed and not drained again by then takes jobs, whatever the check said.</remarks>
internal sealed class SlurmUndrain(ISlurmPrograms programs, ActionLimits limits, NodeCheck check)
{
    private const int LeastMinutes = 10;

    /// <summary>Outlasts the longest that this takes, and as long again for a successor to look.</summary>
    private int ReservationMinutes => Math.Max(LeastMinutes, (int)Math.Ceiling(2 * limits.TakesMs(ActionKind.Undrain) / 60_000.0));

    private TimeSpan Limit => TimeSpan.FromMilliseconds(limits.CommandMs);

    public async Task<CommandResult> RunAsync(ActionRecord action, SlurmCommand resume, CancellationToken stop, DrainMark? undoes = null)
    {
        var (node, name) = (action.Node!.Value.Name, action.Id.Reservation);
        var reserved = await AskAsync("scontrol", SlurmReservations.Create(action.Id, check.User, node, ReservationMinutes, "MAINT,IGNORE_JOBS"), stop);
        if (reserved.Failure is not null)
            return new CommandResult(false, !reserved.MayHaveHappened, reserved.Failure);
        // The reservation took its time, too: what an operator wrote meanwhile is not resumed away.
        if (undoes is { } mark && (await LookAsync(node, stop) is not { Draining: true } now || now.Reason != mark.Id.Reason || now.ReasonMs != mark.SetMs || now.ReasonUser != check.User))
            return await EndAsync(new CommandResult(false, true, "the drain is not exactly ours any more"));
        var resumed = await AskAsync(resume.Program, resume.Arguments, stop);
        // Slurm may have resumed it, or may yet: without a check no job is let in, and a human looks.
        if (resumed is { Failure: { } failure, MayHaveHappened: true })
            return new CommandResult(false, false, $"{failure}; reservation {name} keeps other jobs out until it ends");
        if (resumed.Failure is not null)
            return await EndAsync(new CommandResult(false, true, resumed.Failure));
        var checkedBy = await check.RunAsync(programs, node, name, limits, stop);
        if (checkedBy.Failure is null)
            return await EndAsync(new CommandResult(true, true, $"{node} is back after {check.Program}"));
        // The check took its time: a reason that somebody wrote meanwhile is not written over, and keeps the node out as ours would.
        var after = await LookAsync(node, stop);
        if (after is null)
            return new CommandResult(false, false, $"the check did not pass: {checkedBy.Failure}; Slurm does not say how the node stands, reservation {name} keeps other jobs out until it ends");
        if (after.Reason.Length > 0 && after.Reason != action.Undoes?.Reason)
            return await EndAsync(new CommandResult(false, true, $"the check did not pass: {checkedBy.Failure}; the node has another reason now, which is not written over"));
        var again = await AskAsync("scontrol", ["update", $"NodeName={node}", "State=DRAIN", $"Reason={action.Undoes?.Reason ?? action.Id.Reason}"], stop);
        // Neither in nor out for sure: the reservation stays until it ends, and a human looks.
        return again.Failure is null
            ? await EndAsync(new CommandResult(false, true, $"the check did not pass: {checkedBy.Failure}") { DrainedAgain = true })
            : new CommandResult(false, false, $"the check did not pass and the node could not be drained again: {again.Failure}");

        async Task<CommandResult> EndAsync(CommandResult result)
        {
            var ended = await AskAsync("scontrol", ["delete", $"ReservationName={name}"], stop);
            return ended.Failure is null ? result : result with { Says = $"{result.Says}; reservation {name} is left to end by itself: {ended.Failure}" };
        }
    }

    private async Task<SlurmNode?> LookAsync(string node, CancellationToken stop) =>
        await AskAsync("sinfo", [.. SlurmAnswers.NodeFields, $"--nodes={node}"], stop) is { Failure: null } answer ? SlurmAnswers.Node(answer.Output) : null;

    private Task<ProgramAnswer> AskAsync(string program, IReadOnlyList<string> arguments, CancellationToken stop) => programs.RunAsync(program, arguments, Limit, stop);
}
