using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Sinks;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Alerts;

public sealed class WebhookSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_receiver_that_fails_gets_it_again_until_it_takes_it_and_can_check_who_sent_it()
    {
        var secret = Path.Combine(_folder, "secret");
        await File.WriteAllTextAsync(secret, "hush\n");
        using var receiver = new Receiver(500, 429, 404, 302);
        using var webhook = new WebhookSink("webhook", new WebhookOptions(receiver.Url, new SecretFile(secret), HttpAuth.None), TimeProvider.System);
        var outbox = new MemoryOutbox();
        outbox.Add("webhook", [new AlertRaised(Alert(1)), new AlertUpdated(Alert(2), "goes on"), new AlertCleared(Alert(3) with { ClearedMs = 5, Reason = ClearReason.Over })], 0);
        var options = new DispatchOptions(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(20), TimeSpan.FromDays(30_000), new Backoff(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50), 0.2));
        var dispatcher = new OutboxDispatcher(outbox, webhook, options, TimeProvider.System, () => 0.5);
        using var stop = new CancellationTokenSource();
        var running = dispatcher.RunAsync(stop.Token);
        await Until.TrueAsync(() => outbox.Waiting == 0, TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await running;

        Assert.Equal((4, 3, 7), (dispatcher.Failed, dispatcher.Delivered, receiver.Attempts));
        Assert.Equal(["c1-1.1", "c1-1.2", "c1-1.3"], receiver.Accepted.Select(r => r.Headers["X-Tocsin-Delivery"]));
        Assert.Equal(["raised", "updated", "cleared"], receiver.Accepted.Select(r => JsonDocument.Parse(r.Body).RootElement.GetProperty("change").GetString()));
        foreach (var received in receiver.Accepted)
        {
            var signed = $"{received.Headers["X-Tocsin-Timestamp"]}.{received.Body}";
            Assert.Equal("v1=" + Convert.ToHexStringLower(HMACSHA256.HashData("hush"u8, Encoding.UTF8.GetBytes(signed))), received.Headers["X-Tocsin-Signature"]);
            Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(received.Headers["X-Tocsin-Timestamp"], CultureInfo.InvariantCulture), -5, 300);
        }
    }

    [Fact]
    public async Task A_secret_that_is_gone_is_a_reason_to_wait_and_not_to_send_unsigned()
    {
        using var receiver = new Receiver();
        using var webhook = new WebhookSink("webhook", new WebhookOptions(receiver.Url, new SecretFile(Path.Combine(_folder, "none")), HttpAuth.None), TimeProvider.System);
        var outbox = new MemoryOutbox();
        outbox.Add("webhook", [new AlertRaised(Alert(1))], 0);
        var dispatcher = new OutboxDispatcher(outbox, webhook, DispatchOptions.Usual with { GiveUpAfter = TimeSpan.FromDays(30_000) }, TimeProvider.System, () => 0.5);
        await dispatcher.PassAsync(default);
        Assert.Contains("cannot be read", dispatcher.Trouble);
        Assert.Equal((0, 1), (receiver.Attempts, outbox.Waiting));
    }

    private static Alert Alert(int revision) => new()
    {
        Id = new AlertId("c1", 1),
        Revision = revision,
        Labels = new AlertLabels("TocsinNodeFault", "c1", "cn0001", null, null, null, FaultKind.Disk),
        Cause = AlertCause.Node,
        Kind = FaultKind.Disk,
        Severity = Severity.Warning,
        SinceMs = 1,
        RaisedMs = 1,
        UpdatedMs = 1,
        Job = new JobKey("7", 1),
        Nodes = ["cn0001"],
        NodeCount = 1,
        OutOf = 1,
        Summary = "s",
        Evidence = "line\nbreaks, quotes \" and \u65e5",
    };
}
