using Tocsin.Actors.Supervision.Picture;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>Keeps Slurm's picture of the cluster fresh, and takes one at once where somebody needs it, at most one a second.</summary>
internal sealed class PictureLoop(PictureTaker taker, TimeSpan every, OwnLog say, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private volatile ClusterPicture? _picture;
    private volatile string? _trouble;

    public ClusterPicture? Picture => _picture;

    public CheckResult Check => _trouble is { } why ? CheckResult.Good($"Slurm does not answer: {why}") : CheckResult.Good(_picture is { } p ? $"{p.Jobs.Count} jobs run on {p.Nodes.Count} nodes" : "not asked yet");

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
            await TakeAsync(stop);
        while (await timer.WaitForNextTickAsync(stop));
    }

    public async Task TakeAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            if (_picture is { } last && clock.GetUtcNow().ToUnixTimeMilliseconds() - last.AtMs is >= 0 and var age && age < Least.TotalMilliseconds)
                return;
            var (picture, why) = await taker.TakeAsync(stop);
            if (picture is not null)
                _picture = picture;
            if (why is not null && _trouble is null)
                say.Warning("actions", $"Slurm does not answer, so nothing is decided: {why}");
            else if (why is null && _trouble is not null)
                say.Info("actions", "Slurm answers again");
            _trouble = why;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>One job, now. So many of these at a time wait as the requests that ask for them are let in; each ends within the limit of its two commands.</summary>
    public Task<(JobPicture? Job, string? Why)> TakeJobAsync(long rawId, CancellationToken stop) => taker.TakeJobAsync(rawId, stop);

    public void Dispose() => _one.Dispose();
}
