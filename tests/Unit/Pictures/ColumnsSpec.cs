using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

public sealed class ColumnsSpec
{
    [Fact]
    public void No_spike_of_a_hundred_thousand_points_is_lost_in_a_thousand_columns()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 100_000).Select(_ => 100 + random.NextDouble()).ToArray();
        var spikes = Enumerable.Range(0, 60).Select(_ => random.Next(values.Length)).ToArray();
        foreach (var spike in spikes)
            values[spike] = spike % 2 == 0 ? 5 : 195;
        var columns = new Columns();
        for (var i = 0; i < values.Length; i++)
            columns.Add(i / 100.0, values[i]);
        var piece = Assert.Single(columns.Pieces);
        Assert.InRange(piece.Count, 1000, 4000);
        var canvas = new Canvas(1000, 200, Palette.Paper);
        canvas.Polyline(piece, Palette.Ink, 1.2);
        foreach (var spike in spikes)
        {
            var y = spike % 2 == 0 ? 6 : 193;
            Assert.True(Enumerable.Range((spike / 100) - 1, 3).Any(x => x is >= 0 and < 1000 && canvas[x, y].R < 160), $"spike at {spike}");
        }
    }

    [Fact]
    public void The_thinned_line_covers_the_same_pixels_as_the_whole_one()
    {
        var random = new Random(11);
        var whole = Enumerable.Range(0, 5_000).Select(i => (X: i / 25.0, Y: 50 + (20 * Math.Sin(i / 90.0)) + (15 * random.NextDouble()))).ToArray();
        var columns = new Columns();
        foreach (var (x, y) in whole)
            columns.Add(x, y);
        var (a, b) = (new Canvas(200, 100, Palette.Paper), new Canvas(200, 100, Palette.Paper));
        a.Polyline(whole, Palette.Ink, 1.3);
        b.Polyline(columns.Pieces[0], Palette.Ink, 1.3);
        var differ = Enumerable.Range(0, 200 * 100).Count(i => Math.Abs(a[i % 200, i / 200].R - b[i % 200, i / 200].R) > 128);
        Assert.InRange(differ, 0, 40);
    }

    [Fact]
    public void A_break_within_a_column_keeps_the_pieces_apart()
    {
        var columns = new Columns();
        columns.Add(0.1, 1);
        columns.Break();
        columns.Break();
        columns.Add(0.2, 2);
        columns.Add(5, 3);
        Assert.Equal([1, 2], columns.Pieces.Select(p => p.Count));
    }
}
