using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

public sealed class LetteringSpec
{
    private const int First = 33;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(24)]
    public void Every_printable_character_has_ink_and_looks_like_no_other(int size)
    {
        var seen = new Dictionary<string, char>();
        for (var c = (char)First; c <= '~'; c++)
        {
            var picture = Print(c.ToString(), size);
            Assert.Contains(picture, p => p < 128);
            var key = string.Join(' ', picture.Select(p => p / 64));
            Assert.True(seen.TryAdd(key, c), $"'{c}' and '{seen.GetValueOrDefault(key)}' look alike at {size} px");
        }
        Assert.Equal(95, GlyphTable.Strokes.Length);
        Assert.All(Print(" ", size), p => Assert.Equal(255, p));
    }

    [Theory]
    [InlineData("a\tb\nc~\u007F", "a?b?c~?")]
    [InlineData("\u05E9\u05DC\u202Eabc\u0000", "???abc?")]
    [InlineData("\U0001F525x", "?x")]
    public void Whatever_is_not_printable_ascii_is_a_question_mark(string text, string shown) => Assert.Equal(shown, Lettering.Clean(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_a_question_mark() => Assert.Equal("a?b", Lettering.Clean($"a{(char)0xD800}b"));

    [Fact]
    public void Text_takes_the_width_that_was_measured()
    {
        foreach (var lettering in new[] { Lettering.Small, Lettering.Strong, Lettering.Title })
        {
            const string Text = "switch_storm 0.125 (WMSE)";
            var canvas = new Canvas(600, 60, Palette.Paper);
            Assert.Equal(lettering.Measure(Text), lettering.Draw(canvas, 100, 40, Text, Palette.Ink));
            var inked = Enumerable.Range(0, 600).Where(x => Enumerable.Range(0, 60).Any(y => canvas[x, y].R < 160)).ToArray();
            Assert.InRange(inked[0], 99, 101);
            Assert.InRange(inked[^1], 100 + lettering.Measure(Text) - 3, 100 + lettering.Measure(Text));
        }
    }

    [Fact]
    public void A_text_that_does_not_fit_is_cut_and_says_so()
    {
        var name = new string('m', 10_000);
        var fitted = Lettering.Small.Fit(name, 120);
        Assert.EndsWith("m..", fitted);
        Assert.InRange(Lettering.Small.Measure(fitted!), 100, 120);
        Assert.Equal("io_seq", Lettering.Small.Fit("io_seq", 120));
        Assert.Null(Lettering.Small.Fit("io_seq", 12));
        Assert.Null(Lettering.Small.Fit("io_seq", -40));
    }

    [Fact]
    public void Stems_are_sharp_at_the_usual_sizes()
    {
        foreach (var size in new[] { 11, 12, 16 })
        {
            var picture = Print("l", size);
            Assert.Contains(picture, p => p < 45);
        }
    }

    private static byte[] Print(string text, int size)
    {
        var canvas = new Canvas(48, 60, new Rgba(255, 255, 255));
        new Lettering(size).Draw(canvas, 10, 40, text, new Rgba(0, 0, 0));
        return [.. Enumerable.Range(0, 48 * 60).Select(i => canvas[i % 48, i / 48].R)];
    }
}
