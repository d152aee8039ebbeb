using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Config;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>Asks the store every few seconds whether it answers, and takes old rows out of it every hour.</summary>
internal sealed class StoreHealth(Func<IStore> store, StorageOptions options, TimeProvider clock, OwnLog say)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);

    private volatile string? _trouble = "not asked yet";
    private volatile IReadOnlyDictionary<string, long> _depth = new Dictionary<string, long>();
    private DateTimeOffset _prunedAt;

    /// <summary>Entries that wait, by sink, when it was last asked.</summary>
    public IReadOnlyDictionary<string, long> Depth => _depth;

    public CheckResult Check => _trouble is { } why ? CheckResult.Bad(why) : CheckResult.Good($"{_depth.Values.Sum()} revisions of alerts wait to be delivered");

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                _depth = store().OutboxDepth();
                _trouble = null;
                if (clock.GetUtcNow() - _prunedAt >= PruneEvery)
                    await PruneAsync(stop);
            }
            catch (StoreException e)
            {
                if (_trouble != e.Message)
                    say.Error("store", e.Message);
                _trouble = e.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private async Task PruneAsync(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        long Before(TimeSpan age) => (now - age).ToUnixTimeMilliseconds();
        var what = new Prune(Before(options.KeepAlerts), Before(options.KeepSegments), Before(options.KeepJobs), Before(options.KeepDeadLetters));
        var rows = await store().PruneAsync(what).WaitAsync(stop);
        // A call takes a bounded number: where it took some there may be more.
        if (rows == 0)
            _prunedAt = now;
        else
            say.Info("store", $"{rows} rows were older than what is kept");
    }
}
