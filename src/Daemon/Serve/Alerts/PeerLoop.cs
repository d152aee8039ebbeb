using Tocsin.Actors.Alerts.Peers;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Alerts;

/// <summary>Compares the nodes of each job once a cadence, on a thread that no shard waits for.</summary>
/// <param name="tell">Answers with why it could not; null = told.</param>
internal sealed class PeerLoop(PeerBoard board, TimeSpan cadence, Func<IReadOnlyList<Finding>, Task<string?>> tell, OwnLog log, TimeProvider clock)
{
    /// <summary>Frames that are older are gone through after a stop: who differed then is nobody's concern now.</summary>
    private static readonly TimeSpan Live = TimeSpan.FromMinutes(2);

    private string? _trouble;

    public long Findings { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(cadence, clock);
        while (await timer.WaitForNextTickAsync(stop))
            await StepAsync();
    }

    private async Task StepAsync()
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (nowMs - board.NewestMs > Live.TotalMilliseconds)
            return;
        var found = board.Step(board.NewestMs);
        if (found.Count == 0)
            return;
        Findings += found.Count;
        var trouble = await tell(found);
        if (trouble is not null && trouble != _trouble)
            log.Warning("peers", $"{found.Count} findings are lost, and said again while they last: {trouble}");
        _trouble = trouble;
    }
}
