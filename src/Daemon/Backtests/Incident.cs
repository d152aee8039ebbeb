using System.Globalization;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>What is known to have happened, from elsewhere: Slurm's events of nodes, or a table of faults.</summary>
/// <param name="Nodes">Empty: every node.</param>
/// <param name="What">State and reason, or the fault's kind; one line of hostile text.</param>
/// <param name="Injected">From a table of faults: an alert within it counts. Else it is when the scheduler or a person noticed, and an alert before it counts.</param>
internal sealed record Incident(IReadOnlyList<string> Nodes, long StartMs, long? EndMs, string What, bool Injected)
{
    public bool IsOn(IEnumerable<string> nodes) => Nodes.Count == 0 || nodes.Any(Nodes.Contains);

    public static Incident Of(FaultEvent fault) => new(fault.Nodes, fault.StartMs, fault.EndMs, fault.Fault, Injected: true);
}

/// <summary>Reads what <c>SLURM_TIME_FORMAT=%s sacctmgr -nP show event format=NodeName,TimeStart,TimeEnd,State,Reason</c> prints.</summary>
internal static class NodeEventTable
{
    public const string Format = "NodeName|TimeStart|TimeEnd|State|Reason";

    public const int MaxText = 120;

    private const int MaxLines = 1_000_000;

    /// <summary>States in which nobody can compute there; a node that is back, or only planned, is no incident.</summary>
    private static readonly string[] Bad = ["DOWN", "DRAIN", "FAIL", "ERROR", "NOT_RESPONDING", "BOOT_FAIL"];

    /// <exception cref="BadDataException">A line is none.</exception>
    public static IReadOnlyList<Incident> Read(IEnumerable<string> lines, string file)
    {
        var incidents = new List<Incident>();
        var number = 0;
        foreach (var line in lines)
        {
            if (++number > MaxLines)
                throw new BadDataException($"{file}: more than {MaxLines} lines: cut it by time");
            if (line.Length == 0 || line.StartsWith("NodeName|", StringComparison.OrdinalIgnoreCase))
                continue;
            var fields = line.Split('|');
            if (fields.Length < 4 || !Time(fields[1], out var start))
                throw new BadDataException($"{file}:{number}: expected {Format} with times in unix seconds or ISO 8601, which SLURM_TIME_FORMAT=%s sacctmgr -nP show event format=NodeName,TimeStart,TimeEnd,State,Reason prints");
            var state = fields[3].ToUpperInvariant();
            // An event of the whole cluster has no node.
            if (fields[0].Length == 0 || !Bad.Any(state.Contains))
                continue;
            if (Hostlist.Expand(fields[0], out var nodes) is { } why)
                throw new BadDataException($"{file}:{number}: nodes '{OneLine.Of(fields[0], 60)}': {why}");
            var reason = fields.Length > 4 ? fields[4] : "";
            incidents.Add(new Incident(nodes, start, Time(fields[2], out var end) ? end : null, OneLine.Of(reason.Length > 0 ? $"{state}: {reason}" : state, MaxText), Injected: false));
        }
        return incidents;
    }

    private static bool Time(string text, out long ms)
    {
        ms = 0;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > EventTime.MinSeconds and < EventTime.MaxSeconds)
        {
            ms = (long)(seconds * 1000);
            return true;
        }
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        ms = time.ToUnixTimeMilliseconds();
        return true;
    }
}
