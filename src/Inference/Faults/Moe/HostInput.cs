using System.Runtime.InteropServices;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>What the model is told of a host: for each of the last intervals, the oldest first, its features on two scales and whether they are there, what moved to and
/// from it by kind of edge, and its label if it is known. An interval before the first one is all zeros.</summary>
/// <remarks>Two scales: (x - mean) / deviation keeps a fixed limit such as 95 % where it is; asinh((x - median) / spread) has room for a tail of throughputs.</remarks>
public sealed class HostInput
{
    private const float Most = 8;

    private static readonly int Kinds = Enum.GetValues<EdgeKind>().Length;

    private readonly InputScaling _scaling;
    private readonly int _classes;
    private readonly List<AgedEdge> _edges = [];
    private readonly (HostInterval? Of, float[] Columns)[] _known;

    /// <param name="classes">With "no fault".</param>
    /// <param name="remembered">Intervals whose columns are kept for the next call; at least as many as are read at once.</param>
    public HostInput(InputScaling scaling, int classes, int intervals = IFaultPredictor.PastIntervals, int remembered = 2 * IFaultPredictor.PastIntervals)
    {
        (_scaling, _classes, Intervals) = (scaling, classes, intervals);
        _known = new (HostInterval?, float[])[Math.Max(remembered, intervals)];
    }

    public int Intervals { get; }

    /// <summary>Numbers of a host.</summary>
    public int Columns => Intervals * (Seen + _classes);

    /// <summary>Numbers of a host and interval without its label: (known, one a class of fault) comes after them.</summary>
    private int Seen => (3 * _scaling.Features) + (2 * Kinds);

    /// <summary>All hosts, row by row.</summary>
    public void Write(PastView past, Span<float> to)
    {
        to[..(past.Hosts * Columns)].Clear();
        var wide = Seen + _classes;
        for (var i = 0; i < Intervals; i++)
        {
            var t = past.Target - Intervals + i;
            if (t < 0)
                continue;
            var seen = Of(past[t], t);
            for (var h = 0; h < past.Hosts; h++)
            {
                var row = to.Slice((h * Columns) + (i * wide), wide);
                seen.AsSpan(h * Seen, Seen).CopyTo(row);
                if (t <= past.LastLabelled && past.Label(t, h) is { } label)
                    (row[Seen], row[label == FaultClass.None ? Seen : Seen + (int)label]) = (1, 1);
            }
        }
    }

    /// <summary>Tasks that moved in any of the intervals, the newest first, and the other edges of the last one. Valid until the next call.</summary>
    public ReadOnlySpan<AgedEdge> Edges(PastView past)
    {
        _edges.Clear();
        for (var age = 0; age < Intervals && past.Target - 1 - age >= 0; age++)
        {
            foreach (var edge in past[past.Target - 1 - age].Edges)
            {
                if (age == 0 || edge.Kind == EdgeKind.Migration)
                    _edges.Add(new AgedEdge(edge, age));
            }
        }
        return CollectionsMarshal.AsSpan(_edges);
    }

    /// <summary>The features of an interval on both scales, as they will stand in the inputs of the next; NaN = not there.</summary>
    public void Targets(HostInterval interval, int t, Span<float> to)
    {
        var n = _scaling.Features;
        var seen = Of(interval, t);
        for (var h = 0; h < interval.Hosts; h++)
        {
            for (var f = 0; f < 2 * n; f++)
                to[(h * 2 * n) + f] = seen[(h * Seen) + (2 * n) + (f % n)] > 0 ? seen[(h * Seen) + f] : float.NaN;
        }
    }

    private float[] Of(HostInterval interval, int t)
    {
        ref var known = ref _known[t % _known.Length];
        if (!ReferenceEquals(known.Of, interval))
            known = (interval, Encode(interval, known.Columns));
        return known.Columns;
    }

    private float[] Encode(HostInterval interval, float[]? used)
    {
        var columns = used is not null && used.Length == interval.Hosts * Seen ? used : new float[interval.Hosts * Seen];
        var features = _scaling.Features;
        for (var h = 0; h < interval.Hosts; h++)
        {
            var row = columns.AsSpan(h * Seen, Seen);
            row.Clear();
            var values = interval.Row(h);
            for (var f = 0; f < features; f++)
            {
                if (!float.IsFinite(values[f]))
                    continue;
                row[f] = Math.Clamp((values[f] - _scaling.Mean[f]) / _scaling.Deviation[f], -Most, Most);
                row[features + f] = MathF.Asinh((values[f] - _scaling.Median[f]) / _scaling.Spread[f]);
                row[(2 * features) + f] = 1;
            }
        }
        foreach (var edge in interval.Edges)
        {
            columns[(edge.To * Seen) + (3 * features) + (2 * (int)edge.Kind)] += edge.Count;
            columns[(edge.From * Seen) + (3 * features) + (2 * (int)edge.Kind) + 1] += edge.Count;
        }
        for (var h = 0; h < interval.Hosts; h++)
        {
            foreach (ref var moved in columns.AsSpan((h * Seen) + (3 * features), 2 * Kinds))
                moved = MathF.Log(1 + moved);
        }
        return columns;
    }
}
