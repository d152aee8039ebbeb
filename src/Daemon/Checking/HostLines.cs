using System.Globalization;
using Tocsin.Daemon.Config;

namespace Tocsin.Daemon.Checking;

/// <summary>This machine: folder, disk, memory, port, files with secrets.</summary>
internal static class HostLines
{
    /// <summary>Of a node, where no Prometheus tells: what node_exporter gives on a machine of 64 cores, less what is left out.</summary>
    private const int UsualSeries = 600;

    private static readonly string[] Remote = ["nfs", "nfs4", "cifs", "smb3", "lustre", "gpfs", "beegfs", "fuse.sshfs", "ceph"];

    public static IEnumerable<CheckLine> Of(CheckFacts facts)
    {
        var (options, host) = (facts.Options, facts.Host);
        var expected = Expected(facts);
        if (host.User == "root")
            yield return CheckLine.Warning("user", "this runs as root, who may all: whether the daemon's own user may, is not known", "run it as the daemon's user: runuser -u tocsin -- tocsin check --config ...");
        if (host.FolderProblem is { } folder)
            yield return CheckLine.Error("data", OneLine.Of(folder, 300), $"install -d -m 750 -o {host.User} {options.Data}, or name another folder with data:");
        else if (Remote.Contains(host.FileSystem))
            yield return CheckLine.Error("data", $"{options.Data} lies on {host.FileSystem}: SQLite's log of changes is not safe there", "name a folder on a local disk with data:");
        else
            yield return CheckLine.Ok("data", $"{options.Data} can be written by {host.User}{(host.FileSystem.Length > 0 ? $" ({host.FileSystem})" : "")}");
        if (host.DiskFree is { } free)
            yield return Disk(options, expected, free);
        yield return Memory(facts, expected);
        if (host.PortProblem is { } port)
            yield return host.IsRunning
                ? CheckLine.Ok("port", $"{options.Http.Endpoint} and {options.Data} are held by a Tocsin that runs")
                : CheckLine.Error("port", $"{options.Http.Endpoint} cannot be listened to: {OneLine.Of(port)}", "end what listens there (ss -ltnp), or set listen.address");
        else
            yield return CheckLine.Ok("port", $"{options.Http.Endpoint} is free");
        foreach (var secret in host.Secrets)
        {
            if (secret.Problems.Count > 0)
                yield return CheckLine.Error("secrets", $"{secret.Key}: {OneLine.Of(secret.Problems[0], 300)}", $"chown {host.User} and chmod 600 it; docs/OPERATIONS.md says what stands in it");
            else if (secret.ReadByAll)
                yield return CheckLine.Warning("secrets", $"{secret.Key}: {secret.Path} can be read by every user of this machine", $"chmod 640 {secret.Path}");
            else
                yield return CheckLine.Ok("secrets", $"{secret.Key}: {secret.Path} is this user's alone and can be used");
        }
    }

    private static CheckLine Disk(ServeOptions options, Expectation expected, long free)
    {
        var text = expected.Nodes == 0
            ? $"{Size(free)} free; how much is needed is not known yet"
            : $"{Size(free)} free; {NodeLines.Nodes(expected.Nodes)} {(expected.Nodes == 1 ? "writes" : "write")} {Size(expected.LogADay)} a day to the log, kept for {Spans.Text(options.Storage.Log.RetentionAge)}, and need about {Size(expected.Disk)} in all";
        if (free < expected.Disk)
            return CheckLine.Error("disk", text, "let data: lie on a larger disk, or lower log.keep_for and log.keep_size");
        return free < 2 * expected.Disk ? CheckLine.Warning("disk", text, "watch it: when the disk is full, senders are answered 503 until there is room") : CheckLine.Ok("disk", text);
    }

    private static CheckLine Memory(CheckFacts facts, Expectation expected)
    {
        var queries = facts.Options.Slurm switch
        {
            { Accounting: { } pace, Nodes: { } every } => $"one sacct each {pace.EverySeconds} s and two scontrol each {Spans.Text(every)}",
            { Accounting: { } pace } => $"one sacct each {pace.EverySeconds} s",
            { Nodes: { } every } => $"two scontrol each {Spans.Text(every)}",
            _ => "nothing",
        };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"about {Size(expected.Memory)} of memory ({Size(facts.Host.Memory)} here), {Math.Max(0.01, expected.Cores):0.##} cores ({facts.Host.Processors} here); {expected.SamplesASecond:N0} samples/s come in; asked of Slurm: {queries}; of Prometheus: nothing");
        if (expected.Memory > facts.Host.Memory)
            return CheckLine.Error("load", text, "take a machine with more memory");
        return expected.Memory > facts.Host.Memory * 0.6 || expected.Cores > facts.Host.Processors * 0.7
            ? CheckLine.Warning("load", text, "take a larger machine, or a longer cadence")
            : CheckLine.Ok("load", text);
    }

    private static Expectation Expected(CheckFacts facts)
    {
        var options = facts.Options;
        var series = facts.Prometheus?.Sampled.Select(s => (double)s.Taken).DefaultIfEmpty(UsualSeries).Average() ?? UsualSeries;
        var log = options.Storage.Log;
        return Expectation.Of(facts.Nodes, series, options.Cadence, log.RetentionAge, log.RetentionBytes * log.Topics.Values.Sum(p => (long)p), options.Learning is { } learning ? (learning.Collect.OpenBytes, learning.Collect.KeptBytes) : (0, 0));
    }

    internal static string Size(long bytes) => bytes switch
    {
        >= 10_000_000_000 => $"{bytes / 1e9:0} GB",
        >= 1_000_000_000 => $"{bytes / 1e9:0.0} GB",
        _ => $"{Math.Max(1, bytes / 1e6):0} MB",
    };
}
