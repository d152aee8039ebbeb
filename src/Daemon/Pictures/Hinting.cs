namespace Tocsin.Daemon.Pictures;

/// <summary>Fits one axis of a glyph to whole pixels, so that stems and bars are sharp: coordinates that two points in a row share, and the outermost
/// ones, go to the nearest pixel; what lies between is stretched with them.</summary>
internal sealed class Hinting
{
    private readonly List<(double Unit, double Pixel)> _knots = [];

    public Hinting(Glyph.Point[][] strokes, double unit, Func<Glyph.Point, double> axis)
    {
        var wanted = new SortedSet<double> { strokes.Min(s => s.Min(axis)), strokes.Max(s => s.Max(axis)) };
        foreach (var stroke in strokes)
        {
            for (var i = 1; i < stroke.Length; i++)
            {
                if (axis(stroke[i]) == axis(stroke[i - 1]))
                    wanted.Add(axis(stroke[i]));
            }
        }
        foreach (var at in wanted)
            _knots.Add((at, Math.Round(at * unit, MidpointRounding.AwayFromZero)));
    }

    public double Map(double at)
    {
        var i = _knots.FindIndex(k => k.Unit >= at);
        if (i <= 0)
            return _knots[0].Pixel;
        var (a, b) = (_knots[i - 1], _knots[i]);
        return a.Pixel + ((b.Pixel - a.Pixel) * (at - a.Unit) / (b.Unit - a.Unit));
    }
}
