using System.Runtime.CompilerServices;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>One layout for each sequence of series, as long as a node uses it: 10,000 nodes of one kind share one. One thread at a time.</summary>
public sealed class LayoutPool
{
    private const int SweepEvery = 256;

    private readonly Catalogue _catalogue;
    private readonly SchemaPool _schemas;
    private readonly Rejections _rejections;
    private readonly ConditionalWeakTable<SeriesId, IReadOnlyList<Binding>> _bindings = [];
    private readonly Dictionary<int, List<WeakReference<FrameLayout>>> _layouts = [];
    private readonly HashSet<(string, SeriesId)> _refused = [];
    private int _made;

    public LayoutPool(Catalogue catalogue, SchemaPool schemas, Rejections rejections)
    {
        (_catalogue, _schemas, _rejections) = (catalogue, schemas, rejections);
        Empty = Of([]);
    }

    internal FrameLayout Empty { get; }

    internal FrameCells Cells { get; } = new();

    /// <param name="series">By reference: interned by their source.</param>
    internal FrameLayout Of(SeriesId[] series)
    {
        var hash = new HashCode();
        foreach (var one in series)
            hash.Add(RuntimeHelpers.GetHashCode(one));
        var key = hash.ToHashCode();
        if (!_layouts.TryGetValue(key, out var same))
            _layouts.Add(key, same = []);
        foreach (var reference in same)
        {
            if (reference.TryGetTarget(out var known) && known.Series.AsSpan().SequenceEqual(series, ReferenceEqualityComparer.Instance))
                return known;
        }
        var layout = new FrameLayout(series, s => _bindings.GetValue(s, _catalogue.Bind), _schemas, Refuse);
        same.Add(new WeakReference<FrameLayout>(layout));
        if (++_made % SweepEvery == 0)
            Sweep();
        return layout;
    }

    /// <summary>A series is in many layouts and is refused once.</summary>
    private void Refuse(string why, SeriesId series)
    {
        if (_refused.Count < Prometheus.TextLimits.Series && _refused.Add((why, series)))
            _rejections.Add(why, series.Name);
    }

    private void Sweep()
    {
        foreach (var (key, same) in _layouts.ToArray())
        {
            same.RemoveAll(r => !r.TryGetTarget(out _));
            if (same.Count == 0)
                _layouts.Remove(key);
        }
    }
}
