using System.Globalization;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Sites;

/// <summary>Asks Slurm's programs what they tell this user: five commands, one after another, none per node or job.</summary>
/// <param name="user">Who asks.</param>
/// <param name="limit">For each command.</param>
public sealed class SlurmProbe(SlurmPrograms programs, string user, TimeSpan limit, TimeProvider clock)
{
    private const int MaxBytes = 128 << 20;

    /// <summary>slurmctld is asked first; where it does not answer, nothing else is.</summary>
    public async Task<SlurmFacts> AskAsync(CancellationToken stop)
    {
        var before = clock.GetUtcNow();
        var told = await RunAsync("scontrol", ["show", "config"], stop);
        var after = clock.GetUtcNow();
        if (told.Failure is { } why)
            return new SlurmFacts { User = user, Failure = why };
        var config = SlurmSettings.Read(told.Output);
        var facts = new SlurmFacts
        {
            User = user,
            IsSlurms = user == "root" || Before(config.GetValueOrDefault("SlurmUser"), '(') == user,
            Cluster = config.GetValueOrDefault("ClusterName") ?? "",
            Version = config.GetValueOrDefault("SLURM_VERSION") ?? "",
            ClockOffset = SlurmSettings.AsOf(told.Output) is { } asOf ? Offset(asOf, before, after) : null,
            Private = SlurmSettings.Words(config.GetValueOrDefault("PrivateData")),
            HasAccounting = config.GetValueOrDefault("AccountingStorageType") is { } storage && !storage.EndsWith("none", StringComparison.Ordinal),
        };
        var nodes = await RunAsync("scontrol", ["--oneliner", "--all", "show", "node"], stop);
        if (nodes.Failure is { } unknown)
            return facts with { Failure = unknown };
        facts = facts with { Nodes = SlurmNodeKinds.Parse(nodes.Output) };
        return facts.HasAccounting ? await AccountingAsync(facts, stop) : facts;
    }

    private async Task<SlurmFacts> AccountingAsync(SlurmFacts facts, CancellationToken stop)
    {
        var own = await RunAsync("sacctmgr", ["--noheader", "--parsable2", "show", "user", user, "format=AdminLevel"], stop);
        var accounting = await RunAsync("sacctmgr", ["--noheader", "show", "configuration"], stop);
        var since = clock.GetTimestamp();
        var jobs = await RunAsync("sacct", ["-X", "--allusers", "--parsable2", "--noheader", "-o", "User", "-S", "now-1days"], stop);
        var took = clock.GetElapsedTime(since).TotalSeconds;
        var users = jobs.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return facts with
        {
            AdminLevel = own.Failure is null ? own.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "None" : null,
            AccountingPrivate = accounting.Failure is null ? SlurmSettings.Words(SlurmSettings.Read(accounting.Output).GetValueOrDefault("PrivateData")) : null,
            Accounting = new AccountingSeen(jobs.Failure, took, users.Length, users.ToHashSet(StringComparer.Ordinal)),
        };
    }

    private Task<CommandOutcome> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken stop) =>
        BoundedCommand.RunAsync(new CommandLimits(programs.Path(program), arguments, programs.Environment(), limit, MaxBytes), clock, stop);

    /// <summary>It was somewhere within its second, and between our two: 0 where both can be the same.</summary>
    private static double Offset(long asOf, DateTimeOffset before, DateTimeOffset after)
    {
        var (least, most) = (asOf - after.ToUnixTimeMilliseconds() / 1000.0, asOf + 1 - before.ToUnixTimeMilliseconds() / 1000.0);
        return least > 0 ? least : most < 0 ? most : 0;
    }

    private static string? Before(string? text, char mark) => text?.Split(mark)[0];
}

/// <summary>The <c>Key = value</c> lines of <c>scontrol show config</c> and <c>sacctmgr show configuration</c>.</summary>
internal static class SlurmSettings
{
    private const string Head = "Configuration data as of ";

    /// <summary>The first of two equal keys holds.</summary>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var at = line.IndexOf('=');
            if (at > 0)
                settings.TryAdd(line[..at].Trim(), line[(at + 1)..].Trim());
        }
        return settings;
    }

    /// <summary>slurmctld's clock as it answered, unix seconds, with <c>SLURM_TIME_FORMAT=%s</c>.</summary>
    public static long? AsOf(string text)
    {
        var at = text.IndexOf(Head, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var end = text.IndexOf('\n', at);
        return long.TryParse(text.AsSpan(at + Head.Length, (end < 0 ? text.Length : end) - at - Head.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
    }

    /// <summary><c>jobs,nodes</c>; <c>none</c> and nothing are empty.</summary>
    public static IReadOnlySet<string> Words(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(w => w is not ("none" or "(null)")).ToHashSet(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Kinds of nodes out of <c>scontrol show node --oneliner</c>.</summary>
internal static class SlurmNodeKinds
{
    public static IReadOnlyList<SlurmNode> Parse(string text)
    {
        var nodes = new List<SlurmNode>();
        foreach (var line in text.Split('\n').Where(l => l.StartsWith("NodeName=", StringComparison.Ordinal)).Take(NodeText.MaxNodes))
        {
            var conditions = NodeWords.Parse(SlurmRecord.Word(line, "State"));
            if ((conditions & NodeConditions.Absent) != 0)
                continue;
            var gpus = Gpus(SlurmRecord.Word(line, "Gres"));
            var type = $"{SlurmRecord.Word(line, "CPUTot")} CPUs{(gpus > 0 ? $", {gpus} {(gpus == 1 ? "GPU" : "GPUs")}" : "")}";
            nodes.Add(new SlurmNode(SlurmRecord.Word(line, "NodeName").ToString(), type, gpus, conditions != NodeConditions.None));
        }
        return nodes;
    }

    /// <summary><c>gpu:a100:4(S:0-1),nvme:1</c> is 4.</summary>
    internal static int Gpus(ReadOnlySpan<char> gres)
    {
        var sum = 0;
        foreach (var part in gres.ToString().Split(','))
        {
            if (!part.StartsWith("gpu", StringComparison.Ordinal))
                continue;
            var words = part.Split('(')[0].Split(':');
            sum += words.Length > 1 && int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, 1024) : 1;
        }
        return sum;
    }
}
