using System.Collections.Concurrent;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Scraping;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Sources;

public sealed class ScrapeSourceSpec : IDisposable, ISampleSink
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly ConcurrentQueue<SampleBatch> _batches = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        foreach (var batch in batches)
            _batches.Enqueue(batch with { Samples = batch.Samples.ToArray() });
        return ValueTask.FromResult(AppendResult.Done);
    }

    [Fact]
    public async Task Targets_of_a_file_are_scraped_and_one_that_hangs_or_fails_shows_as_down_and_holds_up_nobody()
    {
        using var good = FakeExporter.OfText("node_load1 1\n");
        using var open = new FakeExporter(c =>
        {
            c.Response.ContentType = "application/openmetrics-text; version=1.0.0";
            return FakeExporter.WriteAsync(c, "gpu_util 7 1700000000.5 # {a=\"b\"} 1\n# EOF\n");
        });
        using var hanging = new FakeExporter(_ => Task.Delay(Timeout.Infinite));
        var file = Path.Combine(_folder, "targets.json");
        string Group(int port, string node) => $"{{\"targets\": [\"127.0.0.1:{port}\"], \"labels\": {{\"hostname\": \"{node}\"}}}}";
        File.WriteAllText(file, $"[{Group(good.Port, "good")}, {Group(open.Port, "good")}, {Group(hanging.Port, "hanging")}, {Group(FakeExporter.FreePort(), "nobody")}]");
        var source = Source(file);
        using var stop = new CancellationTokenSource();
        var running = source.RunAsync(stop.Token);
        await Waiting.ForAsync(() => Of("good", "node_load1") >= 4 && Of("good", "gpu_util") >= 4 && Of("hanging", "up") >= 2 && Of("nobody", "up") >= 2, "four scrapes of what answers, two of what does not");
        await stop.CancelAsync();
        await running;

        Assert.Equal(["connection refused", "no answer in time"], source.Failures.Keys.Order());
        Assert.All(_batches.Where(b => b.Node.Name is "hanging" or "nobody"), b => Assert.Equal(0, b.Samples.Single().Value));
        Assert.All(_batches.Where(b => b.Node.Name == "good"), b => Assert.Equal(1, b.Samples.Single(s => s.Series.Name == "up").Value));
        Assert.Equal(source.Tally.Sent, source.Tally.Accepted + source.Tally.Rejected);
        Assert.Equal(2, source.Targets.Count(t => t.Why is null));
        foreach (var times in _batches.GroupBy(b => b.Samples[^1].Series).Select(g => g.Select(b => b.TimeMs).ToArray()))
        {
            // Never faster than configured: the two clocks' resolution aside.
            for (var i = 1; i < times.Length; i++)
                Assert.True(times[i] - times[i - 1] >= 900, $"{times[i] - times[i - 1]} ms between two scrapes");
        }
    }

    [Fact]
    public async Task A_target_that_comes_into_the_file_is_scraped_and_one_that_leaves_it_is_not()
    {
        using var one = FakeExporter.OfText("a 1\n");
        using var two = FakeExporter.OfText("a 2\n");
        var file = Path.Combine(_folder, "targets.yml");
        File.WriteAllText(file, $"- {{targets: ['127.0.0.1:{one.Port}'], labels: {{hostname: one}}}}\n");
        var source = Source(file);
        using var stop = new CancellationTokenSource();
        var running = source.RunAsync(stop.Token);
        await Waiting.ForAsync(() => Of("one", "a") >= 1, "a scrape of the first");
        File.WriteAllText(file, $"- {{targets: ['127.0.0.1:{two.Port}'], labels: {{hostname: second}}}}\n");
        await Waiting.ForAsync(() => Of("second", "a") >= 1, "a scrape of the second");
        Assert.Equal(["second"], source.Targets.Select(t => t.Target.Labels["hostname"]));
        var seen = Of("one", "a");
        await Waiting.ForAsync(() => Of("second", "a") >= 4, "four scrapes of the second");
        Assert.Equal(seen, Of("one", "a"));
        await stop.CancelAsync();
        await running;
    }

    private ScrapeSource Source(string file) => new(
        new ScrapeOptions { Files = [file], Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1), Refresh = TimeSpan.FromSeconds(1) },
        new IdentityOptions { Cluster = "c" }, new SeriesLimits(), this, TimeProvider.System);

    private int Of(string node, string series) => _batches.Count(b => b.Node.Name == node && b.Samples.Any(s => s.Series.Name == series));
}
