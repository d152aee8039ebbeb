using System.Globalization;
using Tocsin.Shared;

namespace Tocsin.Checkpointing.Simulation;

/// <summary>Reads failures of a real machine: CSV, a line each, <c>node,failed[,repaired]</c>, times as unix seconds or ISO 8601; a first line without times is a header.
/// Bad lines are counted.</summary>
public static class FailureLog
{
    private const int MostNodes = 1 << 20;
    private const double UsualRepairS = 4 * 3600;

    /// <exception cref="BadDataException">Fewer than two failures, of fewer than four nodes.</exception>
    public static FailureTrace Read(TextReader csv, Rejections rejections)
    {
        var lines = new List<(double At, string Node, double? Repaired)>();
        for (var number = 1; csv.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var parts = line.Split(',');
            if (parts.Length < 2 || parts[0].Trim() is not { Length: > 0 and <= NodeKey.MaxLength } node || Time(parts[1]) is not { } at)
            {
                if (number > 1)
                    rejections.Add("no node and time", OneLine.Of(line));
                continue;
            }
            var repaired = parts.Length > 2 ? Time(parts[2]) : null;
            if (repaired < at)
                rejections.Add("repaired before it failed", OneLine.Of(line));
            else
                lines.Add((at, node, repaired));
        }
        lines.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Node, b.Node));
        var numbers = new Dictionary<string, int>();
        foreach (var (_, node, _) in lines)
            numbers.TryAdd(node, numbers.Count);
        if (lines.Count < 2 || numbers.Count is < 4 or > MostNodes || lines[^1].At <= lines[0].At)
            throw new BadDataException($"{lines.Count} failures of {numbers.Count} nodes: at least 2 failures at different times and 4 nodes are needed (lines 'node,failed,repaired', unix seconds or ISO 8601)");
        return Trace(lines, numbers, rejections);
    }

    private static FailureTrace Trace(List<(double At, string Node, double? Repaired)> lines, Dictionary<string, int> numbers, Rejections rejections)
    {
        var start = lines[0].At;
        var failures = new List<NodeFailure>();
        var back = new double[numbers.Count];
        foreach (var (at, node, repaired) in lines)
        {
            var number = numbers[node];
            if (at - start < back[number])
            {
                rejections.Add("failed while in repair", OneLine.Of(node));
                continue;
            }
            back[number] = (repaired ?? (at + UsualRepairS)) - start;
            failures.Add(new NodeFailure(at - start, number, back[number]));
        }
        return new FailureTrace(numbers.Count, lines[^1].At - start, failures);
    }

    private static double? Time(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var unix) && double.IsFinite(unix) ? unix
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var iso) ? iso.ToUnixTimeMilliseconds() / 1000.0
        : null;
}
