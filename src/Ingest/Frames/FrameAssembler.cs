using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Prometheus;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>Turns one node's scrapes into frames. Its state is each counter's last value and time.</summary>
/// <remarks>A counter's rate is its increase over the time between its own last two scrapes. There is none (NaN) on its first scrape, after a
/// reset (it went down), and after a gap: <see cref="GapCadences"/> cadences without a value, and at least <see cref="GapMs"/>. One missed scrape
/// is bridged, since the mean over both intervals is what happened; so are the few seconds for which a node under stress answers nobody, since what
/// happened in them is what matters. Beyond that a mean would smear an event over frames that nobody saw.
/// A counter that comes later adds nothing in its first scrape, and one that goes away nothing any more: no spike either way.</remarks>
public sealed class FrameAssembler(NodeKey node, Catalogue catalogue, SchemaPool schemas, long cadenceMs, Rejections rejections)
{
    public const double GapCadences = 2.5;

    public const long GapMs = 10_000;

    /// <summary>Metrics of one node; what a hostile exporter names beyond them is counted and left out.</summary>
    public const int MaxColumns = 4096;

    private readonly Dictionary<SeriesId, Slot> _slots = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, DeviceCells> _outputs = new(StringComparer.Ordinal);
    private readonly long _gapMs = Math.Max(GapMs, (long)(GapCadences * cadenceMs));
    private readonly List<Slot> _order = [];
    private DeviceCells[] _columns = [];
    private int _known;
    private long _scrape;

    public MetricSchema Schema { get; private set; } = new([]);

    /// <summary>True where metrics came up that <see cref="Schema"/> lacks; <see cref="TakeNewColumns"/> lets them in.</summary>
    public bool HasNewColumns => _known != _columns.Length;

    /// <summary>To be called between segments: within one the columns stay.</summary>
    public void TakeNewColumns()
    {
        if (!HasNewColumns)
            return;
        _columns = _outputs.Values.Where(o => o.IsColumn)
            .OrderBy(o => o.Order).ThenBy(o => o.Rule.Metric.Name, StringComparer.Ordinal).ToArray();
        Schema = schemas.Get(_columns.Select(c => c.Rule.Metric).ToArray());
    }

    /// <summary>Takes in a scrape: counters advance whether or not the frame is wanted. Times must increase.</summary>
    public void Take(SampleBatch batch)
    {
        _scrape++;
        foreach (var output in _outputs.Values)
            output.Clear();
        for (var i = 0; i < batch.Samples.Count; i++)
        {
            var sample = batch.Samples[i];
            var slot = SlotAt(i, sample.Series);
            if (slot.Targets.Length == 0)
                continue;
            if (slot.Scrape == _scrape)
                rejections.Add("series twice in one scrape", sample.Series.Name);
            else if (double.IsFinite(sample.Value))
                Advance(slot, sample.Value, batch.TimeMs);
            else if (double.IsInfinity(sample.Value))
                rejections.Add("infinite value", sample.Series.Name);
        }
    }

    /// <summary>The frame of the last scrape, in the columns of <see cref="Schema"/>.</summary>
    public void Write(Span<float> row)
    {
        for (var c = 0; c < _columns.Length; c++)
        {
            var value = (float)_columns[c].Value();
            row[c] = float.IsFinite(value) ? value : float.NaN;
        }
    }

    public NodeKey Node => node;

    private void Advance(Slot slot, double value, long timeMs)
    {
        var rate = double.NaN;
        var reset = false;
        // What comes closer than half a cadence (a scraper that was held up and catches up) is held against the value before, else
        // its rate would be that of milliseconds.
        var close = slot.Scrape > 0 && 2 * (timeMs - slot.TimeMs) < cadenceMs;
        var (before, beforeMs) = close ? (slot.EarlierValue, slot.EarlierMs) : (slot.Value, slot.TimeMs);
        var elapsed = timeMs - beforeMs;
        if (slot.Scrape > 0 && elapsed <= _gapMs && elapsed > 0)
        {
            reset = value < before;
            rate = reset ? double.NaN : (value - before) / (elapsed / 1000.0);
        }
        if (!close)
        {
            (slot.EarlierValue, slot.EarlierMs) = slot.Scrape > 0 ? (slot.Value, slot.TimeMs) : (slot.EarlierValue, slot.EarlierMs);
            (slot.Value, slot.TimeMs) = (value, timeMs);
        }
        slot.Scrape = _scrape;
        foreach (var (output, cell) in slot.Targets)
        {
            if (output.Rule.Metric.Kind != MetricKind.Rate)
                output.Add(cell, value);
            else if (!double.IsNaN(rate))
                output.Add(cell, rate);
            else if (reset)
                output.Spoil(cell);
        }
    }

    /// <summary>Exporters keep their order: the series that stood at this place last time needs no look-up.</summary>
    private Slot SlotAt(int index, SeriesId series)
    {
        if (index < _order.Count && ReferenceEquals(_order[index].Series, series))
            return _order[index];
        if (!_slots.TryGetValue(series, out var slot))
            _slots.Add(series, slot = new Slot(series, Targets(series)));
        if (index < _order.Count)
            _order[index] = slot;
        else
            _order.Add(slot);
        return slot;
    }

    private (DeviceCells, int)[] Targets(SeriesId series)
    {
        var targets = new List<(DeviceCells, int)>();
        foreach (var binding in catalogue.Bind(series))
        {
            var name = binding.Rule.Metric.Name;
            if (!_outputs.TryGetValue(name, out var output) && _outputs.Count == MaxColumns)
            {
                rejections.Add("too many metrics", name);
                continue;
            }
            if (output is null)
                _outputs.Add(name, output = new DeviceCells(binding.Rule, binding.Order));
            else if (output.Order != binding.Order || output.Rule.Metric.Kind != binding.Rule.Metric.Kind)
            {
                rejections.Add("metric's name is taken", name);
                continue;
            }
            var cell = output.CellOf(binding.Device, binding.Cell, binding.MaxDevices);
            if (cell < 0)
                rejections.Add("too many devices or label sets of one metric", name);
            else
                targets.Add((output, cell));
        }
        if (targets.Count > 0)
            _known = _outputs.Values.Count(o => o.IsColumn);
        return targets.ToArray();
    }

    private sealed class Slot(SeriesId series, (DeviceCells Output, int Cell)[] targets)
    {
        public readonly SeriesId Series = series;
        public readonly (DeviceCells Output, int Cell)[] Targets = targets;
        public double Value;
        public long TimeMs;
        public double EarlierValue = double.NaN;
        public long EarlierMs = long.MinValue / 2;
        public long Scrape;
    }
}
