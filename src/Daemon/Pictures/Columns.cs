namespace Tocsin.Daemon.Pictures;

/// <summary>Thins a line to at most four points a pixel column: the first, the lowest, the highest and the last, in their order. What is drawn through
/// them covers the same pixels as the whole line: no spike is lost.</summary>
/// <remarks>Jugel, Jerzak, Hackenbroich, Markl: M4, a visualization-oriented time series data aggregation. VLDB 2014.</remarks>
internal sealed class Columns
{
    private readonly List<List<(double X, double Y)>> _pieces = [];
    private readonly List<(int Order, double X, double Y)> _extremes = new(4);
    private double _column = double.NaN;
    private int _order;
    private bool _open;

    /// <summary>Unbroken pieces, each with at least one point.</summary>
    public IReadOnlyList<IReadOnlyList<(double X, double Y)>> Pieces
    {
        get
        {
            Flush();
            return _pieces;
        }
    }

    /// <summary>The line ends here and begins anew with the next point.</summary>
    public void Break()
    {
        Flush();
        _open = false;
    }

    /// <param name="x">Pixels, not smaller than the one before.</param>
    public void Add(double x, double y)
    {
        if (!_open)
        {
            _pieces.Add([]);
            _open = true;
        }
        if (Math.Floor(x) != _column)
        {
            Flush();
            _column = Math.Floor(x);
        }
        var point = (_order++, x, y);
        if (_extremes.Count == 0)
        {
            _extremes.AddRange([point, point, point, point]);
            return;
        }
        if (y < _extremes[1].Y)
            _extremes[1] = point;
        if (y > _extremes[2].Y)
            _extremes[2] = point;
        _extremes[3] = point;
    }

    private void Flush()
    {
        var last = -1;
        foreach (var (order, x, y) in _extremes.OrderBy(e => e.Order))
        {
            if (order != last)
                _pieces[^1].Add((x, y));
            last = order;
        }
        _extremes.Clear();
        _column = double.NaN;
    }
}
