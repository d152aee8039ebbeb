using System.Globalization;
using Tocsin.Shared;

namespace Tocsin.Ingest.Slurm;

/// <summary>Slurm's lists of nodes, both ways: <c>n1,n[003-005,7],r[1-2]n[0-3]</c>.</summary>
/// <remarks>
/// What it takes is what <c>scontrol show hostnames</c> of Slurm 22.05 takes, in the same order, with these differences, all on purpose: a name comes once
/// (Slurm repeats it); text after the last bracket is taken (<c>n[1-2]-ib</c>; Slurm refuses it, other tools write it); what Slurm takes by
/// accident is refused (<c>n[</c>, <c>n[1-]</c>, blanks in brackets, names of any character, such as <c>(null)</c>). Slurm has no steps: <c>n[0-8/2]</c> is none.
/// </remarks>
public static class Hostlist
{
    /// <summary>Names that one list may stand for, before doubles go.</summary>
    public const int MaxNames = 65_536;

    /// <summary>Characters of a list.</summary>
    public const int MaxText = 1 << 20;

    /// <summary>Brackets in one item.</summary>
    public const int MaxDimensions = 8;

    /// <summary>Null where <paramref name="text"/> is a list, which then stands in <paramref name="names"/> in Slurm's order, each name once; else what is wrong,
    /// and no names.</summary>
    public static string? Expand(string text, out IReadOnlyList<string> names)
    {
        names = [];
        if (text.Length > MaxText)
            return $"longer than {MaxText} characters";
        var found = new List<string>();
        var start = 0;
        var open = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !(IsSeparator(text[i]) && !open))
            {
                if (text[i] == '[' && open)
                    return "'[' within '['";
                if (text[i] == ']' && !open)
                    return "']' without '['";
                open = text[i] == '[' || (open && text[i] != ']');
                continue;
            }
            if (open)
                return "'[' without ']'";
            if (i > start && (HostlistItem.Parse(text.AsSpan(start, i - start), out var item) ?? item!.Expand(found)) is { } why)
                return why;
            start = i + 1;
        }
        names = found.Distinct(StringComparer.Ordinal).ToArray();
        return null;
    }

    /// <summary>The shortest list of these names in this order, as <c>scontrol show hostlist</c> writes it: neighbours that differ in their last number alone share
    /// a bracket. <see cref="Expand"/> gives the names back.</summary>
    public static string Compress(IEnumerable<string> names) => HostlistWriter.Write(names.Select(HostName.Of));

    /// <summary>As <see cref="Compress"/>, ordered by prefix, then by the number, each name once: the same set of nodes always reads the same.</summary>
    public static string CompressSorted(IEnumerable<string> names) =>
        HostlistWriter.Write(names.Select(HostName.Of).Distinct().Order());

    private static bool IsSeparator(char c) => c is ',' or ' ' or '\t' or '\n' or '\r';
}

/// <summary>A node's name split before its last digits: <c>r1n007</c> = <c>r1n</c>, 7 of width 3. A name that ends otherwise has no number.</summary>
/// <param name="Width">Digits; 0 = no number.</param>
internal readonly record struct HostName(string Prefix, long Number, int Width) : IComparable<HostName>
{
    /// <summary>Numbers of more digits stay text.</summary>
    public const int MaxDigits = 18;

    public static HostName Of(string name)
    {
        var at = name.Length;
        while (at > 0 && char.IsAsciiDigit(name[at - 1]))
            at--;
        var width = name.Length - at;
        return width is 0 or > MaxDigits
            ? new HostName(name, 0, 0)
            : new HostName(name[..at], long.Parse(name.AsSpan(at), NumberStyles.None, CultureInfo.InvariantCulture), width);
    }

    /// <summary>Whether a range that began with this width goes on from this name to that one: 09-10, 99-100 (width 2), not 9-010.</summary>
    public bool GoesOnWith(HostName next, int width) =>
        next.Number == Number + 1 && next.Width == Math.Max(width, HostlistItem.Digits(next.Number));

    public int CompareTo(HostName other)
    {
        var byPrefix = string.CompareOrdinal(Prefix, other.Prefix);
        if (byPrefix != 0)
            return byPrefix;
        var byNumber = Number.CompareTo(other.Number);
        return byNumber != 0 ? byNumber : Width.CompareTo(other.Width);
    }

    public override string ToString() => Width == 0 ? Prefix : Prefix + Number.ToString(CultureInfo.InvariantCulture).PadLeft(Width, '0');

    public static bool IsValid(string name) => NodeKey.TryParse("c", name, out _);
}
