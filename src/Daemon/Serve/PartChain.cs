using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve;

/// <summary>A part of the daemon that is started and stopped.</summary>
internal interface IPart
{
    string Name { get; }

    /// <exception cref="TocsinException">It cannot run; one line.</exception>
    Task StartAsync(CancellationToken stop);

    /// <summary>Ends what is under way and leaves nothing behind; gives up when <paramref name="limit"/> falls.</summary>
    Task StopAsync(CancellationToken limit);
}

/// <summary>Starts parts in order and stops them the other way round, so that none outlives what it stands on: listening ends first, the lock on the folder last.</summary>
internal sealed class PartChain(IReadOnlyList<IPart> parts, OwnLog log)
{
    /// <summary>What a part that overran its limit is given to fall over.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Stack<IPart> _running = new();

    /// <summary>All of them, or none: where one fails, those before it are stopped again.</summary>
    public async Task StartAsync(TimeSpan stopLimit, CancellationToken stop)
    {
        foreach (var part in parts)
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                await part.StartAsync(stop);
                _running.Push(part);
            }
            catch
            {
                await StopAsync(stopLimit);
                throw;
            }
        }
    }

    /// <summary>True where each part stopped within the limit, of which each may use all that is left.</summary>
    public async Task<bool> StopAsync(TimeSpan limit)
    {
        var clean = true;
        var clock = Stopwatch.StartNew();
        while (_running.TryPop(out var part))
        {
            var left = limit - clock.Elapsed;
            using var deadline = new CancellationTokenSource(left > TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100));
            try
            {
                var stopping = part.StopAsync(deadline.Token);
                await Task.WhenAny(stopping, Task.Delay(left > TimeSpan.Zero ? left + Grace : Grace));
                if (!stopping.IsCompleted)
                    throw new TimeoutException();
                await stopping;
                log.Write(LogLevel.Debug, part.Name, "stopped");
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException)
            {
                clean = false;
                log.Error(part.Name, $"did not stop within limits.shutdown ({Config.Spans.Text(limit)})");
            }
            catch (Exception e)
            {
                // The parts below it still have to be closed: what they hold is worth more than this one's manners.
                clean = false;
                log.Error(part.Name, $"failed while stopping: {e}");
            }
        }
        return clean;
    }
}
