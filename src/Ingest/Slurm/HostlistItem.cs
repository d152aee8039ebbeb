using System.Globalization;
using System.Text;

namespace Tocsin.Ingest.Slurm;

/// <summary>One item of a host list: text and brackets in turn, <c>r[1-2]n[003-005,7]</c>.</summary>
internal sealed class HostlistItem
{
    private readonly List<string> _texts = [];
    private readonly List<List<NumberRange>> _brackets = [];

    private readonly record struct NumberRange(long First, long Last, int Width)
    {
        public long Count => Last - First + 1;
    }

    public static int Digits(long number)
    {
        var digits = 1;
        while ((number /= 10) > 0)
            digits++;
        return digits;
    }

    /// <param name="text">With brackets that are closed and not nested.</param>
    public static string? Parse(ReadOnlySpan<char> text, out HostlistItem? item)
    {
        item = null;
        var parsed = new HostlistItem();
        for (; ; )
        {
            var open = text.IndexOf('[');
            if (open < 0)
                break;
            if (parsed._brackets.Count == Hostlist.MaxDimensions)
                return $"more than {Hostlist.MaxDimensions} brackets in one name";
            var close = text.IndexOf(']');
            if (Ranges(text[(open + 1)..close], out var ranges) is { } why)
                return why;
            parsed._texts.Add(text[..open].ToString());
            parsed._brackets.Add(ranges);
            text = text[(close + 1)..];
        }
        parsed._texts.Add(text.ToString());
        item = parsed;
        return null;
    }

    /// <summary>Adds the names; null, or what is wrong with them.</summary>
    /// <remarks>Slurm's order, seen in 22.05: the last bracket runs fastest, then the first, the second, and so on.</remarks>
    public string? Expand(List<string> into)
    {
        var room = Hostlist.MaxNames - into.Count;
        long count = 1;
        foreach (var bracket in _brackets)
        {
            // Both factors are at most MaxNames, so the product fits.
            count *= bracket.Sum(r => r.Count);
            if (count > room)
                break;
        }
        if (count > room)
            return $"more than {Hostlist.MaxNames} names";
        var values = _brackets.Select(Values).ToArray();
        var at = new int[values.Length];
        var name = new StringBuilder();
        for (long n = 0; n < count; n++)
        {
            name.Clear();
            for (var d = 0; d < values.Length; d++)
                name.Append(_texts[d]).Append(values[d][at[d]]);
            name.Append(_texts[^1]);
            var made = name.ToString();
            if (!HostName.IsValid(made))
                return $"'{Shown(made)}' is no node's name";
            into.Add(made);
            Advance(at, values);
        }
        return null;
    }

    private static void Advance(int[] at, string[][] values)
    {
        for (var i = 0; i < at.Length; i++)
        {
            var d = i == 0 ? at.Length - 1 : i - 1;
            if (++at[d] < values[d].Length)
                return;
            at[d] = 0;
        }
    }

    private static string? Ranges(ReadOnlySpan<char> text, out List<NumberRange> ranges)
    {
        ranges = [];
        long count = 0;
        foreach (var part in text.Split(','))
        {
            var range = text[part];
            var dash = range.IndexOf('-');
            var first = dash < 0 ? range : range[..dash];
            var last = dash < 0 ? range : range[(dash + 1)..];
            if (!Number(first, out var from) || !Number(last, out var to))
                return $"'{Shown(range.ToString())}' is no number or range";
            if (to < from)
                return $"'{Shown(range.ToString())}' runs backwards";
            // At most 18 digits a number: the sum cannot overflow before it is refused.
            count += to - from + 1;
            if (count > Hostlist.MaxNames)
                return $"more than {Hostlist.MaxNames} names";
            ranges.Add(new NumberRange(from, to, first.Length));
        }
        return null;
    }

    private static string[] Values(List<NumberRange> ranges)
    {
        var values = new List<string>();
        foreach (var range in ranges)
        {
            for (var n = range.First; n <= range.Last; n++)
                values.Add(n.ToString(CultureInfo.InvariantCulture).PadLeft(range.Width, '0'));
        }
        return values.ToArray();
    }

    private static bool Number(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length <= HostName.MaxDigits && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
