using System.Diagnostics;
using Tocsin.Scale.Measure;
using Tocsin.Scale.Stream;

namespace Tocsin.Scale.Load;

/// <summary>N nodes against one daemon for some minutes, and what it cost.</summary>
internal static class LoadRun
{
    private const string Delay = "tocsin_score_delay_seconds";

    public static async Task<LoadReport> RunAsync(LoadOptions options, Action<string> say)
    {
        using var daemon = new Daemon(options);
        var address = await daemon.ReadyAsync();
        var begin = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var jobs = new JobBook(options.Nodes, options.NodesOfJob, (80 * options.Cadence, 400 * options.Cadence), begin, 1);
        using var poster = new JobPoster(jobs, address);
        using var sender = new PacedSender(options, address, jobs);
        using var client = new HttpClient();
        await poster.BeginAsync();
        using var stop = new CancellationTokenSource();
        using var giveUp = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var running = Task.WhenAll(sender.RunAsync(stop.Token, giveUp.Token), poster.RunAsync(stop.Token));
        var points = new List<LoadPoint>();
        LoadPoint? from = null;
        while (clock.Elapsed < options.Warmup + options.Measured)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(5)), running);
            if (running.IsFaulted)
                await running;
            if (daemon.HasExited)
                throw new InvalidOperationException($"tocsin ended:\n{daemon.Said}");
            var point = await PointAsync();
            if (from is null && clock.Elapsed >= options.Warmup)
                from = point;
            say(Line(point, points.LastOrDefault()));
            points.Add(point);
        }
        await stop.CancelAsync();
        giveUp.CancelAfter(TimeSpan.FromSeconds(30));
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        var last = points[^1];
        // What is under way comes to its end, so that sent is what was accepted and what was rejected.
        await Task.Delay(2000);
        var end = await PointAsync();
        var status = daemon.Stop();
        return new LoadReport(options, from!, last, end, [.. points], sender, poster.Told, status, daemon.Said);

        async Task<LoadPoint> PointAsync()
        {
            var page = await MetricsPage.GetAsync(client, new Uri(address, "/metrics"));
            var (log, store) = (Size(Path.Combine(daemon.Data, "log")), Directory.GetFiles(daemon.Data, "store.db*").Sum(f => new FileInfo(f).Length));
            return new LoadPoint(clock.Elapsed, ProcessFigures.Of(daemon.Id), page, page.Histogram(Delay), sender.Sent, log, store);
        }
    }

    private static string Line(LoadPoint now, LoadPoint? before)
    {
        var (span, cpu) = before is null ? (now.At, now.Process.CpuSeconds) : (now.At - before.At, now.Process.CpuSeconds - before.Process.CpuSeconds);
        var delay = before is null ? now.Delay : now.Delay.Since(before.Delay);
        return $"{now.At.TotalSeconds,5:F0} s  resident {now.Process.ResidentBytes / 1e6,5:F0} MB (heap {now.HeapMb,4:F0} of {now.CommittedMb,4:F0})  cores {cpu / span.TotalSeconds,5:F2}  sent {now.Sent,11}  accepted {now.Page["tocsin_samples_accepted_total"],11}"
            + $"  behind {now.Page["tocsin_shard_lag_records"],6} records  scored {now.Delay.Count,9}  delay p50 {delay.Quantile(0.5),6:F3} p99 {delay.Quantile(0.99),6:F3} s";
    }

    private static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Exists ? f.Length : 0);
}

/// <summary>One look at the daemon.</summary>
internal sealed record LoadPoint(TimeSpan At, ProcessFigures Process, MetricsPage Page, Histogram Delay, long Sent, long LogBytes, long StoreBytes)
{
    /// <summary>What the last collection left, MB; what the heap holds of the system.</summary>
    public double HeapMb => Page["dotnet_gc_last_collection_heap_size_bytes"] / 1e6;

    public double CommittedMb => Page["dotnet_gc_last_collection_memory_committed_size_bytes"] / 1e6;
}
