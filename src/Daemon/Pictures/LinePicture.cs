using Tocsin.Shared;

namespace Tocsin.Daemon.Pictures;

/// <summary>A few named curves over one pair of axes, for growth tables and the like.</summary>
internal static class LinePicture
{
    public const int Width = 960;
    public const int Height = 540;
    public const int MaxSeries = 16;

    /// <summary>More points than this make a dense curve, which carries no markers.</summary>
    private const int MostMarkers = 60;

    private static readonly Box Plot = new(84, 62, 650, 414);

    /// <exception cref="DependencyException">The file could not be written.</exception>
    public static void Write(string path, LinePictureData data) => PictureFile.Write(path, Draw(data));

    public static Canvas Draw(LinePictureData data)
    {
        if (data.Series.Any(s => s.X.Length != s.Y.Length))
            throw new ArgumentException("the X and Y of a series are of one length", nameof(data));
        var canvas = new Canvas(Width, Height, Palette.Paper);
        Lettering.Title.Draw(canvas, 20, 28, Lettering.Title.Fit(data.Title, Width - 40) ?? "", Palette.Ink);
        var series = data.Series.Take(MaxSeries).ToArray();
        var points = series.SelectMany(s => s.X.Zip(s.Y)).Where(p => Shown(p, data)).ToArray();
        if (points.Length == 0)
        {
            Lettering.Title.Draw(canvas, Width / 2.0, Height / 2, "no points to show", Palette.Soft, 0.5);
            return canvas;
        }
        var x = ScaleOf(points.Select(p => p.First), data.LogX);
        var y = ScaleOf(points.Select(p => p.Second), data.LogY);
        Axes(canvas, data, x, y);
        for (var i = 0; i < series.Length; i++)
            Curve(canvas, data, series[i], i, x, y);
        Legend(canvas, data, series);
        return canvas;
    }

    private static bool Shown((double X, double Y) p, LinePictureData data) =>
        double.IsFinite(p.X) && double.IsFinite(p.Y) && (p.X > 0 || !data.LogX) && (p.Y > 0 || !data.LogY);

    private static Scale ScaleOf(IEnumerable<double> values, bool log)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        // An axis that could as well start at 0 does: lengths are then comparable.
        return log ? LogScale.Around(low, high) : LinearScale.Around(low > 0 && low < high / 2 ? 0 : low, high);
    }

    private static void Axes(Canvas canvas, LinePictureData data, Scale x, Scale y)
    {
        foreach (var tick in x.Ticks(54.0 / Plot.Width))
        {
            var at = Plot.X + (int)Math.Round(x.Unit(tick) * (Plot.Width - 1));
            canvas.Fill(new Box(at, Plot.Y, 1, Plot.Height), Palette.Grid);
            canvas.Fill(new Box(at, Plot.Bottom, 1, 4), Palette.Soft);
            Lettering.Normal.Draw(canvas, at, Plot.Bottom + 8 + Lettering.Normal.CapHeight, Numbers.Short(tick), Palette.Ink, 0.5);
        }
        foreach (var tick in y.Ticks(26.0 / Plot.Height))
        {
            var at = Plot.Bottom - 1 - (int)Math.Round(y.Unit(tick) * (Plot.Height - 1));
            canvas.Fill(new Box(Plot.X, at, Plot.Width, 1), Palette.Grid);
            canvas.Fill(new Box(Plot.X - 4, at, 4, 1), Palette.Soft);
            Lettering.Normal.Draw(canvas, Plot.X - 8, at + (Lettering.Normal.CapHeight / 2), Numbers.Short(tick), Palette.Ink, 1);
        }
        canvas.Outline(Plot, Palette.Frame);
        Lettering.Normal.Draw(canvas, Plot.X + (Plot.Width / 2.0), Plot.Bottom + 46, Lettering.Normal.Fit(data.XLabel, Plot.Width) ?? "", Palette.Soft, 0.5);
        Lettering.Normal.Draw(canvas, 20, Plot.Y - 10, Lettering.Normal.Fit(data.YLabel, Plot.Width) ?? "", Palette.Soft);
    }

    private static void Curve(Canvas canvas, LinePictureData data, LineSeries series, int index, Scale x, Scale y)
    {
        var colour = Palette.Line(index);
        var columns = new Columns();
        var marks = new List<(double X, double Y)>();
        // Sorted: the thinning by columns needs x to grow, and a curve over a table has no other order.
        foreach (var p in series.X.Zip(series.Y).OrderBy(p => p.First))
        {
            if (!Shown(p, data))
            {
                columns.Break();
                continue;
            }
            var at = (X: Plot.X + 0.5 + (x.Unit(p.First) * (Plot.Width - 1)), Y: Plot.Bottom - 0.5 - (y.Unit(p.Second) * (Plot.Height - 1)));
            columns.Add(at.X, at.Y);
            marks.Add(at);
        }
        canvas.Within(Plot, () =>
        {
            foreach (var piece in columns.Pieces)
            {
                if (series.Dashed)
                    canvas.Dashed(piece, colour, 1.6, 8, 6);
                else
                    canvas.Polyline(piece, colour, 1.8);
            }
        });
        if (series.Dashed || marks.Count > MostMarkers)
            return;
        foreach (var (mx, my) in marks)
            canvas.Mark((Marker)(index % 8), mx, my, 4, colour);
    }

    private static void Legend(Canvas canvas, LinePictureData data, LineSeries[] series)
    {
        var y = Plot.Y + 10;
        for (var i = 0; i < series.Length; i++, y += 22)
        {
            var colour = Palette.Line(i);
            if (series[i].Dashed)
                canvas.Dashed([(Plot.Right + 16, y + 0.5), (Plot.Right + 44, y + 0.5)], colour, 1.6, 8, 6);
            else
                canvas.Line(Plot.Right + 16, y + 0.5, Plot.Right + 44, y + 0.5, colour, 1.8);
            if (!series[i].Dashed && series[i].X.Length <= MostMarkers)
                canvas.Mark((Marker)(i % 8), Plot.Right + 30, y + 0.5, 4, colour);
            Lettering.Normal.Draw(canvas, Plot.Right + 52, y + (Lettering.Normal.CapHeight / 2), Lettering.Normal.Fit(series[i].Name, Width - Plot.Right - 58) ?? "", Palette.Ink);
        }
        if (data.Series.Count > series.Length)
            Lettering.Normal.Draw(canvas, Plot.Right + 16, y + 4, $"{data.Series.Count - series.Length} more not shown", Palette.Soft);
    }
}
