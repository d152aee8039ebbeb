using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;

namespace Tocsin.Actors.Supervision.Acting;

/// <param name="Outcome">Null: nobody knows.</param>
/// <param name="Mark">Of a drain that was done, also by an undrain whose check did not pass: what Slurm wrote down; null = it was not to be learned.</param>
public sealed record ActingResult(CommandResult? Outcome, DrainMark? Mark = null);

/// <summary>The way to Slurm. Returns at once; the answer comes once, on any thread, within the limits of the commands, or never where the process ends.</summary>
public interface IActingPort
{
    /// <param name="reply">Null: Slurm did not answer.</param>
    void Look(ActionRecord action, bool acknowledged, Action<SlurmView?> reply);

    /// <summary>Carries out an action whose Started is committed.</summary>
    /// <param name="registered">The signal that a client in this run of the job handles; null = none has registered.</param>
    /// <param name="epoch">Under which it was committed.</param>
    /// <param name="stopped">Asked at the last moment: why it may not be done any more, null = it may. Any thread.</param>
    void Run(ActionRow row, string? registered, DrainMark? undoes, long epoch, Func<ActionRecord, string?> stopped, Action<ActingResult> reply);
}
