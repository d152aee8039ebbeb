using System.Net;
using System.Net.Sockets;
using Tocsin.Daemon.Checking;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Sites;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Daemon.Setup;

/// <summary>Looks around: Slurm's programs by PATH, Prometheus where it is said to be or on this machine, a port, a folder.</summary>
internal static class SiteFinder
{
    public static readonly Uri UsualPrometheus = new("http://127.0.0.1:9090");

    private const int FirstPort = 8484, LastPort = 8499;

    private static readonly TimeSpan Question = TimeSpan.FromSeconds(5), Command = TimeSpan.FromSeconds(10);

    /// <param name="prometheus">Null: the usual one, and it is no failure where there is none.</param>
    /// <param name="data">Null: as it suits this user.</param>
    /// <exception cref="DependencyException">The Prometheus that was named does not answer, or there is no port.</exception>
    public static async Task<SiteFindings> LookAsync(Uri? prometheus, HttpAccess access, string? data, TimeProvider clock, CancellationToken stop)
    {
        var asking = new PrometheusProbe(prometheus ?? UsualPrometheus, access, new IdentityOptions { Cluster = "init" }, "", Question, clock).AskAsync(stop);
        var programs = new SlurmPrograms();
        var slurm = SiteCheck.HasPrograms(programs) ? await new SlurmProbe(programs, Environment.UserName, Command, clock).AskAsync(stop) : null;
        var told = await asking;
        if (prometheus is not null && told.Failure is { } why)
            throw new DependencyException(why);
        return new SiteFindings
        {
            Prometheus = told.Failure is null ? told : null,
            Slurm = slurm is { Failure: null } ? slurm : null,
            Data = data ?? Folder(),
            Port = Port(),
        };
    }

    private static string Folder()
    {
        const string system = "/var/lib/tocsin";
        if (Environment.UserName == "root" || Directory.Exists(system))
            return system;
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(Path.GetFullPath(state), "tocsin");
    }

    private static int Port()
    {
        for (var port = FirstPort; port <= LastPort; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // The next one, then.
            }
        }
        throw new DependencyException($"no port from {FirstPort} to {LastPort} is free on 127.0.0.1: write listen.address by hand (deploy/tocsin.yaml)");
    }
}
