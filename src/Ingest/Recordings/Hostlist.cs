using System.Globalization;

namespace Tocsin.Ingest.Recordings;

/// <summary>Slurm's lists of nodes: <c>n1,n[003-005,7],r[1-2]n[0-3]</c>.</summary>
public static class Hostlist
{
    /// <summary>Names that one list may stand for.</summary>
    public const int MaxNames = 65_536;

    /// <summary>Null where <paramref name="text"/> is a list, which then stands in <paramref name="names"/> in its own order, each name once; else what is wrong.</summary>
    public static string? Expand(string text, out IReadOnlyList<string> names)
    {
        var found = new List<string>();
        names = found;
        var start = 0;
        var open = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (open || text[i] != ','))
            {
                if (text[i] == '[' && open)
                    return "'[' within '['";
                open = text[i] == '[' || (open && text[i] != ']');
                continue;
            }
            var item = text[start..i].Trim();
            start = i + 1;
            if (item.Length == 0)
                continue;
            var why = Item("", item, found);
            if (why is not null)
                return why;
        }
        names = found.Distinct(StringComparer.Ordinal).ToArray();
        return open ? "'[' without ']'" : null;
    }

    private static string? Item(string head, string rest, List<string> into)
    {
        var open = rest.IndexOf('[');
        if (open < 0)
        {
            if (rest.Contains(']'))
                return "']' without '['";
            if (into.Count == MaxNames)
                return $"more than {MaxNames} names";
            into.Add(head + rest);
            return null;
        }
        var close = rest.IndexOf(']', open);
        if (close < 0)
            return "'[' without ']'";
        foreach (var range in rest[(open + 1)..close].Split(','))
        {
            var ends = range.Split('-');
            if (ends.Length > 2 || !ends.All(IsNumber))
                return $"'{range}' is no number or range";
            var width = ends[0].Length;
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            if (last < first)
                return $"'{range}' runs backwards";
            for (var n = first; n <= last; n++)
            {
                var number = n.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
                var why = Item(head + rest[..open] + number, rest[(close + 1)..], into);
                if (why is not null)
                    return why;
            }
        }
        return null;
    }

    private static bool IsNumber(string text) => text.Length is > 0 and <= 9 && text.All(char.IsAsciiDigit);
}
