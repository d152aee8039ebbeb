using System.Globalization;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>Asks <c>sacctmgr</c> which nodes were down, drained or failed in a stretch of the past, and why; needs no administrator.</summary>
public static class NodeEventCommand
{
    public const string Fields = "NodeName,TimeStart,TimeEnd,State,Reason";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>About 600,000 events.</summary>
    public const int MaxBytes = 64 << 20;

    /// <param name="cluster">One slurmdbd may hold several, with nodes of the same names; empty = all.</param>
    public static CommandLimits Build(SlurmPrograms programs, string cluster, long fromMs, long untilMs)
    {
        List<string> arguments = ["--noheader", "--parsable2", "show", "event"];
        if (cluster.Length > 0)
            arguments.Add($"cluster={cluster}");
        arguments.AddRange([$"start={Time(fromMs)}", $"end={Time(untilMs + 999)}", $"format={Fields}"]);
        return new CommandLimits(programs.Path("sacctmgr"), arguments, programs.Environment(), Limit, MaxBytes);
    }

    /// <summary>In UTC, which the command's <c>TZ</c> is.</summary>
    private static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
