using System.Globalization;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Evaluation;

/// <summary>Reads the truth, <c>Fault|JobName|Start|End[|NodeList]</c>, and job boundaries, <c>JobID|JobName|Start|End[|NodeList]</c>; unix seconds.
/// Node lists here are plain names with commas, or one bracket a name as Slurm writes it: <c>cn[01-03,07]</c>.</summary>
public static class EventFile
{
    private const double MaxSeconds = 253_402_300_799;
    private const int MaxNodesPerLine = 100_000;

    /// <exception cref="BadDataException">The message names file, line and what was expected.</exception>
    public static IReadOnlyList<FaultEvent> ReadFaults(string path) =>
        [.. Rows(path, "Fault").Select(r => new FaultEvent(r.First, r.JobName, r.StartMs, r.EndMs ?? throw r.Bad("an event without an end", "unix seconds"), r.Nodes))];

    /// <exception cref="BadDataException">The message names file, line and what was expected.</exception>
    public static IReadOnlyList<JobRun> ReadJobs(string path) =>
        [.. Rows(path, "JobID").Select(r => new JobRun(r.First, r.JobName, null, r.StartMs, r.EndMs, r.Nodes))];

    private sealed record Row(string First, string JobName, long StartMs, long? EndMs, IReadOnlyList<string> Nodes, Func<string, string, BadDataException> Bad);

    private static IEnumerable<Row> Rows(string path, string firstColumn)
    {
        string[] lines;
        var name = Path.GetFileName(path);
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataException($"file '{name}' cannot be read: {e.Message}", e);
        }
        var header = lines.Length == 0 ? [] : lines[0].Split('|');
        if (header.Length is not (4 or 5) || header[0] != firstColumn || header[1] != "JobName" || header[2] != "Start" || header[3] != "End" || (header.Length == 5 && header[4] != "NodeList"))
            throw new BadDataException($"file '{name}', line 1: expected the header {firstColumn}|JobName|Start|End with |NodeList or without");
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            var number = i + 1;
            BadDataException Bad(string what, string expected) => new($"file '{name}', line {number}: {what}; expected {expected}");
            var fields = lines[i].Split('|');
            if (fields.Length != header.Length)
                throw Bad($"{fields.Length} fields", $"{header.Length} as in the header");
            var start = Seconds(fields[2]) ?? throw Bad($"start '{fields[2]}'", "unix seconds");
            var end = Seconds(fields[3]);
            if (end is null && !(fields[3] is "" or "Unknown" or "None"))
                throw Bad($"end '{fields[3]}'", "unix seconds");
            if (end < start)
                throw Bad($"end {fields[3]} before start {fields[2]}", "an end at or after the start");
            var nodes = header.Length == 5 ? Nodes(fields[4]) ?? throw Bad($"node list '{fields[4]}'", "names like cn01,cn02 or cn[01-03,07]") : [];
            yield return new Row(fields[0], fields[1], start, end, nodes, Bad);
        }
    }

    private static long? Seconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var s) && s is >= 0 and <= MaxSeconds ? (long)Math.Round(s * 1000) : null;

    private static List<string>? Nodes(string list)
    {
        var nodes = new List<string>();
        var depth = 0;
        var from = 0;
        for (var i = 0; i <= list.Length; i++)
        {
            if (i < list.Length && list[i] is '[' or ']')
                depth += list[i] == '[' ? 1 : -1;
            if (depth is < 0 or > 1)
                return null;
            if (i < list.Length && (list[i] != ',' || depth > 0))
                continue;
            if (i > from && !Expand(list[from..i], nodes))
                return null;
            from = i + 1;
        }
        return depth == 0 ? nodes : null;
    }

    private static bool Expand(string item, List<string> nodes)
    {
        var open = item.IndexOf('[', StringComparison.Ordinal);
        var close = item.IndexOf(']', StringComparison.Ordinal);
        if (open < 0)
        {
            nodes.Add(item);
            return nodes.Count <= MaxNodesPerLine;
        }
        if (close < open || item.IndexOf('[', close) >= 0)
            return false;
        foreach (var part in item[(open + 1)..close].Split(','))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var first = dash < 0 ? part : part[..dash];
            var last = dash < 0 ? part : part[(dash + 1)..];
            if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
                || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
                || b < a || b - a >= MaxNodesPerLine - nodes.Count)
                return false;
            for (var n = a; n <= b; n++)
                nodes.Add(item[..open] + n.ToString(CultureInfo.InvariantCulture).PadLeft(first.Length, '0') + item[(close + 1)..]);
        }
        return true;
    }
}
