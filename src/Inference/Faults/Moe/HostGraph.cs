namespace Tocsin.Inference.Faults.Moe;

/// <param name="Age">Intervals since it was seen, 0 = in the last one; counts for <see cref="EdgeKind.Migration"/> only: a task that moved brings its past along.</param>
public readonly record struct AgedEdge(HostEdge Edge, int Age)
{
    /// <summary>At its end; at its beginning it is one more.</summary>
    internal int Type => 1 + (2 * (Edge.Kind == EdgeKind.Migration ? Math.Min(Age, IFaultPredictor.PastIntervals - 1) : IFaultPredictor.PastIntervals - 1 + (int)Edge.Kind));
}

/// <summary>Edges of one or several intervals, sorted by the row that they end in: each host has a loop first, then its edges in the order in which they came. An edge
/// of the input is two here, one at each end, of two types, so that the score knows its direction (S2 does not). Used again: after the first calls of a size nothing is allocated.</summary>
public sealed class HostGraph
{
    /// <summary>More edges of an interval than hosts times this are left out, the later ones: attention must stay sparse.</summary>
    public const int MostEdgesPerHost = 64;

    private int[] _starts = new int[1];
    private int[] _sources = [];
    private int[] _left = [];
    private int[] _types = [];
    private float[] _amounts = [];
    private int[] _next = [];
    private int[] _momentOf = [];
    private (int Row, int Age)[] _moments = new (int, int)[16];

    public int Rows { get; private set; }

    public int Count => _starts[Rows];

    /// <summary>Edges left out of the bound since <see cref="Clear"/>.</summary>
    public int LeftOut { get; private set; }

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Rows + 1);

    /// <summary>The row at the other end.</summary>
    public ReadOnlySpan<int> Sources => _sources.AsSpan(0, Count);

    /// <summary>Of an edge that a task moved along the index of the moment when it left, the same at both ends: the one is to carry it, the other is rid of it. -1: another edge.</summary>
    public ReadOnlySpan<int> Left => _left.AsSpan(0, Count);

    /// <summary>Hosts that a task left, and how many intervals before the last one: the past that it brought along is theirs, as it was then.</summary>
    public ReadOnlySpan<(int Row, int Age)> Moments => _moments.AsSpan(0, MomentCount);

    public int MomentCount { get; private set; }

    public ReadOnlySpan<int> Types => _types.AsSpan(0, Count);

    /// <summary>ln(1 + count): 0 for a loop.</summary>
    public ReadOnlySpan<float> Amounts => _amounts.AsSpan(0, Count);

    public void Clear()
    {
        (Rows, LeftOut, MomentCount) = (0, 0, 0);
        _starts[0] = 0;
    }

    /// <summary>Appends the hosts of an interval as the next rows.</summary>
    public void Add(int hosts, ReadOnlySpan<AgedEdge> edges)
    {
        var most = checked(hosts * MostEdgesPerHost);
        if (edges.Length > most)
        {
            LeftOut += edges.Length - most;
            edges = edges[..most];
        }
        int first = Rows, before = Count, total = before + hosts + (2 * edges.Length);
        Grow(ref _starts, first + hosts + 1);
        Grow(ref _next, hosts);
        Grow(ref _sources, total);
        Grow(ref _left, total);
        Grow(ref _types, total);
        Grow(ref _amounts, total);
        var next = _next.AsSpan(0, hosts);
        next.Fill(1);
        foreach (var (edge, _) in edges)
        {
            next[edge.From]++;
            next[edge.To]++;
        }
        for (var h = 0; h < hosts; h++)
        {
            var start = _starts[first + h];
            _starts[first + h + 1] = start + next[h];
            (_sources[start], _left[start], _types[start], _amounts[start]) = (first + h, -1, 0, 0);
            next[h] = start + 1;
        }
        Rows += hosts;
        Grow(ref _momentOf, hosts * IFaultPredictor.PastIntervals);
        var momentOf = _momentOf.AsSpan(0, hosts * IFaultPredictor.PastIntervals);
        momentOf.Clear();
        foreach (var aged in edges)
        {
            var edge = aged.Edge;
            var amount = MathF.Log(1 + edge.Count);
            var left = edge.Kind == EdgeKind.Migration ? Moment(aged, first, momentOf) : -1;
            Put(next[edge.To]++, first + edge.From, left, aged.Type, amount);
            Put(next[edge.From]++, first + edge.To, left, aged.Type + 1, amount);
        }
    }

    /// <summary>Its index. Tasks that left a host in one interval share a moment.</summary>
    private int Moment(in AgedEdge aged, int first, Span<int> momentOf)
    {
        var age = Math.Min(aged.Age, IFaultPredictor.PastIntervals - 1);
        ref var known = ref momentOf[(aged.Edge.From * IFaultPredictor.PastIntervals) + age];
        if (known == 0)
        {
            Grow(ref _moments, MomentCount + 1);
            _moments[MomentCount] = (first + aged.Edge.From, age);
            known = ++MomentCount;
        }
        return known - 1;
    }

    private void Put(int at, int source, int left, int type, float amount) => (_sources[at], _left[at], _types[at], _amounts[at]) = (source, left, type, amount);

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, Math.Max(length, 2 * array.Length));
    }
}
