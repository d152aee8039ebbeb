using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;

namespace Tocsin.Actors.Supervision.Acting;

/// <summary>Errands to Slurm on threads of the pool, so many at a time; each ends within the limits of its commands.</summary>
/// <param name="say">Told of a defect.</param>
public sealed class ActingPort(SlurmExecutor executor, string ourUser, Action<string> say, CancellationToken stop) : IActingPort, IDisposable
{
    private const int Together = 4;

    private readonly SemaphoreSlim _turns = new(Together);

    public void Look(ActionRecord action, bool acknowledged, Action<SlurmView?> reply) =>
        _ = ErrandAsync(() => executor.LookAsync(action, acknowledged, stop), reply, null);

    /// <summary>The last look: whether it was stopped meanwhile, then Slurm itself, then the command, which looks at epoch and time once more.</summary>
    public void Run(ActionRow row, DrainMark? undoes, long epoch, Func<ActionRecord, string?> stopped, Action<ActingResult> reply) => _ = ErrandAsync(
        async () =>
        {
            var action = row.Action;
            // The requeue's checkpoint was acknowledged, or need not be, when it was started: no word of the job's takes that back.
            var view = await executor.LookAsync(action, acknowledged: true, stop).ConfigureAwait(false);
            if (view is null)
                return new ActingResult(new CommandResult(false, true, "Slurm does not answer"));
            if (stopped(action) is { } why)
                return new ActingResult(new CommandResult(false, true, why));
            if (Preconditions.Against(action, WithConsent(view, row.Consent), undoes, ourUser) is { } otherwise)
                return new ActingResult(new CommandResult(false, true, otherwise));
            var outcome = await executor.RunAsync(action, row.Consent, epoch, stop).ConfigureAwait(false);
            var mark = outcome.Ok && action.Kind == ActionKind.Drain ? await executor.MarkAsync(action, stop).ConfigureAwait(false) : null;
            return new ActingResult(outcome, mark);
        },
        reply,
        new ActingResult(null));

    public void Dispose() => _turns.Dispose();

    /// <summary>What a client registered stands beside what the job's comment says.</summary>
    internal static SlurmView WithConsent(SlurmView view, Consent known) =>
        view.Job is { Consent.Signal: null } job && known.Signal is not null ? view with { Job = job with { Consent = job.Consent with { Signal = known.Signal } } } : view;

    private async Task ErrandAsync<T>(Func<Task<T>> errand, Action<T> reply, T failed)
    {
        await Task.Yield();
        try
        {
            await _turns.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                reply(await errand().ConfigureAwait(false));
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The process ends: whether the command had its effect is observed by the next one.
        }
        catch (Exception e)
        {
            say($"an errand to Slurm failed: {e}");
            reply(failed);
        }
    }
}
