using System.Diagnostics;

namespace Tocsin.Integration.Slurm;

/// <summary>The scripts of deploy/slurm, run as Slurm runs them: with its variables and hardly any other.</summary>
internal sealed class HookScripts(string spool)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public string Spool => spool;

    public string[] Waiting => Directory.Exists(Path.Combine(spool, "new")) ? Directory.GetFiles(Path.Combine(spool, "new")) : [];

    public static string Find(string script)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "deploy", "slurm", script);
    }

    /// <summary>Lines for slurm.conf; the scripts that they name, in a folder of the test's, call ours with its spool: slurmctld hands its hooks no variable.</summary>
    public static string[] Configuration(string folder, string spool) =>
        [$"PrologSlurmctld={Wrapper(folder, "prolog", spool)}", $"EpilogSlurmctld={Wrapper(folder, "epilog", spool)}"];

    /// <summary>What PrologSlurmctld gets in Slurm 22.05, as seen; no PATH is among it.</summary>
    public static Dictionary<string, string> Variables(string id, string name, string nodes = "n[001-002]") => new()
    {
        ["SLURM_CLUSTER_NAME"] = "tocsin",
        ["SLURM_JOB_ID"] = id,
        ["SLURM_JOB_NAME"] = name,
        ["SLURM_JOB_NODELIST"] = nodes,
        ["SLURM_JOB_USER"] = "ada",
        ["SLURM_SCRIPT_CONTEXT"] = "prolog_slurmctld",
    };

    public Task<(int Code, string Output)> PrologAsync(Dictionary<string, string> variables) => HookAsync("tocsin-prolog-slurmctld", variables);

    public Task<(int Code, string Output)> EpilogAsync(Dictionary<string, string> variables) => HookAsync("tocsin-epilog-slurmctld", variables);

    public Task<(int Code, string Output)> SendAsync(string url, params string[] more) =>
        RunAsync([Find("tocsin-send-job-events"), "--url", url, "--spool", spool, .. more], []);

    public static async Task<(int Code, string Output)> RunAsync(string[] command, Dictionary<string, string> environment)
    {
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        using var process = Process.Start(info)!;
        using var deadline = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', command)} did not end within {Limit}");
        }
    }

    private static string Wrapper(string folder, string kind, string spool)
    {
        var path = Path.Combine(folder, kind);
        File.WriteAllText(path, $"#!/bin/sh\nTOCSIN_SPOOL={spool} exec {Find($"tocsin-{kind}-slurmctld")}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private Task<(int Code, string Output)> HookAsync(string script, Dictionary<string, string> variables) =>
        RunAsync([Find(script)], new(variables) { ["TOCSIN_SPOOL"] = spool });
}
