using System.Globalization;

namespace Tocsin.Daemon.Pictures;

/// <summary>One character at one size: its coverage, and how near a neighbour may stand.</summary>
internal sealed class Glyph
{
    private const int CurvePieces = 6;

    private readonly Coverage? _coverage;

    /// <param name="unit">Pixels a unit of <see cref="GlyphTable"/>.</param>
    /// <param name="weight">Pixels of the stroke.</param>
    public Glyph(string strokes, double unit, double weight)
    {
        var parsed = strokes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToArray();
        if (parsed.Length == 0)
        {
            Width = Math.Max(1, (int)Math.Round(1.6 * unit));
            return;
        }
        var points = parsed.SelectMany(s => s).ToArray();
        var xs = new Hinting(parsed, unit, p => p.X);
        var ys = new Hinting(parsed, unit, p => p.Y);
        (LeftBearing, RightBearing) = (Bearing(parsed, points.Min(p => p.X)), Bearing(parsed, points.Max(p => p.X)));
        Width = (int)xs.Map(points.Max(p => p.X));
        var (top, bottom) = ((int)Math.Ceiling(ys.Map(points.Max(p => p.Y))), (int)Math.Floor(ys.Map(points.Min(p => p.Y))));
        var reach = (int)Math.Ceiling(weight / 2) + 1;
        _coverage = new Coverage(new Box(-reach, -top - reach, Width + (2 * reach) + 1, top - bottom + (2 * reach) + 1));
        foreach (var stroke in parsed)
        {
            var line = Flatten([.. stroke.Select(p => p with { X = xs.Map(p.X) + 0.5, Y = 0.5 - ys.Map(p.Y) })]);
            // A dot is a little heavier than a stroke, else the eye misses it.
            if (line.Count == 1)
                _coverage.Segment(line[0].X, line[0].Y, line[0].X, line[0].Y, weight * 1.35);
            for (var i = 1; i < line.Count; i++)
                _coverage.Segment(line[i - 1].X, line[i - 1].Y, line[i].X, line[i].Y, weight);
        }
    }

    /// <summary>Pixels from the leftmost stroke's middle to the rightmost's.</summary>
    public int Width { get; }

    /// <summary>Units of white at either side: stems and dots want more of it than bowls, bowls more than diagonals and open ends.</summary>
    public double LeftBearing { get; } = 1;

    public double RightBearing { get; } = 1;

    /// <param name="x">Of the leftmost stroke's middle.</param>
    /// <param name="baseline">The row of pixels on which the letters stand.</param>
    public void Draw(Canvas canvas, int x, int baseline, Rgba colour) => _coverage?.BlendInto(canvas, colour, x, baseline);

    private static Point[] Parse(string stroke)
    {
        var words = stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var points = words.Where(w => w != "@").Select(w =>
        {
            var xy = w.TrimStart('~').Split(',');
            return new Point(double.Parse(xy[0], CultureInfo.InvariantCulture), double.Parse(xy[1], CultureInfo.InvariantCulture), w[0] == '~');
        }).ToList();
        if (words[^1] != "@")
            return [.. points];
        // Closed curves consist of control points only: start and end in the middle of the last and the first.
        var join = new Point((points[0].X + points[^1].X) / 2, (points[0].Y + points[^1].Y) / 2, false);
        return [join, .. points, join];
    }

    private static List<(double X, double Y)> Flatten(Point[] points)
    {
        var line = new List<(double X, double Y)> { (points[0].X, points[0].Y) };
        for (var i = 1; i < points.Length; i++)
        {
            if (!points[i].Control)
            {
                line.Add((points[i].X, points[i].Y));
                continue;
            }
            var (a, c, b) = (line[^1], points[i], points[i + 1]);
            var end = b.Control ? ((c.X + b.X) / 2, (c.Y + b.Y) / 2) : (b.X, b.Y);
            for (var k = 1; k <= CurvePieces; k++)
            {
                var t = (double)k / CurvePieces;
                var (u, v, w) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t);
                line.Add(((u * a.X) + (v * c.X) + (w * end.Item1), (u * a.Y) + (v * c.Y) + (w * end.Item2)));
            }
            if (!b.Control)
                i++;
        }
        return line;
    }

    private static double Bearing(Point[][] strokes, double x)
    {
        var (stem, bowl) = (false, false);
        foreach (var stroke in strokes)
        {
            stem |= stroke.Length == 1 && stroke[0].X == x;
            for (var i = 1; i < stroke.Length; i++)
            {
                if (stroke[i].X != x || stroke[i - 1].X != x)
                    continue;
                stem |= !stroke[i].Control && !stroke[i - 1].Control && Math.Abs(stroke[i].Y - stroke[i - 1].Y) > 2;
                bowl |= stroke[i].Control || stroke[i - 1].Control;
            }
        }
        return stem ? 1.5 : bowl ? 1.25 : 1.05;
    }

    internal readonly record struct Point(double X, double Y, bool Control);
}
