using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Serve;

/// <summary>From a finding in the log to those who are told of the alert, through the process and its restarts.</summary>
public sealed class AlertDeliverySpec : IDisposable
{
    private const string Secret = "a-secret-between-two";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly ConcurrentQueue<(string Path, string Body, string? Signature, string? Timestamp)> _told = [];
    private readonly FakeExporter _listener;

    public AlertDeliverySpec() => _listener = new FakeExporter(async context =>
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        _told.Enqueue((context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync(), context.Request.Headers["X-Tocsin-Signature"], context.Request.Headers["X-Tocsin-Timestamp"]));
        await FakeExporter.WriteAsync(context, context.Request.Url.AbsolutePath.EndsWith("silences", StringComparison.Ordinal) ? "[]" : "{}");
    });

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_finding_becomes_an_alert_that_everybody_hears_of_and_that_outlives_kill_9()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Append(Finding(now, active: true));
        await using (var serve = await ServeProcess.StartAsync(Yaml, _folder))
        {
            await serve.WaitAsync(async () => (await AlertsAsync(serve, "?open=true&node=cn1&kind=memory")).Count == 1, "no alert was stored");
            await serve.WaitAsync(() => Task.FromResult(Came("/hook").Any() && Came("/am/api/v2/alerts").Any()), "nobody was told");
            var hook = Came("/hook").First();
            Assert.Equal(WebhookSink.Sign(Secret, long.Parse(hook.Timestamp!), Encoding.UTF8.GetBytes(hook.Body)), hook.Signature);
            Assert.Equal(("raised", "cn1"), (JsonNode.Parse(hook.Body)!["change"]!.GetValue<string>(), JsonNode.Parse(hook.Body)!["labels"]!["node"]!.GetValue<string>()));
            var posted = JsonNode.Parse(Came("/am/api/v2/alerts").First().Body)![0]!;
            Assert.Equal("cn1", posted["labels"]!["node"]!.GetValue<string>());
            Assert.Equal("https://tocsin.example.org/api/v1/alerts/hpc-1", posted["generatorURL"]!.GetValue<string>());
            Assert.Contains("info alerts: alert raised id=hpc-1", serve.Said);
            Assert.Equal("hpc-1", (await serve.JsonAsync("/api/v1/alerts/hpc-1"))["id"]!.GetValue<string>());
            serve.Process.Kill();
            await serve.Process.WaitForExitAsync();
        }

        _told.Clear();
        await using (var serve = await ServeProcess.StartAsync(Yaml, _folder))
        {
            // It still lasts, so Alertmanager hears of it again, and nobody of a second one.
            await serve.WaitAsync(() => Task.FromResult(Came("/am/api/v2/alerts").Any()), "it was not sent again");
            Assert.Equal(["hpc-1"], await AlertsAsync(serve, "?open=true"));
            Assert.Empty(Came("/hook"));
            Assert.Equal(0, await serve.StopAsync());
        }

        Append(Finding(now + 1000, active: false));
        _told.Clear();
        await using (var serve = await ServeProcess.StartAsync(Yaml, _folder))
        {
            await serve.WaitAsync(async () => (await AlertsAsync(serve, "?open=false")).Count == 1, "it did not end");
            await serve.WaitAsync(() => Task.FromResult(Came("/hook").Any(h => h.Body.Contains("\"cleared\"", StringComparison.Ordinal))), "nobody was told of the end");
            Assert.Empty(await AlertsAsync(serve, "?open=true"));
            var metrics = (await serve.GetAsync("/metrics")).Body;
            Assert.Contains("tocsin_sink_delivered_total{sink=\"desk\"} 1\n", metrics);
            Assert.Contains("tocsin_shard_epoch{shard=\"0\",topic=\"tocsin.findings\"} 3\n", metrics);
            Assert.Equal(0, await serve.StopAsync());
        }
    }

    private string Yaml
    {
        get
        {
            File.WriteAllText(Path.Combine(_folder, "secret"), Secret);
            return $$"""
                listen: {address: '127.0.0.1:0', external_url: 'https://tocsin.example.org'}
                alerts: {hold: 0s, gather: 0s, linger: 0s, clear_after: 10s}
                sinks:
                  alertmanagers: [{url: 'http://127.0.0.1:{{_listener.Port}}/am', resend: 5s}]
                  webhooks: [{name: desk, url: 'http://127.0.0.1:{{_listener.Port}}/hook', secret_file: '{{_folder}}/secret'}]
                """;
        }
    }

    private IEnumerable<(string Path, string Body, string? Signature, string? Timestamp)> Came(string path) => _told.Where(t => t.Path == path);

    private static async Task<IReadOnlyList<string>> AlertsAsync(ServeProcess serve, string query) =>
        [.. (await serve.JsonAsync("/api/v1/alerts" + query))["alerts"]!.AsArray().Select(a => a!["id"]!.GetValue<string>())];

    private static Finding Finding(long atMs, bool active) => new()
    {
        Node = new NodeKey("hpc", "cn1"),
        Source = FindingSource.Rule,
        Rule = "ecc",
        Kind = FaultKind.Memory,
        SinceMs = atMs - 1000,
        AtMs = atMs,
        Active = active,
        Says = "uncorrected ECC errors",
        AtLeast = Severity.Critical,
        HoldMs = 0,
    };

    /// <summary>As a shard of nodes would, while no daemon has the log.</summary>
    private void Append(Finding finding)
    {
        using var log = FileLog.Open(Path.Combine(_folder, "data", "log"), new LogOptions { Topics = LogTopics.Layout(8, 1) }, TimeProvider.System);
        var made = FindingRecord.Of(finding);
        var key = Encoding.UTF8.GetBytes(made.Key);
        var group = new AppendGroup();
        group.Append(log, log.PartitionOf(LogTopics.Findings, key), new LogEntry(key, 1, made.Payload.Span));
        Assert.Null(group.WhenAll().GetAwaiter().GetResult());
    }
}
