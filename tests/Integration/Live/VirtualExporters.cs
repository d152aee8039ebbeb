using System.Globalization;
using Tocsin.Integration.Slurm;

namespace Tocsin.Integration.Live;

/// <summary>A real node_exporter for each virtual node of a cluster, over the processes that the node's slurmd started.</summary>
/// <remarks>Disks and networks are the host's and not exported; what a node has of its own is CPU, load, memory and faults.</remarks>
internal sealed class VirtualExporters : IAsyncDisposable
{
    public const string Program = "/usr/bin/prometheus-node-exporter";

    /// <summary>What only the host has: each node would show the others' share, and in another moment.</summary>
    private static readonly string[] Shared = ["diskstats", "netdev", "netstat", "sockstat", "softnet", "udp_queues", "pressure", "filefd", "schedstat", "entropy", "conntrack"];

    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(400);

    private readonly Dictionary<string, NodeView> _views;
    private readonly Dictionary<string, SystemPart> _exporters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _conf;
    private Dictionary<string, string?> _nodeOf = new(StringComparer.Ordinal);
    private Task _looking = Task.CompletedTask;

    private VirtualExporters(SlurmCluster cluster, string folder)
    {
        _conf = cluster.Programs.Configuration!;
        _views = cluster.Nodes.ToDictionary(n => n, n => new NodeView(Path.Combine(folder, n), Environment.TickCount64), StringComparer.Ordinal);
    }

    /// <summary>By node: where its exporter listens on loopback.</summary>
    public IReadOnlyDictionary<string, int> Ports => _ports;

    public static async Task<VirtualExporters> StartAsync(SlurmCluster cluster, string folder)
    {
        var all = new VirtualExporters(cluster, folder);
        try
        {
            all._looking = Task.Run(all.LookAsync);
            await Task.WhenAll(cluster.Nodes.Select(all.StartAsync));
            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        foreach (var exporter in _exporters.Values)
            exporter.Dispose();
        _stop.Dispose();
    }

    private async Task StartAsync(string node)
    {
        var port = FakeExporter.FreePort();
        var exporter = await SystemPart.StartAsync(
            Program, new Uri($"http://127.0.0.1:{port}/"), [$"--web.listen-address=127.0.0.1:{port}", $"--path.procfs={_views[node].Folder}", .. Shared.Select(c => $"--no-collector.{c}")]);
        lock (_ports)
            (_ports[node], _exporters[node]) = (port, exporter);
    }

    private async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Look();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A process went, or came with the number of another, while it was looked at: the next look shows it as it is.
            }
            await Task.Delay(Refresh, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look()
    {
        var processes = new Dictionary<int, ProcessTimes>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && ProcessTimes.Read(id) is { } process)
                processes.TryAdd(id, process);
        }
        var nodeOf = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var process in processes.Values)
            Resolve(process);
        _nodeOf = nodeOf;
        foreach (var (node, view) in _views)
            view.Show([.. processes.Values.Where(p => nodeOf[p.Key] == node)], Environment.TickCount64);

        // A process without the variable is where its parent is.
        string? Resolve(ProcessTimes process)
        {
            if (nodeOf.TryGetValue(process.Key, out var node))
                return node;
            if (!_nodeOf.TryGetValue(process.Key, out node))
                node = NodeOf(process.Id) ?? (processes.TryGetValue(process.Parent, out var parent) ? Resolve(parent) : null);
            return nodeOf[process.Key] = node;
        }
    }

    /// <summary>slurmd tells each process that it starts which node it is on.</summary>
    private string? NodeOf(int id)
    {
        var environment = ProcessTimes.Environment(id);
        return environment.GetValueOrDefault("SLURM_CONF") == _conf ? environment.GetValueOrDefault("SLURMD_NODENAME") : null;
    }
}
