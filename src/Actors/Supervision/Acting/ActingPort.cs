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

    public void Run(ActionRow row, string? registered, DrainMark? undoes, long epoch, Func<ActionRecord, string?> stopped, Action<ActingResult> reply) =>
        _ = ErrandAsync(() => Errand.RunAsync(executor, row, registered, undoes, epoch, ourUser, stopped, stop), reply, new ActingResult(null));

    public void Dispose() => _turns.Dispose();

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
