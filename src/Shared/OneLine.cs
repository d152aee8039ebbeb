using System.Globalization;
using System.Text;

namespace Tocsin.Shared;

/// <summary>Hostile text (names of jobs, users, devices, nodes; whatever somebody else wrote) made fit for a line that people and terminals read.</summary>
public static class OneLine
{
    public const int Usual = 120;

    /// <summary>What can move a cursor, colour a terminal, turn the direction of text or break a line becomes '?'; what is longer than
    /// <paramref name="max"/> UTF-16 units is cut and ends with "...".</summary>
    public static string Of(string text, int max = Usual)
    {
        if (text.Length > max)
            return Of(text.AsSpan(), max);
        foreach (var c in text)
        {
            if (!char.IsAscii(c) || char.IsControl(c))
                return Of(text.AsSpan(), max);
        }
        return text;
    }

    public static string Of(ReadOnlySpan<char> text, int max = Usual)
    {
        var line = new StringBuilder(Math.Min(text.Length, max));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > max)
                return Cut(line, max);
            line.Append(IsPlain(rune) ? rune.ToString() : "?");
        }
        return line.ToString();
    }

    private static string Cut(StringBuilder line, int max)
    {
        line.Length = Math.Min(line.Length, Math.Max(0, max - 3));
        if (line.Length > 0 && char.IsHighSurrogate(line[^1]))
            line.Length--;
        return line.Append("...", 0, Math.Min(3, max)).ToString();
    }

    // A lone surrogate is enumerated as U+FFFD, which is plain.
    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
