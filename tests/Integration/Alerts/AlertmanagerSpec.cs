using System.Text.Json;
using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Sinks;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Alerts;

public sealed class AlertmanagerSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly DispatchOptions Quick = new(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1), new Backoff(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), 0.2));

    private readonly AlertBook _book = new("c1", new BookState(), new AlertOptions { Hold = TimeSpan.Zero, Gather = TimeSpan.Zero, ClearAfter = TimeSpan.FromSeconds(10) });
    private readonly MemoryOutbox _outbox = new();

    [Fact]
    public async Task It_shows_the_alert_keeps_it_while_it_lasts_and_resolves_it_after()
    {
        if (LeftOut())
            return;
        using var receiver = new Receiver();
        await using var server = await AlertmanagerServer.StartAsync(receiver.Url.AbsoluteUri);
        using var sink = Sink(server, TimeSpan.FromSeconds(5));
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(new OutboxDispatcher(_outbox, sink, Quick, TimeProvider.System, () => 0.5).RunAsync(stop.Token), sink.RunAsync(stop.Token));

        Step(Finding("cn0001"), DateTimeOffset.UtcNow);
        await Until.TrueAsync(async () => (await server.AlertsAsync()).Count == 1, Limit);
        var alert = (await server.AlertsAsync()).Single();
        Assert.Equal(
            """{"alertname":"TocsinNodeFault","cluster":"c1","kind":"memory","node":"cn0001"}""",
            JsonSerializer.Serialize(alert.GetProperty("labels")));
        Assert.StartsWith("cn0001: node fault likely (memory). No job runs on it. memory_used_bytes 61 GiB, expected 20 +- 4 GiB, since ", alert.GetProperty("annotations").GetProperty("description").GetString());
        Assert.Equal("https://runbooks.example/TocsinNodeFault", alert.GetProperty("annotations").GetProperty("runbook_url").GetString());
        Assert.Equal("https://tocsin.example/alerts/c1-1", alert.GetProperty("generatorURL").GetString());
        var ends = alert.GetProperty("endsAt").GetDateTimeOffset();
        await Until.TrueAsync(async () => (await server.AlertsAsync()).Single().GetProperty("endsAt").GetDateTimeOffset() > ends, Limit);
        await Until.TrueAsync(() => receiver.Accepted.Any(r => Status(r) == "firing"), Limit);

        Step(Finding("cn0001") with { Active = false }, DateTimeOffset.UtcNow);
        Step(null, DateTimeOffset.UtcNow.AddSeconds(11));
        await Until.TrueAsync(async () => (await server.AlertsAsync()).Count == 0, Limit);
        await Until.TrueAsync(() => receiver.Accepted.Any(r => Status(r) == "resolved"), Limit);
        var resent = sink.Resent;
        await sink.ResendAsync(default);
        Assert.Equal(resent, sink.Resent);
        Assert.Empty(await server.AlertsAsync());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_silence_set_there_keeps_the_webhook_quiet_until_it_is_lifted()
    {
        if (LeftOut())
            return;
        using var receiver = new Receiver();
        await using var server = await AlertmanagerServer.StartAsync();
        using var watch = new SilenceWatch(server.Url, HttpAuth.None, TimeSpan.FromSeconds(1), TimeProvider.System);
        var silence = await server.SilenceAsync("node", "cn0001");
        Assert.True(await watch.RefreshAsync(default), watch.Trouble);
        using var webhook = new WebhookSink("webhook", new WebhookOptions(receiver.Url, null, HttpAuth.None), TimeProvider.System);
        var dispatcher = new OutboxDispatcher(_outbox, webhook, Quick, TimeProvider.System, () => 0.5, watch);

        Step(Finding("cn0001"), DateTimeOffset.UtcNow, "webhook");
        Step(Finding("cn0002"), DateTimeOffset.UtcNow, "webhook");
        while (await dispatcher.PassAsync(default) == Pass.More)
        {
        }
        Assert.Equal(["c1-2.1"], receiver.Accepted.Select(r => r.Headers["X-Tocsin-Delivery"]));
        Assert.Equal(1, dispatcher.Health.Held);

        await server.UnsilenceAsync(silence);
        await Until.TrueAsync(async () => await watch.RefreshAsync(default) && watch.Known == 0, Limit);
        await Until.TrueAsync(async () =>
        {
            await dispatcher.PassAsync(default);
            return _outbox.Waiting == 0;
        }, Limit);
        Assert.Equal(["c1-2.1", "c1-1.1"], receiver.Accepted.Select(r => r.Headers["X-Tocsin-Delivery"]));
    }

    [Fact]
    public async Task What_was_committed_while_it_was_away_arrives_when_it_is_back()
    {
        if (LeftOut())
            return;
        var port = FakeExporter.FreePort();
        var url = new Uri($"http://127.0.0.1:{port}/");
        using var away = new AlertmanagerSink("alertmanager", new AlertmanagerOptions(url, HttpAuth.None, TimeSpan.FromSeconds(5), null, null), TimeProvider.System);
        Step(Finding("cn0001"), DateTimeOffset.UtcNow);
        var dispatcher = new OutboxDispatcher(_outbox, away, Quick, TimeProvider.System, () => 0.5);
        await dispatcher.PassAsync(default);
        Assert.Contains("refused", dispatcher.Trouble, StringComparison.OrdinalIgnoreCase);
        await using var server = await AlertmanagerServer.StartAsync();
        using var back = Sink(server, TimeSpan.FromSeconds(5));
        var again = new OutboxDispatcher(_outbox, back, Quick, TimeProvider.System, () => 0.5);
        await Until.TrueAsync(async () =>
        {
            await again.PassAsync(default);
            return _outbox.Waiting == 0;
        }, Limit);
        Assert.Single(await server.AlertsAsync());
    }

    private static AlertmanagerSink Sink(AlertmanagerServer server, TimeSpan resend) => new(
        "alertmanager",
        new AlertmanagerOptions(server.Url, HttpAuth.None, resend, new Uri("https://tocsin.example/alerts"), new Uri("https://runbooks.example/")),
        TimeProvider.System);

    private static string Status(Received received) => JsonDocument.Parse(received.Body).RootElement.GetProperty("status").GetString()!;

    private static Finding Finding(string node) => new()
    {
        Node = new NodeKey("c1", node),
        Source = FindingSource.Model,
        Kind = FaultKind.Memory,
        SinceMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        AtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        Score = 9,
        Threshold = 4,
        Top = [new MetricEvidence("memory_used_bytes", "bytes", 0.8f, 61.0 * (1L << 30), 20.0 * (1L << 30), 4.0 * (1L << 30), null)],
    };

    private void Step(Finding? finding, DateTimeOffset now, string sink = "alertmanager")
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        if (finding is not null)
            Assert.True(_book.Observe(finding, nowMs));
        _outbox.Add(sink, _book.Step(nowMs), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    private bool LeftOut()
    {
        if (AlertmanagerServer.Installed)
            return false;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{AlertmanagerServer.Program} is not installed");
        output.WriteLine($"left out: {AlertmanagerServer.Program} is not installed (Debian package prometheus-alertmanager)");
        return true;
    }
}
