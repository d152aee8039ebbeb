using System.CommandLine;
using Tocsin.Daemon.Checking;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Setup;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin init</c>: a first, commented <c>tocsin.yaml</c> from what is found here.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--out") { Description = "the file to write", DefaultValueFactory = _ => "tocsin.yaml" };
        var prometheus = new Option<string?>("--prometheus") { Description = $"what stands before /api/v1; without it {SiteFinder.UsualPrometheus} is tried" };
        var token = new Option<string?>("--token-file") { Description = "file with a bearer token for it" };
        var data = new Option<string?>("--data") { Description = "folder of log and state; without it /var/lib/tocsin, or one of this user's" };
        var force = new Option<bool>("--force") { Description = "overwrites a file that is there" };
        var command = new Command("init", "writes a first tocsin.yaml from what it finds: Slurm, Prometheus, Alertmanager, a free port") { file, prometheus, token, data, force };
        command.Validators.Add(r =>
        {
            if (r.GetResult(prometheus)?.Tokens is [{ Value: var url }, ..] && !HttpOptions.WebUrl(url).Item1)
                r.AddError($"--prometheus '{url}': expected http:// or https:// and a host, without user and password");
        });
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(prometheus) is { } url ? new Uri(url) : null, parsed.GetValue(token), parsed.GetValue(data), parsed.GetValue(force), stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, Uri? prometheus, string? token, string? data, bool force, CancellationToken stop)
    {
        if (File.Exists(file) && !force)
            throw new DependencyException($"'{file}' is there: nothing is overwritten without --force; or name another file with --out");
        var found = await SiteFinder.LookAsync(prometheus, new HttpAccess { BearerTokenFile = token }, data is null ? null : Path.GetFullPath(data), TimeProvider.System, stop);
        try
        {
            // Made anew, so that it is never half the old file, and what another process wrote meanwhile stays.
            await using var text = new FileStream(file, force ? FileMode.Create : FileMode.CreateNew);
            await text.WriteAsync(System.Text.Encoding.UTF8.GetBytes(StartFile.Write(found, token)), stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"'{file}' cannot be written: {e.Message}; name another file with --out", e);
        }
        Print(file, found);
        return 0;
    }

    private static void Print(string file, SiteFindings found)
    {
        Console.WriteLine(found.Slurm is { } slurm
            ? $"Slurm {OneLine.Of(slurm.Version, 20)}, cluster {OneLine.Of(slurm.Cluster, 60)}, {NodeLines.Nodes(slurm.Nodes.Count)}{(found.SeesJobs ? "" : "; sacct does not tell this user of others' jobs")}"
            : "no Slurm: scontrol is not on PATH, or does not answer");
        Console.WriteLine(found.Prometheus is { } prometheus
            ? $"Prometheus at {prometheus.Url}, {NodeLines.Nodes(prometheus.Nodes.Count)} with node_exporter{(found.Cadence is { } seconds ? FormattableString.Invariant($", scraped each {seconds:0.###} s") : "")}, {prometheus.Alertmanagers?.Count ?? 0} Alertmanager"
            : $"no Prometheus at {SiteFinder.UsualPrometheus}: name it with --prometheus");
        Console.WriteLine($"written: {file} (cluster {found.Cluster}, 127.0.0.1:{found.Port}, {found.Data})");
        Console.WriteLine($"next: tocsin check --config {file}");
    }
}
