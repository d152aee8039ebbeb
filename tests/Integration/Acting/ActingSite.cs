using System.Text.Json;
using System.Text.Json.Nodes;
using Tocsin.Integration.Live;
using Tocsin.Integration.Serve;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>A real Slurm of 8 virtual nodes with an exporter on each, and the daemon that watches them and acts. Its times are a site's pressed together (<see cref="ActingTimes"/>).</summary>
internal sealed class ActingSite : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-acting-").FullName;
    private readonly int _port = FakeExporter.FreePort();
    private VirtualExporters? _exporters;
    private bool _asks;

    private ActingSite(SlurmCluster slurm) => Slurm = slurm;

    public SlurmCluster Slurm { get; }

    public ServeProcess Daemon { get; private set; } = null!;

    public static bool IsLeftOut(ITestOutputHelper output, JobKind kind) =>
        SlurmCluster.IsLeftOut(output)
        || !SystemPart.IsThere(VirtualExporters.Program, "prometheus-node-exporter", output)
        || !SystemPart.IsThere(StressNg.Program, "stress-ng", output)
        || (kind == JobKind.Lammps && !SystemPart.IsThere(JobFolder.Lammps, "lammps", output));

    /// <summary>Programs that stand in front of Slurm's own, where they were asked for.</summary>
    public SlowPrograms? Slow { get; private set; }

    /// <param name="slow">With programs in front of Slurm's that can be held up.</param>
    /// <param name="asks">Each action waits for an operator.</param>
    public static async Task<ActingSite> StartAsync(bool slow = false, bool asks = false)
    {
        var site = new ActingSite(await SlurmCluster.StartAsync(8)) { _asks = asks };
        try
        {
            site.Slow = slow ? new SlowPrograms(Directory.CreateDirectory(Path.Combine(site._folder, "programs")).FullName) : null;
            site._exporters = await VirtualExporters.StartAsync(site.Slurm, Path.Combine(site._folder, "nodes"));
            await File.WriteAllTextAsync(Path.Combine(site._folder, "targets.json"), JsonSerializer.Serialize(
                site._exporters.Ports.Select(p => new { targets = (string[])[$"127.0.0.1:{p.Value}"], labels = new Dictionary<string, string> { ["hostname"] = p.Key } })));
            // Of these nodes' 1,000 MB a job needs less than a third.
            await File.WriteAllTextAsync(Path.Combine(site._folder, "rules.yaml"), """
                version: 1
                rules:
                  - name: memory-nearly-gone
                    metric: memory_used_bytes
                    above: 450000000
                    severity: critical
                    kind: memory
                    says: "{value} of memory are in use."
                """);
            await site.StartDaemonAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async Task StartDaemonAsync() => Daemon = await ServeProcess.StartAsync(Yaml(), Directory.CreateDirectory(Path.Combine(_folder, "tocsin")).FullName);

    /// <summary>kill -9. Nothing is there until it is started again.</summary>
    public async Task KillDaemonAsync()
    {
        Daemon.Process.Kill();
        await Daemon.Process.WaitForExitAsync();
    }

    public async Task<IReadOnlyList<JsonNode>> ActionsAsync() => [.. (await Daemon.JsonAsync("/api/v1/actions?limit=1000"))["actions"]!.AsArray().Select(a => a!).OrderBy(a => a["id"]!.GetValue<long>())];

    public async Task ApproveAsync(JsonNode action) => await SayAsync(action, "approve");

    /// <summary>An operator's word on one action.</summary>
    public async Task SayAsync(JsonNode action, string word) => await Daemon.PostAsync($"/api/v1/actions/{action["id"]}/{word}", "{}"u8.ToArray(), "application/json");

    /// <summary>Open alerts that name the node.</summary>
    public async Task<IReadOnlyList<JsonNode>> AlertsAsync(string node) => [.. (await Daemon.JsonAsync($"/api/v1/alerts?open=true&node={node}"))["alerts"]!.AsArray().Select(a => a!)];

    /// <summary>How all of it stands, for a failure's message.</summary>
    public async Task<string> StoryAsync() => string.Join('\n', [
        Daemon.Said, (await Daemon.GetAsync("/api/v1/decisions")).Body, (await Daemon.GetAsync("/api/v1/actions")).Body, (await Daemon.GetAsync("/api/v1/alerts")).Body,
        await Slurm.RunAsync("squeue", "-o", "%i %T %N %r"), await Slurm.RunAsync("sinfo", "-N", "-o", "%N %T %E")]);

    public async ValueTask DisposeAsync()
    {
        if (Daemon is not null)
            await Daemon.DisposeAsync();
        if (_exporters is not null)
            await _exporters.DisposeAsync();
        await Slurm.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Yaml() => $$"""
        listen: {address: '127.0.0.1:{{_port}}'}
        cadence: 2s
        scrape: {file_sd: ['{{_folder}}/targets.json'], interval: 1s, timeout: 1s}
        nodes: {rules: '{{_folder}}/rules.yaml'}
        slurm:
          folder: '{{Slow?.Folder ?? "/usr/bin"}}'
          configuration: '{{Slurm.Programs.Configuration}}'
          accounting: {enabled: true}
          nodes: {enabled: true, every: 30s}
          munge: {enabled: true, socket: '{{Slurm.Folder}}/run/munge.sock', limit: 60s}
        alerts: {hold: 4s, gather: 2s, linger: 4s, clear_after: 10s}
        actions:
          enabled: [main]
          every: 2s
          horizon: 2m
          return_after: 10s
          cool_down: 1s
          move_cool_down: 30s
          budget: 0.9
          command: {{(Slow is null ? 30 : 10)}}s
          check_limit: {{(_asks ? 15 : 90)}}s
          ask_operator: {{(_asks ? "true" : "false")}}
          believed: {checkpoint: 2s, checkpoint_worst: 5s, restart: 3s, down: 30s}
          brakes: {out_in_an_hour: 100, quiet: 0s, stale: 30s, lag: 30s, signals_an_hour: 100, requeues_a_day: 100}
        """;
}
