namespace Tocsin.Daemon.Pictures;

/// <summary>How much of each pixel a stroke covers. All segments of one stroke go into one of these and are blended once, so that joints do not
/// darken a translucent line.</summary>
internal sealed class Coverage(Box box)
{
    private readonly byte[] _covered = new byte[box.Width * box.Height];

    /// <summary>Coverage of a pixel whose centre lies <paramref name="inside"/> pixels within the edge (negative: outside of it).</summary>
    public static int Of(double inside) => (int)Math.Round(255 * Math.Clamp(inside + 0.5, 0, 1));

    /// <summary>A segment with round ends; a segment of no length is a dot. Coordinates in the canvas' plane.</summary>
    public void Segment(double x0, double y0, double x1, double y1, double width)
    {
        var reach = (width / 2) + 1;
        var (left, right) = Range(Math.Min(x0, x1) - reach, Math.Max(x0, x1) + reach, box.X, box.Right);
        var (top, bottom) = Range(Math.Min(y0, y1) - reach, Math.Max(y0, y1) + reach, box.Y, box.Bottom);
        var (dx, dy) = (x1 - x0, y1 - y0);
        var square = (dx * dx) + (dy * dy);
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                var (px, py) = (x + 0.5 - x0, y + 0.5 - y0);
                var t = square > 0 ? Math.Clamp(((px * dx) + (py * dy)) / square, 0, 1) : 0;
                var distance = Math.Sqrt(Square(px - (t * dx)) + Square(py - (t * dy)));
                Raise(x, y, Of((width / 2) - distance));
            }
        }
    }

    /// <summary>A filled polygon, even-odd, sampled 4 x 4 a pixel: meant for markers, not for areas.</summary>
    public void Polygon(ReadOnlySpan<(double X, double Y)> corners)
    {
        const int Grid = 4;
        for (var y = box.Y; y < box.Bottom; y++)
        {
            for (var x = box.X; x < box.Right; x++)
            {
                var hits = 0;
                for (var s = 0; s < Grid * Grid; s++)
                    hits += Contains(corners, x + (((s % Grid) + 0.5) / Grid), y + (((s / Grid) + 0.5) / Grid)) ? 1 : 0;
                Raise(x, y, 255 * hits / (Grid * Grid));
            }
        }
    }

    public void BlendInto(Canvas canvas, Rgba colour, int offsetX = 0, int offsetY = 0)
    {
        for (var i = 0; i < _covered.Length; i++)
        {
            if (_covered[i] != 0)
                canvas.Blend(offsetX + box.X + (i % box.Width), offsetY + box.Y + (i / box.Width), colour, _covered[i]);
        }
    }

    private static bool Contains(ReadOnlySpan<(double X, double Y)> corners, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            var (a, b) = (corners[i], corners[j]);
            if (a.Y > y != b.Y > y && x < ((b.X - a.X) * (y - a.Y) / (b.Y - a.Y)) + a.X)
                inside = !inside;
        }
        return inside;
    }

    private static (int From, int To) Range(double from, double to, int low, int high) =>
        ((int)Math.Clamp(Math.Floor(from), low, high), (int)Math.Clamp(Math.Ceiling(to), low, high));

    private static double Square(double v) => v * v;

    private void Raise(int x, int y, int value)
    {
        ref var covered = ref _covered[((y - box.Y) * box.Width) + x - box.X];
        covered = Math.Max(covered, (byte)value);
    }
}
