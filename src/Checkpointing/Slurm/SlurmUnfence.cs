using Tocsin.Checkpointing.Actions;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>Gives a fenced node back after a check: a job within the reservation that fences it; only then the reservation is deleted.</summary>
/// <remarks>Wherever this breaks off the fence stands, and keeps other jobs out until it ends by itself; what is deleted is one name, so nobody else's hand is ever undone.</remarks>
/// <param name="look">How the node stands, with its fence; null = Slurm did not answer.</param>
internal sealed class SlurmUnfence(ISlurmPrograms programs, ActionLimits limits, NodeCheck check, Func<CancellationToken, Task<SlurmView?>> look)
{
    public async Task<CommandResult> RunAsync(ActionRecord action, SlurmCommand delete, DrainMark? undoes, CancellationToken stop)
    {
        var (node, name) = (action.Node!.Value.Name, action.Undoes!.Value.Reservation);
        var ran = await check.RunAsync(programs, node, name, limits, stop);
        if (ran.Failure is not null)
            return new CommandResult(false, true, $"the check did not pass: {ran.Failure}; the node stays fenced");
        // The check took its time: whoever has come to the node since is not cut short.
        if (await look(stop) is not { } now)
            return new CommandResult(false, true, "Slurm does not answer after the check; the node stays fenced");
        if (undoes is not null && Preconditions.Unfence(now.Node, undoes, check.User) is { } why)
            return new CommandResult(false, true, why);
        var deleted = await programs.RunAsync(delete.Program, delete.Arguments, TimeSpan.FromMilliseconds(limits.CommandMs), stop);
        return deleted.Failure is null
            ? new CommandResult(true, true, $"{node} is back after {check.Program}")
            : new CommandResult(false, !deleted.MayHaveHappened, deleted.Failure);
    }
}
