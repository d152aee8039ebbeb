namespace Tocsin.Daemon.Serve;

/// <summary>Something that runs until it is told to stop. If it fails before, that is a defect: it is told, and <see cref="Failure"/> keeps it for the probes.</summary>
internal sealed class LoopPart(string name, Func<CancellationToken, Task> run, OwnLog log) : IPart, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public string Name => name;

    /// <summary>Null while it runs.</summary>
    public string? Failure { get; private set; }

    public Task StartAsync(CancellationToken stop)
    {
        _running = GuardAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken limit)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(limit);
    }

    public void Dispose() => _stop.Dispose();

    private async Task GuardAsync()
    {
        // The caller's start does not wait for the first step.
        await Task.Yield();
        try
        {
            await run(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Failure = e.Message;
            log.Error(name, $"ended: {e}");
        }
    }
}
