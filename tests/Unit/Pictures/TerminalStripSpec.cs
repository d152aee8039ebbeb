using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

public sealed class TerminalStripSpec
{
    [Fact]
    public void Rows_line_up_under_the_score()
    {
        var node = new NodeScores
        {
            Node = "n",
            TimesMs = [.. Enumerable.Range(0, 93).Select(i => 1000L * i)],
            Scores = [.. Enumerable.Range(0, 93).Select(i => i is >= 40 and < 44 ? 50f : i == 10 ? float.NaN : 1f)],
            Thresholds = new float[93],
            Alarms = [.. Enumerable.Range(0, 93).Select(i => i is >= 41 and < 44 or 80)],
            Jobs = [new JobBand("io_seq", 20_000, 60_000)],
            Faults = [new FaultSpan("mem_leak", 40_000, 44_000, true), new FaultSpan("disk_io", 70_000, 73_000, false)],
        };
        var lines = new TerminalStrip(100, false).Render(node);
        Assert.Equal("score  ", lines[0][..7]);
        Assert.Equal(new string('@', 4), lines[0][47..51]);
        Assert.Equal(' ', lines[0][17]);
        Assert.Equal("alarm" + new string(' ', 43) + "###" + new string(' ', 36) + "!", lines[1]);
        Assert.Equal("fault" + new string(' ', 42) + "oooo" + new string(' ', 26) + "xxx", lines[2]);
        Assert.Equal("|io_seq", lines[3][27..34]);
        Assert.Equal('|', lines[3][67]);
        Assert.Equal("time   0:00", lines[4][..11]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peak_of_one_frame_in_a_hundred_thousand_is_seen(bool unicode)
    {
        var scores = Enumerable.Repeat(1f, 100_000).ToArray();
        scores[61_234] = 500;
        var node = new NodeScores { Node = "n", TimesMs = [.. Enumerable.Range(0, 100_000).Select(i => 1000L * i)], Scores = scores, Thresholds = new float[100_000], Alarms = new bool[100_000] };
        var score = new TerminalStrip(87, unicode).Render(node)[0];
        Assert.Equal(87, score.Length);
        Assert.Equal(7 + (int)(0.61234 * 80), score.IndexOf(unicode ? '\u2588' : '@'));
    }

    [Fact]
    public void Ascii_stays_ascii_within_its_width_whatever_the_jobs_are_called()
    {
        var node = FakeScores.Node("n", 4);
        var hostile = new NodeScores
        {
            Node = "n",
            TimesMs = node.TimesMs,
            Scores = node.Scores,
            Thresholds = node.Thresholds,
            Alarms = node.Alarms,
            Faults = node.Faults,
            Jobs = [new JobBand("\u001B[2J\u202Eevil\n" + new string('x', 9000), node.TimesMs[100], node.TimesMs[900]), new JobBand("b", long.MinValue, long.MaxValue)],
        };
        foreach (var width in new[] { -5, 30, 79, 500, 100_000 })
        {
            var strip = new TerminalStrip(width, false);
            foreach (var line in strip.Render(hostile).Append(strip.Key(true)))
            {
                Assert.InRange(line.Length, 1, Math.Max(80, Math.Clamp(width, 30, 500)));
                Assert.All(line, c => Assert.InRange(c, ' ', '~'));
            }
        }
    }

    [Fact]
    public void No_scores_is_said() =>
        Assert.Equal(["no scores to show"], new TerminalStrip(80, true).Render(new NodeScores { Node = "n", TimesMs = [], Scores = [], Thresholds = [], Alarms = [] }));
}
