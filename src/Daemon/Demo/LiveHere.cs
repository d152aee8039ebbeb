using System.Diagnostics;
using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Daemon.Demo;

/// <summary><c>tocsin demo --live</c>: the daemon scrapes this machine's node_exporter once a second. What needs no training is there from the first minute.</summary>
/// <param name="target">host:port of the exporter.</param>
internal sealed class LiveHere(string target, string folder, int port, bool once, DemoTeller teller)
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstFrame = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <exception cref="TocsinException">No exporter answers, or the folder or a port cannot be had.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = Answer };
        await ProbeAsync(http, stop);
        var name = NodeKey.TryParse("here", Environment.MachineName, out _) ? Environment.MachineName : "this-machine";
        var settings = $$"""
            cadence: 1s
            scrape: {targets: ['{{target}}']}
            identity: {rules: [{label: instance, pattern: '.*', node: '{{name}}'}], strip_domain: false}
            remote_write: {enabled: false}
            alerts: {hold: 3s, gather: 2s, linger: 5s, clear_after: 10s}
            log: {partitions: 1}

            """;
        await using var daemon = await DemoDaemon.StartAsync("here", Path.Combine(folder, "live"), port, settings, TimeProvider.System, stop);
        teller.Listening(daemon.Address, port, _clock.Elapsed);
        using var api = new HttpClient { BaseAddress = daemon.Address, Timeout = Answer };
        teller.Here(name, target, await FrameAsync(api, stop), _clock.Elapsed);
        if (once)
            return;
        await foreach (var alert in AlertFeed.RaisedAsync(api, stop))
            teller.Told(alert, _clock.Elapsed);
    }

    private async Task ProbeAsync(HttpClient http, CancellationToken stop)
    {
        var advice = "install one (Debian: apt-get install prometheus-node-exporter) or name one with --target HOST:PORT";
        if (!Uri.TryCreate($"http://{target}/metrics", UriKind.Absolute, out var url))
            throw new BadDataException($"--target '{target}': expected host:port of a node_exporter");
        try
        {
            using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stop);
            if (!answer.IsSuccessStatusCode)
                throw new DependencyException($"{url} answers with status {(int)answer.StatusCode}, expected a node_exporter's metrics; {advice}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            throw new DependencyException($"no node_exporter answers at {url}; {advice}", e);
        }
    }

    /// <summary>Whether a frame came in time.</summary>
    private static async Task<bool> FrameAsync(HttpClient api, CancellationToken stop)
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < FirstFrame)
        {
            using var nodes = JsonDocument.Parse(await api.GetByteArrayAsync("/api/v1/nodes", stop));
            if (nodes.RootElement.GetProperty("nodes").EnumerateArray().Any(n => n.GetProperty("frame").ValueKind == JsonValueKind.String))
                return true;
            await Task.Delay(Look, stop);
        }
        return false;
    }
}
