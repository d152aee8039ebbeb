using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

public sealed class CanvasSpec
{
    private static readonly Rgba Black = new(0, 0, 0);

    [Theory]
    [InlineData(255, 255, 255, 255, 128, 127)]
    [InlineData(0, 0, 0, 255, 128, 0)]
    public void Half_opaque_black_over_an_opaque_colour_is_halfway(byte r, byte g, byte b, byte a, byte over, byte expected)
    {
        var canvas = new Canvas(3, 3, new Rgba(r, g, b, a));
        canvas.Fill(new Box(1, 1, 1, 1), Black.WithAlpha(over));
        Assert.Equal(new Rgba(expected, expected, expected), canvas[1, 1]);
        Assert.Equal(new Rgba(r, g, b, a), canvas[0, 1]);
    }

    [Fact]
    public void Colour_over_nothing_keeps_its_hue_and_its_alpha()
    {
        var canvas = new Canvas(1, 1, new Rgba(9, 9, 9, 0));
        canvas.Fill(canvas.Bounds, new Rgba(200, 100, 50, 64));
        Assert.Equal(new Rgba(200, 100, 50, 64), canvas[0, 0]);
    }

    [Fact]
    public void A_line_covers_as_much_as_its_length_and_width_say_in_any_direction()
    {
        foreach (var (x, y) in new[] { (60.0, 0.0), (0.0, 60.0), (36.0, 48.0), (-48.0, 36.0), (42.4264, 42.4264) })
        {
            var canvas = new Canvas(160, 160, Palette.Paper);
            canvas.Line(80.3, 70.7, 80.3 + x, 70.7 + y, Black, 2);
            var ink = 0.0;
            for (var i = 0; i < 160 * 160; i++)
                ink += 1 - (canvas[i % 160, i / 160].R / 255.0);
            // Length 60 by width 2, and two half discs of radius 1 at the ends.
            Assert.Equal((60 * 2) + Math.PI, ink, 3.0);
        }
    }

    [Fact]
    public void The_joints_of_a_translucent_line_are_not_darker_than_the_line()
    {
        var canvas = new Canvas(40, 40, Palette.Paper);
        canvas.Polyline([(5, 20.5), (20, 20.5), (20, 20.5), (35, 20.5)], Black.WithAlpha(128), 3);
        Assert.Equal(canvas[10, 20], canvas[20, 20]);
    }

    [Fact]
    public void Nothing_is_drawn_outside_of_the_clip_nor_of_the_canvas()
    {
        var canvas = new Canvas(50, 50, Palette.Paper);
        canvas.Within(new Box(10, 10, 20, 20), () =>
        {
            canvas.Line(-1e7, -1e7, 1e7, 1e7, Black, 9);
            canvas.Fill(new Box(-5, 25, 4000, 2), Black);
            canvas.Hatch(new Box(-40, -40, 400, 400), Black, 5, 2);
            canvas.Mark(Marker.Diamond, 29, 29, 30, Black);
        });
        for (var i = 0; i < 50 * 50; i++)
        {
            var inside = i % 50 is >= 10 and < 30 && i / 50 is >= 10 and < 30;
            Assert.True(inside || canvas[i % 50, i / 50] == Palette.Paper, $"{i % 50}, {i / 50}");
        }
        Assert.Equal(Black, canvas[20, 20]);
        Assert.Equal(canvas.Bounds, canvas.Clip);
    }
}
