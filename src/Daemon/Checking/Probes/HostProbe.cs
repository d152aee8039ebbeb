using System.Net;
using System.Net.Sockets;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve;
using Tocsin.Shared;

namespace Tocsin.Daemon.Checking.Probes;

/// <summary>Looks at this machine and leaves it as it was: a folder or lock that root made here would keep the daemon's own user out.</summary>
internal static class HostProbe
{
    private const int MaxTokenBytes = 1 << 20;

    public static HostFacts Look(ServeOptions options)
    {
        var (problem, running) = Folder(options.Data);
        var drive = Drive(options.Data);
        return new HostFacts
        {
            User = Environment.UserName,
            FolderProblem = problem,
            IsRunning = running,
            DiskFree = drive?.AvailableFreeSpace,
            FileSystem = drive?.DriveFormat ?? "",
            PortProblem = Port(options.Http.Endpoint),
            Memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Processors = Environment.ProcessorCount,
            Secrets = [.. Secrets(options)],
        };
    }

    private static (string? Problem, bool Running) Folder(string folder)
    {
        var mark = Path.Combine(folder, "lock");
        var (hadFolder, hadLock) = (Directory.Exists(folder), File.Exists(mark));
        try
        {
            FolderLock.Take(folder).Dispose();
            if (!hadLock)
                File.Delete(mark);
            if (!hadFolder)
                Directory.Delete(folder);
            return (null, false);
        }
        catch (DependencyException e) when (e.InnerException is IOException && File.Exists(mark))
        {
            return (null, true);
        }
        catch (Exception e) when (e is DependencyException or IOException or UnauthorizedAccessException)
        {
            return (e.Message, false);
        }
    }

    private static DriveInfo? Drive(string folder)
    {
        try
        {
            var full = Path.GetFullPath(folder);
            return DriveInfo.GetDrives().Where(d => IsUnder(full, d.RootDirectory.FullName)).MaxBy(d => d.RootDirectory.FullName.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsUnder(string path, string root) => path == root || path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string? Port(IPEndPoint endpoint)
    {
        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "something listens there already",
                SocketError.AccessDenied => "ports below 1024 need CAP_NET_BIND_SERVICE",
                SocketError.AddressNotAvailable => "no interface of this machine has this address",
                _ => e.Message,
            };
        }
    }

    private static IEnumerable<SecretSeen> Secrets(ServeOptions options)
    {
        if (options.Http.TokenFile is { } tokens)
            yield return Secret("tokens.file", tokens, (path, problems) => TokenSet.Parse(File.ReadAllLines(path), Path.GetFileName(path), problems));
        if (options.Http.Key is { } key)
            yield return Secret("tls.key", key, (path, problems) => Certificates.Load(options.Http.Certificate!, path).Dispose());
        if (options.Prometheus?.Access.BearerTokenFile is { } prometheus)
            yield return Secret("prometheus.token_file", prometheus, (path, problems) => File.ReadAllText(path));
        var files = options.Sinks.Alertmanagers.SelectMany(a => (string?[])[a.Auth.Bearer?.Path, a.Auth.Basic?.Path])
            .Concat(options.Sinks.Webhooks.SelectMany(w => (string?[])[w.Webhook.Secret?.Path, w.Webhook.Auth.Bearer?.Path, w.Webhook.Auth.Basic?.Path])).OfType<string>();
        foreach (var file in files)
            yield return Secret("sinks", file, (path, problems) => new Actors.Sinks.Http.SecretFile(path).Read());
    }

    private static SecretSeen Secret(string key, string path, Action<string, List<string>> use)
    {
        var problems = new List<string>();
        var open = false;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxTokenBytes } large)
                problems.Add($"{path} has {large.Length} bytes, expected at most {MaxTokenBytes}");
            else
                use(path, problems);
            open = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TocsinException)
        {
            problems.Add($"{path} cannot be used: {e.Message}");
        }
        return new SecretSeen(key, path, problems, open);
    }
}
