using Tocsin.Actors.Supervision.Picture;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>Keeps Slurm's picture of the cluster fresh, and takes one at once where somebody needs it, at most one a second.</summary>
internal sealed class PictureLoop(PictureTaker taker, TimeSpan every, OwnLog say, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>So long a request waits for a picture that somebody else takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private readonly JobQuestions _jobs = new(taker.TakeJobAsync, Longest, clock);
    private volatile ClusterPicture? _picture;
    private volatile string? _trouble;

    public ClusterPicture? Picture => _picture;

    public CheckResult Check => _trouble is { } why ? CheckResult.Good($"Slurm does not answer: {why}") : CheckResult.Good(_picture is { } p ? $"{p.Jobs.Count} jobs run on {p.Nodes.Count} nodes" : "not asked yet");

    /// <param name="after">Done after each look, with the time of it.</param>
    public async Task RunAsync(Action<long> after, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            await TakeAsync(stop);
            after(clock.GetUtcNow().ToUnixTimeMilliseconds());
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    public async Task TakeAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        await TakeNowAsync(stop);
    }

    /// <summary>For somebody who asks.</summary>
    /// <returns>Why there is no newer picture; null = there is, or Slurm did not answer.</returns>
    public async Task<string?> RefreshAsync(CancellationToken stop)
    {
        if (!_one.Wait(0, CancellationToken.None))
        {
            using var late = new CancellationTokenSource(Longest, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
            try
            {
                await _one.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return "it is being asked, and is slow";
            }
        }
        await TakeNowAsync(stop);
        return null;
    }

    private async Task TakeNowAsync(CancellationToken stop)
    {
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

    /// <summary>One job, now.</summary>
    public Task<(JobPicture? Job, string? Why)> TakeJobAsync(long rawId, CancellationToken stop) => _jobs.AskAsync(rawId, stop);

    public void Dispose()
    {
        _jobs.Dispose();
        _one.Dispose();
    }
}
