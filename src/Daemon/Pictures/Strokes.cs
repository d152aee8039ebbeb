namespace Tocsin.Daemon.Pictures;

internal enum Marker { Circle, Cross, Diamond, Square, Triangle, Plus, Ring, TriangleDown }

/// <summary>Lines and markers on a canvas.</summary>
internal static class Strokes
{
    public static void Line(this Canvas canvas, double x0, double y0, double x1, double y1, Rgba colour, double width = 1) =>
        canvas.Polyline([(x0, y0), (x1, y1)], colour, width);

    /// <summary>One point is a dot. Points may lie outside of the clip; NaN may not.</summary>
    public static void Polyline(this Canvas canvas, IReadOnlyList<(double X, double Y)> points, Rgba colour, double width)
    {
        if (points.Count == 0)
            return;
        var reach = (width / 2) + 2;
        var clip = canvas.Clip;
        var left = (int)Math.Clamp(points.Min(p => p.X) - reach, clip.X, clip.Right);
        var top = (int)Math.Clamp(points.Min(p => p.Y) - reach, clip.Y, clip.Bottom);
        var right = (int)Math.Clamp(points.Max(p => p.X) + reach, left, clip.Right);
        var bottom = (int)Math.Clamp(points.Max(p => p.Y) + reach, top, clip.Bottom);
        var coverage = new Coverage(new Box(left, top, right - left, bottom - top));
        for (var i = Math.Min(1, points.Count - 1); i < points.Count; i++)
        {
            var (a, b) = (points[Math.Max(0, i - 1)], points[i]);
            coverage.Segment(a.X, a.Y, b.X, b.Y, width);
        }
        coverage.BlendInto(canvas, colour);
    }

    /// <summary>Dashes are cut along x, which keeps them apart however steep the line is; a step between two dashes is drawn whole.</summary>
    public static void Dashed(this Canvas canvas, IReadOnlyList<(double X, double Y)> points, Rgba colour, double width, double on = 6, double off = 4)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var (a, b) = (points[i - 1], points[i]);
            if (b.X - a.X < 1e-9)
            {
                canvas.Polyline([a, b], colour, width);
                continue;
            }
            for (var start = Math.Floor(a.X / (on + off)) * (on + off); start < b.X; start += on + off)
            {
                var (from, to) = (Math.Max(start, a.X), Math.Min(start + on, b.X));
                if (to > from)
                    canvas.Polyline([(from, At(from)), (to, At(to))], colour, width);
            }

            double At(double x) => a.Y + ((b.Y - a.Y) * (x - a.X) / (b.X - a.X));
        }
    }

    /// <param name="radius">Pixels from the centre to the edge.</param>
    public static void Mark(this Canvas canvas, Marker marker, double x, double y, double radius, Rgba colour)
    {
        var reach = (int)Math.Ceiling(radius) + 2;
        var coverage = new Coverage(new Box((int)Math.Floor(x) - reach, (int)Math.Floor(y) - reach, (2 * reach) + 1, (2 * reach) + 1));
        var (r, h) = (radius, radius * 0.8);
        switch (marker)
        {
            case Marker.Circle:
                coverage.Segment(x, y, x, y, 2 * r);
                break;
            case Marker.Ring:
                for (var i = 0; i < 16; i++)
                    coverage.Segment(x + (h * Math.Cos(i * Math.PI / 8)), y + (h * Math.Sin(i * Math.PI / 8)), x + (h * Math.Cos((i + 1) * Math.PI / 8)), y + (h * Math.Sin((i + 1) * Math.PI / 8)), 1.6);
                break;
            case Marker.Cross:
                coverage.Segment(x - h, y - h, x + h, y + h, 2);
                coverage.Segment(x - h, y + h, x + h, y - h, 2);
                break;
            case Marker.Plus:
                coverage.Segment(x - r, y, x + r, y, 2);
                coverage.Segment(x, y - r, x, y + r, 2);
                break;
            case Marker.Diamond:
                coverage.Polygon([(x, y - r - 0.5), (x + r + 0.5, y), (x, y + r + 0.5), (x - r - 0.5, y)]);
                break;
            case Marker.Square:
                coverage.Polygon([(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)]);
                break;
            case Marker.Triangle:
                coverage.Polygon([(x, y - r), (x + r, y + h), (x - r, y + h)]);
                break;
            case Marker.TriangleDown:
                coverage.Polygon([(x, y + r), (x + r, y - h), (x - r, y - h)]);
                break;
        }
        coverage.BlendInto(canvas, colour);
    }
}
