using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

public sealed class LinePictureSpec
{
    [Fact]
    public void A_power_law_is_a_straight_line_on_log_log_axes()
    {
        double[] n = [1000, 2000, 4000, 8000, 16000];
        var canvas = LinePicture.Draw(new LinePictureData("growth", "segments", "seconds", [new LineSeries("n^2", n, [.. n.Select(v => v * v / 1e6)])]) { LogX = true, LogY = true });
        var centres = new List<(double X, double Y)>();
        for (var x = 120; x < 700; x += 23)
        {
            var rows = Enumerable.Range(64, 410).Where(y => canvas[x, y] is { R: < 40, B: > 150 }).ToArray();
            Assert.NotEmpty(rows);
            centres.Add((x, rows.Average()));
        }
        var (first, last) = (centres[0], centres[^1]);
        Assert.All(centres, c => Assert.Equal(first.Y + ((c.X - first.X) * (last.Y - first.Y) / (last.X - first.X)), c.Y, 3.0));
        Assert.True(last.Y < first.Y - 200);
    }

    [Fact]
    public void What_cannot_be_placed_is_left_out_and_nothing_at_all_is_said()
    {
        var broken = new LineSeries("bad", [0, -1, double.NaN, 5, 6], [1, 1, 1, 0, double.PositiveInfinity]);
        var empty = LinePicture.Draw(new LinePictureData("bad", "x", "y", [broken]) { LogX = true, LogY = true });
        Assert.Equal(LinePicture.Width, empty.Width);
        Assert.Contains(Enumerable.Range(400, 160), x => Enumerable.Range(255, 20).Any(y => empty[x, y] != Palette.Paper));
        var one = LinePicture.Draw(new LinePictureData(new string('x', 9999), "x", "y", [broken, new LineSeries("ok", [3], [4])]) { LogX = true, LogY = true });
        Assert.Contains(Enumerable.Range(84, 650), x => one[x, 268].R > 150 && one[x, 268].B < 60);
        Assert.Throws<ArgumentException>(() => LinePicture.Draw(new LinePictureData("bug", "x", "y", [new LineSeries("s", [1, 2], [1])])));
    }
}
