using System.Collections.Concurrent;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Ingest.Live;

/// <summary>Scrapes exporters on a steady grid into a recording.</summary>
/// <remarks>Each node goes by itself, so that one that hangs holds up no other. A scrape that took longer than the interval skips the ticks that it
/// missed: made up for, they would lie within milliseconds of each other and give rates of nothing. A scrape's time is when it was asked for, as
/// in Prometheus.</remarks>
public sealed class ScrapeRecorder(IReadOnlyList<ExporterNode> nodes, RecordingWriter writer, TimeSpan interval, TimeSpan timeout, TimeProvider clock)
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Node, string Why), long> _failures = new();
    private long _scrapes;
    private long _skipped;

    /// <summary>Written, one a node and tick.</summary>
    public long Scrapes => Interlocked.Read(ref _scrapes);

    /// <summary>Ticks that passed while a scrape was still under way.</summary>
    public long SkippedTicks => Interlocked.Read(ref _skipped);

    public IReadOnlyDictionary<(string Node, string Why), long> Failures => _failures;

    /// <summary>Until <paramref name="stop"/>, or as long as <paramref name="duration"/> says.</summary>
    /// <exception cref="DependencyException">The recording cannot be written.</exception>
    public async Task RunAsync(TimeSpan? duration, CancellationToken stop)
    {
        using var client = new ScrapeClient(clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var start = clock.GetTimestamp();
        var loops = nodes.Select(n => NodeAsync(n, client, start, duration, end)).Append(FlushAsync(end.Token)).ToList();
        try
        {
            // The flushing has no end of its own: the first failure, or the end of all nodes, ends the rest.
            while (loops.Count > 1)
            {
                var done = await Task.WhenAny(loops);
                loops.Remove(done);
                await done;
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task NodeAsync(ExporterNode node, ScrapeClient client, long start, TimeSpan? duration, CancellationTokenSource end)
    {
        var name = nodes.Count > 1 ? node.Name : null;
        try
        {
            long tick = 0;
            while (!end.IsCancellationRequested && !(tick * interval >= duration))
            {
                await ScrapeAsync(node, name, client, end.Token);
                // The next tick that lies ahead.
                var next = Math.Max(tick + 1, (long)(clock.GetElapsedTime(start) / interval) + 1);
                Interlocked.Add(ref _skipped, next - tick - 1);
                tick = next;
                var wait = tick * interval - clock.GetElapsedTime(start);
                if (wait > TimeSpan.Zero && !(tick * interval >= duration))
                    await Task.Delay(wait, clock, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
    }

    private async Task ScrapeAsync(ExporterNode node, string? name, ScrapeClient client, CancellationToken stop)
    {
        var timeMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var answers = await Task.WhenAll(node.Urls.Select(u => client.FetchAsync(u, timeout, stop)));
        foreach (var answer in answers)
        {
            if (answer.Why is { } why)
                _failures.AddOrUpdate((node.Name, why), 1, (_, n) => n + 1);
        }
        var bodies = answers.Where(a => a.Body is not null).Select(a => new ReadOnlyMemory<byte>(a.Body)).ToArray();
        if (bodies.Length == 0)
            return;
        writer.Write(timeMs, name, bodies);
        Interlocked.Increment(ref _scrapes);
    }

    private async Task FlushAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(FlushEvery, clock, stop);
                writer.Flush();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }
}
