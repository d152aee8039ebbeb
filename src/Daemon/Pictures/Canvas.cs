namespace Tocsin.Daemon.Pictures;

/// <summary>A rectangle of whole pixels; right and bottom are exclusive.</summary>
internal readonly record struct Box(int X, int Y, int Width, int Height)
{
    public int Right => X + Width;

    public int Bottom => Y + Height;

    public Box Intersect(Box other)
    {
        var x = Math.Max(X, other.X);
        var y = Math.Max(Y, other.Y);
        return new Box(x, y, Math.Max(0, Math.Min(Right, other.Right) - x), Math.Max(0, Math.Min(Bottom, other.Bottom) - y));
    }
}

/// <summary>An RGBA raster. Pixel (i, j) covers [i, i+1) x [j, j+1), y downwards; whatever falls outside of <see cref="Clip"/> is left out.</summary>
internal sealed class Canvas
{
    /// <summary>Pixels a side.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Pixels in all: 256 MB of memory.</summary>
    public const long MaxPixels = 1L << 26;

    private readonly byte[] _rgba;

    public Canvas(int width, int height, Rgba background)
    {
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || (long)width * height > MaxPixels)
            throw new ArgumentOutOfRangeException(nameof(width), $"a picture of {width} x {height} pixels: sides are 1..{MaxSide}, pixels at most {MaxPixels}");
        (Width, Height) = (width, height);
        Clip = Bounds;
        _rgba = new byte[4 * width * height];
        for (var i = 0; i < _rgba.Length; i += 4)
            (_rgba[i], _rgba[i + 1], _rgba[i + 2], _rgba[i + 3]) = (background.R, background.G, background.B, background.A);
    }

    public int Width { get; }

    public int Height { get; }

    public Box Bounds => new(0, 0, Width, Height);

    /// <summary>Set it through <see cref="Within"/>.</summary>
    public Box Clip { get; private set; }

    public ReadOnlySpan<byte> Row(int y) => _rgba.AsSpan(4 * y * Width, 4 * Width);

    public Rgba this[int x, int y]
    {
        get
        {
            var i = 4 * ((y * Width) + x);
            return new Rgba(_rgba[i], _rgba[i + 1], _rgba[i + 2], _rgba[i + 3]);
        }
    }

    /// <summary>Draws with the clip narrowed to <paramref name="box"/>.</summary>
    public void Within(Box box, Action draw)
    {
        var before = Clip;
        Clip = before.Intersect(box);
        draw();
        Clip = before;
    }

    /// <summary>Source over what is there.</summary>
    /// <param name="coverage">0..255: how much of the pixel the shape covers.</param>
    public void Blend(int x, int y, Rgba colour, int coverage)
    {
        if (x < Clip.X || y < Clip.Y || x >= Clip.Right || y >= Clip.Bottom)
            return;
        var alpha = ((colour.A * coverage) + 127) / 255;
        if (alpha == 0)
            return;
        var p = _rgba.AsSpan(4 * ((y * Width) + x), 4);
        if (alpha == 255)
        {
            (p[0], p[1], p[2], p[3]) = (colour.R, colour.G, colour.B, 255);
            return;
        }
        var under = p[3] * (255 - alpha);
        var total = (alpha * 255) + under;
        p[0] = Mix(colour.R, p[0]);
        p[1] = Mix(colour.G, p[1]);
        p[2] = Mix(colour.B, p[2]);
        p[3] = (byte)((total + 127) / 255);

        byte Mix(byte over, byte below) => (byte)(((over * alpha * 255) + (below * under) + (total / 2)) / total);
    }

    public void Fill(Box box, Rgba colour)
    {
        var b = box.Intersect(Clip);
        for (var y = b.Y; y < b.Bottom; y++)
        {
            for (var x = b.X; x < b.Right; x++)
                Blend(x, y, colour, 255);
        }
    }

    /// <summary>The four edges, one pixel wide, inside of the box.</summary>
    public void Outline(Box box, Rgba colour)
    {
        Fill(box with { Height = 1 }, colour);
        Fill(box with { Y = box.Bottom - 1, Height = 1 }, colour);
        Fill(new Box(box.X, box.Y + 1, 1, box.Height - 2), colour);
        Fill(new Box(box.Right - 1, box.Y + 1, 1, box.Height - 2), colour);
    }

    /// <summary>Diagonal lines over the box.</summary>
    /// <param name="every">Pixels between lines along x.</param>
    public void Hatch(Box box, Rgba colour, int every, double width)
    {
        var b = box.Intersect(Clip);
        for (var y = b.Y; y < b.Bottom; y++)
        {
            for (var x = b.X; x < b.Right; x++)
            {
                // Distance to the nearest of the lines x + y = k * every.
                var along = (x + y) % every;
                var distance = Math.Min(along, every - along) / Math.Sqrt(2);
                Blend(x, y, colour, Coverage.Of((width / 2) - distance));
            }
        }
    }
}
