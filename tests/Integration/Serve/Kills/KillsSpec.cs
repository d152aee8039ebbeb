using System.Globalization;
using System.Text.Json.Nodes;
using Tocsin.Integration.Live;
using Xunit.Abstractions;

namespace Tocsin.Integration.Serve.Kills;

/// <summary>The daemon under load, killed twenty times where it happens to be: what is stored in the end is what an undisturbed run stores.</summary>
public sealed class KillsSpec(ITestOutputHelper output)
{
    private const int Kills = 20;

    /// <summary>Of these a few come somewhere in the start, the others after so many requests at most that were answered since.</summary>
    private const int EarlyOneIn = 4, MostRequests = 22;

    /// <summary>Chooses the moments; another one may be given.</summary>
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("KILLS_SEED"), out var given) ? given : 3;

    [Fact]
    public async Task Twenty_kills_leave_the_alerts_of_an_undisturbed_run_and_everybody_was_told_of_each_revision()
    {
        var calm = await RunAsync(0);
        foreach (var line in calm)
            output.WriteLine(line);
        Assert.Equal(5, calm.Count(l => l.StartsWith("alert", StringComparison.Ordinal)));
        Assert.Equal(calm, await RunAsync(Kills));
    }

    /// <summary>What is stored in the end, in lines without the times and numbers that are this run's own.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(int kills)
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-kills").FullName;
        using var receiver = new AlertReceiver(Seed);
        var port = FakeExporter.FreePort();
        var yaml = $$"""
            listen: {address: '127.0.0.1:{{port}}'}
            cadence: 1s
            nodes: {stale_after: 1h, away_after: 1d}
            log: {partitions: 2}
            alerts: {hold: 0s, gather: 0s, linger: 0s, clear_after: 10s, site_nodes: 1000, switch_nodes: 1000}
            sinks:
              webhooks: [{name: desk, url: '{{receiver.Address}}'}]
            """;
        var startMs = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1000;
        var random = new Random(Seed);
        using var sender = new RetryingSender(new Uri($"http://127.0.0.1:{port}"), KillsInput.Of(startMs), TimeSpan.FromMilliseconds(kills == 0 ? 5 : 100), new Random(Seed));
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        var sending = sender.RunAsync(stop.Token);
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await using var doomed = ServeProcess.Begin(yaml, folder);
                if (random.Next(EarlyOneIn) > 0)
                {
                    var until = sender.Sent + 1 + random.Next(MostRequests);
                    await doomed.WaitAsync(() => Task.FromResult(sender.Sent >= until || sending.IsCompleted), "the load did not go on");
                    await Task.Delay(random.Next(100), stop.Token);
                }
                else
                {
                    await Task.Delay(random.Next(1500), stop.Token);
                }
                doomed.Process.Kill();
            }
            Assert.False(sending.IsCompleted && kills > 0, "the load ended before the kills did");
            var before = (sender.Sent, sender.Samples);
            await using var serve = await ServeProcess.StartAsync(yaml, folder);
            await sending;
            Assert.Empty(sender.Dropped);
            var lines = await SettledAsync(serve, startMs);
            await EverybodyWasToldAsync(serve, receiver);
            await WhatWasSentIsCountedAsync(serve, sender.Samples - before.Samples);
            output.WriteLine($"{kills} kills; {before.Sent} requests before the last start, {sender.Repeated} attempts in vain; {receiver.Heard.Count} revisions told {receiver.Heard.Values.Sum()} times");
            Assert.Equal(0, await serve.StopAsync());
            return lines;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(sending);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>When all that ended is cleared and nothing changes any more.</summary>
    private static async Task<IReadOnlyList<string>> SettledAsync(ServeProcess serve, long startMs)
    {
        var lines = new List<string>();
        await serve.WaitAsync(
            async () =>
            {
                var now = await LinesAsync(serve, startMs);
                var same = now.SequenceEqual(lines);
                lines = now;
                // One of the five lasts.
                return same && now.Count(l => l.StartsWith("alert", StringComparison.Ordinal) && l.EndsWith("over", StringComparison.Ordinal)) >= 4;
            },
            "the alerts did not come or did not end");
        return lines;
    }

    private static async Task<List<string>> LinesAsync(ServeProcess serve, long startMs)
    {
        var alerts = (await serve.JsonAsync("/api/v1/alerts?limit=1000"))["alerts"]!.AsArray();
        var segments = (await serve.JsonAsync("/api/v1/segments?limit=1000"))["segments"]!.AsArray();
        var runs = (await serve.JsonAsync("/api/v1/jobs"))["jobs"]!.AsArray();
        return
        [
            .. alerts.Select(a => $"alert {a!["labels"]!.ToJsonString()} {a["cause"]} {a["severity"]} since {At(a["since"])} job {a["job"]?["id"]} nodes {a["nodes"]!.ToJsonString()} {(a["cleared"] is null ? "open" : "over")}").Order(StringComparer.Ordinal),
            .. segments.Select(s => $"segment {s!["node"]} {At(s["start"])} to {At(s["end"])} {s["jobs"]!.AsArray().FirstOrDefault()?["job_id"]}"),
            .. runs.Select(r => $"run {r!["job_id"]} {At(r["start"])} to {At(r["end"])} {r["state"]} {r["nodes"]}"),
        ];

        string At(JsonNode? time) => time is null ? "-" : string.Create(
            CultureInfo.InvariantCulture, $"{(DateTimeOffset.Parse(time.GetValue<string>(), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() - startMs) / 1000.0:0.###}");
    }

    /// <param name="sent">Since its start.</param>
    private static async Task WhatWasSentIsCountedAsync(ServeProcess serve, long sent)
    {
        var metrics = (await serve.GetAsync("/metrics")).Body;
        double Of(string name) => PrometheusServer.Sum(metrics, name);
        Assert.Equal(sent, Of("tocsin_samples_sent_total"));
        Assert.Equal(sent, Of("tocsin_samples_accepted_total") + Of("tocsin_samples_rejected_total"));
        Assert.True(Of("tocsin_samples_accepted_total") > 0 && Of("tocsin_samples_rejected_total") > 0, metrics);
    }

    private static async Task EverybodyWasToldAsync(ServeProcess serve, AlertReceiver receiver)
    {
        var alerts = (await serve.JsonAsync("/api/v1/alerts?limit=1000"))["alerts"]!.AsArray();
        var all = alerts.SelectMany(a => Enumerable.Range(1, a!["revision"]!.GetValue<int>()).Select(r => (a["id"]!.GetValue<string>(), r))).ToHashSet();
        await serve.WaitAsync(() => Task.FromResult(all.All(receiver.Heard.ContainsKey)), "a revision did not reach the webhook");
        Assert.Superset(receiver.Heard.Keys.ToHashSet(), all);
    }
}
