using System.Text;

namespace Tocsin.Daemon.Config;

/// <summary>Text from outside as it may stand in a message: one line, no control characters, bounded.</summary>
internal static class OneLine
{
    public static string Of(string text, int limit = 120)
    {
        var line = new StringBuilder(Math.Min(text.Length, limit + 3));
        foreach (var c in text)
        {
            if (line.Length >= limit)
                return line.Append("...").ToString();
            // Bidirectional overrides and separators would bend the line that they stand in.
            line.Append(char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? '?' : c);
        }
        return line.ToString();
    }
}
