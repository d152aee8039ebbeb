using System.Diagnostics;
using System.Text.Json.Nodes;
using Tocsin.Integration.Alerts;
using Tocsin.Integration.Serve;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Live;

/// <summary>A whole site on this host: Slurm with virtual nodes, an exporter on each, Prometheus that scrapes them and pushes to the daemon, Alertmanager and a webhook.</summary>
internal sealed class LiveSite : IAsyncDisposable
{
    public static readonly TimeSpan Cadence = TimeSpan.FromSeconds(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-live-").FullName;
    private readonly Stack<IAsyncDisposable> _started = new();

    private readonly int _port = FakeExporter.FreePort();
    private VirtualExporters _exporters = null!;

    private LiveSite()
    {
    }

    public SlurmCluster Slurm { get; private set; } = null!;

    public PrometheusServer Prometheus { get; private set; } = null!;

    public AlertmanagerServer Alertmanager { get; private set; } = null!;

    public Receiver Webhook { get; } = new();

    public ServeProcess Daemon { get; private set; } = null!;

    public static bool IsLeftOut(ITestOutputHelper output) =>
        SlurmCluster.IsLeftOut(output)
        || !SystemPart.IsThere(PrometheusServer.Program, "prometheus", output)
        || !SystemPart.IsThere(VirtualExporters.Program, "prometheus-node-exporter", output)
        || !SystemPart.IsThere(AlertmanagerServer.Program, "prometheus-alertmanager", output)
        || !SystemPart.IsThere(StressNg.Program, "stress-ng", output);

    /// <param name="hooks">Whether slurmctld calls the hooks and a sender brings what they say.</param>
    public static async Task<LiveSite> StartAsync(bool hooks = false)
    {
        var site = new LiveSite();
        try
        {
            await site.StartPartsAsync(hooks);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9, and a new process on what is stored.</summary>
    public async Task KillDaemonAsync(bool ready = true)
    {
        Daemon.Process.Kill();
        await Daemon.DisposeAsync();
        Daemon = await StartDaemonAsync(ready);
    }

    /// <summary>A metric of the daemon's own, summed over its series.</summary>
    public async Task<double> MetricAsync(string name) => PrometheusServer.Sum((await Daemon.GetAsync("/metrics")).Body, name);

    /// <summary>A list of the API, all of its pages.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path, string list, string cursor = "after")
    {
        var all = new List<JsonNode>();
        for (string? next = null, separator = path.Contains('?') ? "&" : "?"; ;)
        {
            var page = await Daemon.JsonAsync(path + (next is null ? "" : $"{separator}{cursor}={Uri.EscapeDataString(next)}"));
            all.AddRange(page[list]!.AsArray()!);
            if ((next = page["next"]?.ToString()) is null)
                return all;
        }
    }

    /// <summary>How all of it stands, for a failure's message.</summary>
    public async Task<string> StoryAsync()
    {
        using var http = new HttpClient();
        var said = new List<string> { Daemon.Said, (await Daemon.GetAsync("/-/ready")).Body };
        foreach (var (node, port) in _exporters.Ports.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
            said.Add($"{node}: {PrometheusServer.Sum(metrics, "node_memory_AnonPages_bytes") / 1e6:F0} MB used by processes, {PrometheusServer.Sum(metrics, "node_procs_running")} of them running");
        }
        said.Add((await Daemon.GetAsync("/api/v1/nodes")).Body);
        said.Add((await Daemon.GetAsync("/api/v1/alerts")).Body);
        said.AddRange((await Daemon.GetAsync("/metrics")).Body.Split('\n').Where(l => !l.StartsWith('#')));
        said.AddRange((await Alertmanager.AlertsAsync()).Select(a => a.ToString()));
        return string.Join('\n', said);
    }

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var part))
            await part.DisposeAsync();
        Webhook.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartPartsAsync(bool hooks)
    {
        var spool = Path.Combine(_folder, "spool");
        Slurm = Started(await SlurmCluster.StartAsync(8, hooks ? HookScripts.Configuration(_folder, spool) : []));
        _exporters = Started(await VirtualExporters.StartAsync(Slurm, Path.Combine(_folder, "nodes")));
        Alertmanager = Started(await AlertmanagerServer.StartAsync());
        Daemon = await StartDaemonAsync();
        _started.Push(new Ending(() => Daemon.DisposeAsync()));
        if (hooks)
        {
            var sender = Process.Start(HookScripts.Find("tocsin-send-job-events"), ["--url", Daemon.Address.ToString(), "--spool", spool, "--loop", "1"]);
            _started.Push(new Ending(() => End(sender)));
        }
        Prometheus = await PrometheusServer.StartAsync(Path.Combine(_folder, "prometheus"), Cadence, Scrapes(_exporters), new Uri(Daemon.Address, "api/v1/write"));
        _started.Push(new Ending(() => End(Prometheus)));
    }

    /// <summary>With the same address each time: those who send to it do not know that it was away.</summary>
    private Task<ServeProcess> StartDaemonAsync(bool ready = true) => ServeProcess.StartAsync($$"""
        listen: {address: '127.0.0.1:{{_port}}'}
        cadence: {{Cadence.TotalSeconds}}s
        slurm:
          folder: /usr/bin
          configuration: '{{Slurm.Programs.Configuration}}'
          accounting: {enabled: true}
          nodes: {enabled: true, every: 30s}
        alerts: {hold: 4s, gather: 2s, linger: 4s, clear_after: 10s}
        sinks:
          alertmanagers: [{url: '{{Alertmanager.Url}}', resend: 5s}]
          webhooks: [{url: '{{Webhook.Url}}'}]
        """, Directory.CreateDirectory(Path.Combine(_folder, "tocsin")).FullName, ready);

    /// <summary>Half of the nodes are named by <c>instance</c>, half by <c>hostname</c> beside an instance that is an address.</summary>
    private static string Scrapes(VirtualExporters exporters)
    {
        var targets = exporters.Ports.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"  - {{targets: ['127.0.0.1:{p.Value}'], labels: {{__meta_node: {p.Key}}}}}");
        return $"""
            scrape_configs:
            - job_name: node
              relabel_configs:
              - {Relabel("n00[1-4]", "instance", "$1.site.example:9100")}
              - {Relabel("n00[5-8]", "hostname", "$1")}
              static_configs:
            {string.Join('\n', targets)}
            """;
    }

    private static string Relabel(string nodes, string label, string value) =>
        $"{{source_labels: [__meta_node], regex: '({nodes})', target_label: {label}, replacement: '{value}'}}";

    private T Started<T>(T part) where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }

    private static ValueTask End(IDisposable part)
    {
        if (part is Process { HasExited: false } process)
            process.Kill(entireProcessTree: true);
        part.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Ending(Func<ValueTask> end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => end();
    }
}
