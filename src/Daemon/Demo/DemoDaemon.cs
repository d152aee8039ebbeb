using System.Net;
using System.Net.Sockets;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Shared;

namespace Tocsin.Daemon.Demo;

/// <summary>The daemon of the demo: that of <c>tocsin serve</c>, from a config file that the user can read and start again.</summary>
internal sealed class DemoDaemon : IAsyncDisposable
{
    private const int PortsTried = 20;

    private readonly StreamWriter _words;
    private readonly ServeHost _host;

    private DemoDaemon(StreamWriter words, ServeHost host) => (_words, _host) = (words, host);

    public Uri Address => _host.Address;

    /// <param name="folder">Config, state and log go there; an earlier demo's state goes.</param>
    /// <param name="settings">Lines of the config beside cluster, data, listen and logging.</param>
    /// <exception cref="TocsinException">The folder or no port can be had.</exception>
    public static async Task<DemoDaemon> StartAsync(string cluster, string folder, int port, string settings, TimeProvider clock, CancellationToken stop)
    {
        var (state, config, own) = (Path.Combine(folder, "state"), Path.Combine(folder, "tocsin.yaml"), Path.Combine(folder, "tocsin.log"));
        var free = FreePort(port);
        StreamWriter words;
        try
        {
            if (Directory.Exists(state))
                Directory.Delete(state, recursive: true);
            Directory.CreateDirectory(folder);
            File.WriteAllText(config, $"# What tocsin demo started its daemon with.\ncluster: {cluster}\ndata: '{Path.GetFullPath(state).Replace("'", "''")}'\nlisten: {{address: '127.0.0.1:{free}'}}\n{settings}");
            words = new StreamWriter(own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"folder '{folder}' cannot be written: {e.Message}; name another with --out, or end the demo that uses it", e);
        }
        var problems = new List<string>();
        var tree = new ConfigTree();
        ConfigLayers.File(config, tree, problems);
        var options = ServeOptions.Check(tree, problems, out _) ?? throw new BadDataException($"the demo's own config '{config}' is not right: {string.Join("; ", problems)}");
        var log = new OwnLog(words, options.Log, clock);
        var host = new ServeHost(options, (nodes, sinks) => new StorageBackend(options, nodes, sinks, log, clock), log, clock);
        var daemon = new DemoDaemon(words, host);
        try
        {
            await host.StartAsync(stop);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        await _words.DisposeAsync();
    }

    /// <summary>The first of some ports that nobody listens on. Somebody may take it before the daemon does: then the daemon says so.</summary>
    private static int FreePort(int port)
    {
        for (var p = port; p < port + PortsTried && p <= IPEndPoint.MaxPort; p++)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, p));
                return p;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
            }
        }
        throw new DependencyException($"no port from {port} to {port + PortsTried - 1} is free on 127.0.0.1; name another with --port");
    }
}
