using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;

namespace Tocsin.Actors.Supervision.Acting;

/// <summary>What lies between the commit of Started and the command.</summary>
internal static class Errand
{
    /// <summary>The last look: Slurm itself, then whether it was stopped meanwhile, then the command, which looks at epoch and time once more.</summary>
    /// <param name="registered">The signal that a client in this run handles; null = none has registered.</param>
    /// <param name="stopped">Why it may not be done any more; null = it may.</param>
    public static async Task<ActingResult> RunAsync(
        SlurmExecutor executor, ActionRow row, string? registered, DrainMark? undoes, long epoch, string ourUser, Func<ActionRecord, string?> stopped, CancellationToken stop)
    {
        var action = row.Action;
        // The requeue's checkpoint was acknowledged, or need not be, when it was started: no word of the job's takes that back.
        var view = await executor.LookAsync(action, acknowledged: true, stop).ConfigureAwait(false);
        if (view is null)
            return No("Slurm does not answer");
        view = WithConsent(view, registered);
        if (stopped(action) is { } why)
            return No(why);
        if (Preconditions.Against(action, view, undoes, ourUser) is { } otherwise)
            return No(otherwise);
        var outcome = await executor.RunAsync(action, view.Job?.Consent ?? Consent.None, epoch, stop, undoes).ConfigureAwait(false);
        var mark = (outcome.Ok && action.Kind.TakesOut()) || outcome.DrainedAgain ? await executor.MarkAsync(action, stop).ConfigureAwait(false) : null;
        return new ActingResult(outcome, mark);
    }

    /// <summary>What a client registered stands beside what the job's comment says now. What the comment said when the action was proposed is no consent: it may have been taken back.</summary>
    public static SlurmView WithConsent(SlurmView view, string? registered) =>
        view.Job is { Consent.Signal: null } job && registered is not null ? view with { Job = job with { Consent = job.Consent with { Signal = registered } } } : view;

    private static ActingResult No(string why) => new(new CommandResult(false, true, why));
}
