namespace Tocsin.Inference.Patterns;

/// <summary>The clusters that have not been joined into another yet. A cluster keeps the matrix cells of one of its things; the other's cells die.</summary>
internal sealed class LiveClusters
{
    private readonly TriangularMatrix _distances;
    private readonly Linkage _linkage;
    private readonly int[] _live;
    private readonly int[] _size;
    private int _count;

    public LiveClusters(TriangularMatrix distances, Linkage linkage)
    {
        _distances = distances;
        _linkage = linkage;
        _count = distances.Count;
        _live = [.. Enumerable.Range(0, _count)];
        _size = new int[_count];
        Array.Fill(_size, 1);
    }

    /// <summary>The live cluster with the lowest index.</summary>
    public int First => _live[0];

    /// <param name="preferred">Wins among equally near ones; -1 = none. Else the lowest index does.</param>
    public (int Cluster, float Distance) Nearest(int cluster, int preferred)
    {
        var values = _distances.Values;
        var best = preferred;
        var least = preferred < 0 ? float.PositiveInfinity : _distances[cluster, preferred];
        var at = 0;
        var start = TriangularMatrix.Start(cluster);
        for (; _live[at] < cluster; at++)
        {
            var distance = values[start + _live[at]];
            if (distance < least)
                (best, least) = (_live[at], distance);
        }
        for (at++; at < _count; at++)
        {
            var distance = values[TriangularMatrix.Start(_live[at]) + cluster];
            if (distance < least)
                (best, least) = (_live[at], distance);
        }
        return (best, least);
    }

    /// <summary>Joins two clusters at their distance; the one with the higher index stands for both from now on.</summary>
    public void Join(int a, int b, float distance)
    {
        var (gone, kept) = a < b ? (a, b) : (b, a);
        var at = Array.BinarySearch(_live, 0, _count, gone);
        Array.Copy(_live, at + 1, _live, at, _count - at - 1);
        _count--;
        double sizeGone = _size[gone], sizeKept = _size[kept];
        var values = _distances.Values;
        foreach (var other in _live.AsSpan(0, _count))
        {
            if (other == kept)
                continue;
            var toGone = values[other > gone ? TriangularMatrix.Start(other) + gone : TriangularMatrix.Start(gone) + other];
            ref var toKept = ref values[other > kept ? TriangularMatrix.Start(other) + kept : TriangularMatrix.Start(kept) + other];
            double size = _size[other];
            toKept = (float)(_linkage == Linkage.Ward
                ? (((sizeGone + size) * toGone) + ((sizeKept + size) * toKept) - (size * distance)) / (sizeGone + sizeKept + size)
                : ((sizeGone * toGone) + (sizeKept * toKept)) / (sizeGone + sizeKept));
        }
        _size[kept] += _size[gone];
    }
}
