using Tocsin.Daemon.Pictures;
using Tocsin.Shared;

namespace Tocsin.Unit.Pictures;

public sealed class PngSpec
{
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(37, 21, false)]
    [InlineData(37, 21, true)]
    [InlineData(300, 90, true)]
    public void Every_pixel_comes_back_from_an_independent_decoder(int width, int height, bool translucent)
    {
        var canvas = Noise(width, height, translucent);
        var decoded = Decode(canvas);
        Assert.Equal((width, height, translucent), (decoded.Width, decoded.Height, decoded.HasAlpha));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                Assert.Equal(canvas[x, y], decoded[x, y]);
        }
    }

    [Fact]
    public void All_five_filters_are_chosen_where_they_fit_and_undone()
    {
        var canvas = new Canvas(64, 60, Palette.Paper);
        var random = new Random(5);
        for (var i = 0; i < 64 * 60; i++)
        {
            var (x, y) = (i % 64, i / 64);
            int left = x > 0 ? canvas[x - 1, y].R : 0, up = y > 0 ? canvas[x, y - 1].R : 0, corner = x > 0 && y > 0 ? canvas[x - 1, y - 1].R : 0;
            // Each band of rows is made so that one filter predicts it best.
            var value = (y / 12) switch
            {
                0 => random.Next(2) * 3,
                1 => x == 0 ? 90 + (y % 2 * 100) : left + random.Next(3),
                2 => y == 24 ? random.Next(256) : up + random.Next(3),
                3 => y == 36 ? random.Next(256) : ((left + up) / 2) + random.Next(3),
                _ => y == 48 ? x * x * 5 % 120 : x == 0 ? random.Next(100) : left + up - corner,
            };
            canvas.Fill(new Box(x, y, 1, 1), new Rgba((byte)value, (byte)value, (byte)value));
        }
        var decoded = Decode(canvas);
        for (var i = 0; i < 64 * 60; i++)
            Assert.Equal(canvas[i % 64, i / 64], decoded[i % 64, i / 64]);
        Assert.Equal([0, 1, 2, 3, 4], decoded.FiltersUsed);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, Canvas.MaxSide + 1)]
    [InlineData(Canvas.MaxSide, Canvas.MaxSide)]
    public void A_canvas_beyond_its_bounds_is_refused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Canvas(width, height, Palette.Paper));

    [Fact]
    public void A_picture_that_cannot_be_written_leaves_nothing_behind_and_says_why()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-picture");
        try
        {
            // A folder stands where the file should go: the rename fails after everything was written.
            var path = Path.Combine(folder.FullName, "score.png");
            Directory.CreateDirectory(Path.Combine(path, "full"));
            var failure = Assert.Throws<DependencyException>(() => PictureFile.Write(path, new Canvas(4, 4, Palette.Paper)));
            Assert.Contains("score.png", failure.Message);
            Assert.DoesNotContain('\n', failure.Message);
            Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullName));
            Assert.Throws<DependencyException>(() => PictureFile.Write(Path.Combine(folder.FullName, "absent", "a.png"), new Canvas(4, 4, Palette.Paper)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void An_older_picture_is_replaced()
    {
        var path = Path.GetTempFileName();
        try
        {
            PictureFile.Write(path, Noise(9, 9, false));
            PictureFile.Write(path, Noise(5, 7, false));
            Assert.Equal(5, new DecodedPng(File.ReadAllBytes(path)).Width);
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static DecodedPng Decode(Canvas canvas)
    {
        using var stream = new MemoryStream();
        Png.Write(stream, canvas);
        return new DecodedPng(stream.ToArray());
    }

    private static Canvas Noise(int width, int height, bool translucent)
    {
        var random = new Random(width);
        var canvas = new Canvas(width, height, new Rgba(0, 0, 0, translucent ? (byte)0 : (byte)255));
        for (var i = 0; i < width * height; i++)
        {
            var alpha = translucent ? (byte)random.Next(1, 256) : (byte)255;
            canvas.Fill(new Box(i % width, i / width, 1, 1), new Rgba((byte)random.Next(256), (byte)(i / width * 3), (byte)(i % width), alpha));
        }
        return canvas;
    }
}
