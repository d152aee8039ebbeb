using System.Collections.Concurrent;

namespace Tocsin.Daemon.Pictures;

/// <summary>Text of one size and weight. Whatever is not printable ASCII is shown as '?': names of jobs are hostile text.</summary>
/// <param name="Size">Pixels, 8..64; capitals are three quarters of it.</param>
internal sealed record Lettering(int Size, bool Bold = false)
{
    /// <summary>Longer texts are cut before anything else is done with them.</summary>
    public const int MaxLength = 400;

    public static readonly Lettering Small = new(11);
    public static readonly Lettering Normal = new(12);
    public static readonly Lettering Strong = new(12, Bold: true);
    public static readonly Lettering Title = new(16, Bold: true);

    private static readonly ConcurrentDictionary<(int Size, bool Bold, char Character), Glyph> Glyphs = new();

    private double Unit => Size / 12.0;

    /// <summary>Pixels from the baseline up to the top of a capital.</summary>
    public int CapHeight => (int)Math.Round(9 * Unit) + 1;

    /// <summary>Pixels from one line's baseline to the next one's.</summary>
    public int LineHeight => (int)Math.Round(15 * Unit);

    /// <summary>The text as it will be drawn: printable ASCII, at most <see cref="MaxLength"/> characters.</summary>
    public static string Clean(string text)
    {
        var clean = new System.Text.StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length == MaxLength)
                break;
            clean.Append(rune.Value is >= ' ' and <= '~' ? (char)rune.Value : '?');
        }
        return clean.ToString();
    }

    public int Measure(string text) => Layout(Clean(text), static (_, _, _) => { }, 0);

    /// <summary>The longest beginning of the text that fits, ending in ".." where it was cut; null where not even three characters do.</summary>
    public string? Fit(string text, int width)
    {
        var clean = Clean(text);
        if (Measure(clean) <= width)
            return clean;
        // Every character takes at least two pixels, so this is no more than a few hundred trials.
        for (var n = Math.Min(clean.Length - 1, Math.Max(0, width / 2)); n >= 3; n--)
        {
            if (Measure(clean[..n] + "..") <= width)
                return clean[..n] + "..";
        }
        return null;
    }

    /// <param name="x">Left edge of the text, its middle or its right edge, by <paramref name="anchor"/> 0, 0.5 or 1.</param>
    /// <returns>The text's width in pixels.</returns>
    public int Draw(Canvas canvas, double x, int baseline, string text, Rgba colour, double anchor = 0)
    {
        var clean = Clean(text);
        var left = anchor == 0 ? (int)Math.Round(x) : (int)Math.Round(x - (anchor * Measure(clean)));
        return Layout(clean, (glyph, at, _) => glyph.Draw(canvas, at, baseline, colour), left);
    }

    private int Layout(string clean, Action<Glyph, int, char> place, int left)
    {
        var pen = left;
        Glyph? before = null;
        foreach (var character in clean)
        {
            var glyph = Glyphs.GetOrAdd((Size, Bold, character), static key => Make(key.Size, key.Bold, key.Character));
            if (before is not null)
                pen += before.Width + (int)Math.Round(((before.RightBearing + glyph.LeftBearing) * Unit) + (Bold ? 0.4 : 0));
            place(glyph, pen, character);
            before = glyph;
        }
        return before is null ? 0 : pen + before.Width + 1 - left;
    }

    private static Glyph Make(int size, bool bold, char character)
    {
        var unit = Math.Clamp(size, 8, 64) / 12.0;
        return new Glyph(GlyphTable.Strokes[character - ' '], unit, Math.Max(1.1, (bold ? 1.75 : 1.15) * Math.Pow(unit, 0.85)));
    }
}
