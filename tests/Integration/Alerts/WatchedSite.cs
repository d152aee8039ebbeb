using System.Text;
using System.Text.Json;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Integration.Serve;
using Xunit.Abstractions;

namespace Tocsin.Integration.Alerts;

/// <summary>A real Alertmanager, a webhook, <c>curl -N</c> and a scheduler's answers from a file around the daemon.</summary>
internal sealed class WatchedSite : IAsyncDisposable
{
    private const string Secret = "a-secret-between-two";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-site-").FullName;

    private WatchedSite()
    {
    }

    public AlertmanagerServer Alertmanager { get; private set; } = null!;

    public Receiver Webhook { get; } = new();

    public ServeProcess Daemon { get; private set; } = null!;

    public CurlStream Stream { get; private set; } = null!;

    public static bool IsLeftOut(ITestOutputHelper output) =>
        !SystemPart.IsThere(AlertmanagerServer.Program, "prometheus-alertmanager", output) || !SystemPart.IsThere(CurlStream.Program, "curl", output);

    /// <param name="nodes">Lines that the scheduler answers with; empty = it is not asked.</param>
    /// <param name="rules">A site's own rules.</param>
    /// <param name="before">Done with Alertmanager before the daemon is there.</param>
    public static async Task<WatchedSite> StartAsync(string options = "", string nodes = "", string? rules = null, Func<AlertmanagerServer, Task>? before = null)
    {
        var site = new WatchedSite();
        try
        {
            site.Alertmanager = await AlertmanagerServer.StartAsync();
            await (before?.Invoke(site.Alertmanager) ?? Task.CompletedTask);
            site.Daemon = await ServeProcess.StartAsync(await site.YamlAsync(options, nodes, rules));
            site.Stream = new CurlStream(new Uri(site.Daemon.Address, "/api/v1/alerts/stream"));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>What Alertmanager shows, as "node or source: alertname kind state".</summary>
    public async Task<IReadOnlyList<string>> ShownAsync() =>
    [
        .. (await Alertmanager.AlertsAsync())
            .Select(a => $"{Name(a.GetProperty("labels"))}: {a.GetProperty("labels").GetProperty("alertname")} {a.GetProperty("labels").GetProperty("kind")} {a.GetProperty("status").GetProperty("state")}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What the webhook was told, "node or source: change", each with the right signature.</summary>
    public IReadOnlyList<string> Told =>
    [
        .. Webhook.Accepted.Select(r =>
        {
            Assert.Equal(WebhookSink.Sign(Secret, long.Parse(r.Headers["X-Tocsin-Timestamp"]), Encoding.UTF8.GetBytes(r.Body)), r.Headers["X-Tocsin-Signature"]);
            var alert = JsonDocument.Parse(r.Body).RootElement;
            return $"{Name(alert.GetProperty("labels"))}: {alert.GetProperty("change")}";
        }),
    ];

    public Task UntilShownAsync(params string[] alerts) =>
        Daemon.WaitAsync(async () => alerts.All((await ShownAsync()).Contains), $"Alertmanager did not show {string.Join(", ", alerts)}");

    public Task UntilGoneAsync(string node) =>
        Daemon.WaitAsync(async () => !(await ShownAsync()).Any(a => a.StartsWith(node + ":", StringComparison.Ordinal)), $"Alertmanager still shows {node}");

    public Task UntilToldAsync(params string[] words) => Daemon.WaitAsync(() => Task.FromResult(words.All(Told.Contains)), $"the webhook was not told {string.Join(", ", words)}");

    /// <summary>The alert as the webhook was told of it first.</summary>
    public JsonElement Raised(string node) => Webhook.Accepted.Select(r => JsonDocument.Parse(r.Body).RootElement).First(a => Name(a.GetProperty("labels")) == node);

    public async ValueTask DisposeAsync()
    {
        Stream?.Dispose();
        if (Daemon is not null)
            await Daemon.DisposeAsync();
        if (Alertmanager is not null)
            await Alertmanager.DisposeAsync();
        Webhook.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static string Name(JsonElement labels) =>
        (labels.TryGetProperty("node", out var name) || labels.TryGetProperty("source", out name) || labels.TryGetProperty("job", out name) ? name.GetString() : null) ?? "";

    private async Task<string> YamlAsync(string options, string nodes, string? rules)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret"), Secret);
        await File.WriteAllTextAsync(Path.Combine(_folder, "rules.yaml"), rules ?? "version: 1\n");
        var scontrol = Path.Combine(_folder, "scontrol");
        await File.WriteAllTextAsync(scontrol, $"#!/bin/sh\n[ \"$4\" = node ] && cat '{_folder}/nodes' || echo 'No reservations in the system'\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(scontrol, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(_folder, "nodes"), nodes);
        return $$"""
            cadence: 1s
            nodes: {rules: '{{_folder}}/rules.yaml', stale_after: 5s, {{options}}}
            slurm: {folder: '{{_folder}}', nodes: {enabled: {{(nodes.Length > 0 ? "true" : "false")}}, every: 30s} }
            alerts: {hold: 0s, gather: 1s, linger: 1s, clear_after: 10s}
            sinks:
              alertmanagers: [{url: '{{Alertmanager.Url}}', resend: 5s}]
              webhooks: [{url: '{{Webhook.Url}}', secret_file: '{{_folder}}/secret'}]
            """;
    }
}
