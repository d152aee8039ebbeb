using System.Collections.Concurrent;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>What a set of series becomes: which of them are counters, and which metric each is summed into. Shared by all nodes that have these series; immutable.</summary>
internal sealed class FrameLayout
{
    private readonly Dictionary<SeriesId, int> _slots = new(ReferenceEqualityComparer.Instance);
    private readonly FrameTarget[] _targets;
    private readonly int[] _firstTarget;
    private readonly IReadOnlyList<MissingRange>?[]? _missing;
    private readonly FrameOutput[] _columns;
    private readonly ConcurrentDictionary<MetricSchema, FrameOutput?[]> _bySchema = new(ReferenceEqualityComparer.Instance);

    /// <param name="series">No series twice.</param>
    /// <param name="refuse">Told why a series is left out of a metric.</param>
    /// <param name="bind">See <see cref="Catalogue.Bind"/>.</param>
    public FrameLayout(SeriesId[] series, Func<SeriesId, IReadOnlyList<Binding>> bind, SchemaPool schemas, Action<string, SeriesId> refuse)
    {
        Series = series;
        var plan = new LayoutPlan(refuse);
        _firstTarget = new int[series.Length + 1];
        CounterOf = new int[series.Length];
        for (var slot = 0; slot < series.Length; slot++)
        {
            _slots.Add(series[slot], slot);
            var bindings = bind(series[slot]);
            CounterOf[slot] = plan.Add(series[slot], bindings) ? Counters++ : -1;
            if (bindings.Count > 0 && bindings[0].Missing.Count > 0)
                (_missing ??= new IReadOnlyList<MissingRange>?[series.Length])[slot] = bindings[0].Missing;
            _firstTarget[slot + 1] = plan.Targets;
        }
        (Outputs, _targets, Cells) = plan.Build();
        _columns = [.. Outputs.Where(o => o.IsColumn).OrderBy(o => o.Order).ThenBy(o => o.Rule.Metric.Name, StringComparer.Ordinal)];
        Schema = schemas.Get([.. _columns.Select(c => c.Rule.Metric)]);
    }

    public SeriesId[] Series { get; }

    /// <summary>Per slot its place among the counters, -1 for what is no counter.</summary>
    public int[] CounterOf { get; }

    public int Counters { get; }

    public int Cells { get; }

    public IReadOnlyList<FrameOutput> Outputs { get; }

    /// <summary>Of all metrics that these series give.</summary>
    public MetricSchema Schema { get; }

    /// <summary>-1 = not of this layout.</summary>
    /// <param name="hint">Where the series is likely to be: exporters keep their order.</param>
    public int SlotOf(SeriesId series, int hint)
    {
        if ((uint)hint < (uint)Series.Length && ReferenceEquals(Series[hint], series))
            return hint;
        return _slots.GetValueOrDefault(series, -1);
    }

    public ReadOnlySpan<FrameTarget> TargetsOf(int slot) => _targets.AsSpan(_firstTarget[slot].._firstTarget[slot + 1]);

    /// <summary>True: the value is what the series has where it has none.</summary>
    public bool IsMissing(int slot, double value)
    {
        if (_missing?[slot] is not { } ranges)
            return false;
        foreach (var range in ranges)
        {
            if (range.Holds(value))
                return true;
        }
        return false;
    }

    /// <summary>False: the catalogue leaves the series out.</summary>
    public bool IsBound(int slot) => _firstTarget[slot + 1] > _firstTarget[slot];

    /// <summary>Per column of a schema the output that it is made of, null where these series do not give it.</summary>
    public FrameOutput?[] ColumnsOf(MetricSchema schema)
    {
        if (ReferenceEquals(schema, Schema))
            return _columns;
        if (_bySchema.TryGetValue(schema, out var known))
            return known;
        var byName = _columns.ToDictionary(c => c.Rule.Metric.Name, StringComparer.Ordinal);
        return _bySchema[schema] = [.. schema.Metrics.Select(m => byName.GetValueOrDefault(m.Name))];
    }

    /// <summary>Per slot of this layout the slot of another one, -1 where that lacks the series.</summary>
    public int[] Into(FrameLayout other)
    {
        var map = new int[Series.Length];
        for (var slot = 0; slot < map.Length; slot++)
            map[slot] = other.SlotOf(Series[slot], slot);
        return map;
    }
}
