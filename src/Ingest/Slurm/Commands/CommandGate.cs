namespace Tocsin.Ingest.Slurm.Commands;

/// <summary>Lets one command of the scheduler run at a time, whoever asks: jobs, nodes, reservations.</summary>
public sealed class CommandGate(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <inheritdoc cref="BoundedCommand.RunAsync"/>
    /// <remarks>The wait for one's turn is bounded by the others' limits: each command has one.</remarks>
    public async Task<CommandOutcome> RunAsync(CommandLimits command, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return await BoundedCommand.RunAsync(command, time, stop);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
