using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>Turns one node's whole scrapes, each with all of its series, into frames. Its state is each counter's last values: <see cref="NodeCounters"/>.</summary>
public sealed class FrameAssembler(NodeKey node, Catalogue catalogue, SchemaPool schemas, long cadenceMs, Rejections rejections)
{
    public const double GapCadences = 2.5;

    public const long GapMs = 10_000;

    /// <summary>Metrics of one node; what a hostile exporter names beyond them is counted and left out.</summary>
    public const int MaxColumns = 4096;

    private readonly LayoutPool _pool = new(catalogue, schemas, rejections);
    private readonly NodeCounters _counters = new(cadenceMs);
    private readonly List<SeriesId> _new = [];
    private readonly HashSet<SeriesId> _newSet = new(ReferenceEqualityComparer.Instance);
    private FrameLayout? _layout;
    private long[] _lastScrape = [];
    private long _scrape;

    public MetricSchema Schema { get; private set; } = new([]);

    public NodeKey Node => node;

    /// <summary>True where metrics came up that <see cref="Schema"/> lacks; <see cref="TakeNewColumns"/> lets them in.</summary>
    public bool HasNewColumns => _layout is not null && _layout.Schema.Count != Schema.Count;

    private FrameLayout Layout => _layout ??= _pool.Empty;

    /// <summary>To be called between segments: within one the columns stay.</summary>
    public void TakeNewColumns()
    {
        if (HasNewColumns)
            Schema = Layout.Schema;
    }

    /// <summary>Takes in a scrape: counters advance whether or not the frame is wanted. Times must increase.</summary>
    public void Take(SampleBatch batch)
    {
        LetIn(batch);
        var layout = Layout;
        _scrape++;
        _pool.Cells.Clear(layout.Cells);
        for (var i = 0; i < batch.Samples.Count; i++)
        {
            var sample = batch.Samples[i];
            var slot = layout.SlotOf(sample.Series, i);
            if (!layout.IsBound(slot))
                continue;
            if (_lastScrape[slot] == _scrape)
            {
                rejections.Add("series twice in one scrape", sample.Series.Name);
            }
            else if (double.IsFinite(sample.Value))
            {
                _lastScrape[slot] = _scrape;
                _counters.Advance(layout, slot, sample.Value, batch.TimeMs, _pool.Cells);
            }
            else if (double.IsInfinity(sample.Value))
            {
                rejections.Add("infinite value", sample.Series.Name);
            }
        }
    }

    /// <summary>The frame of the last scrape, in the columns of <see cref="Schema"/>.</summary>
    public void Write(Span<float> row) => Write(Layout, Schema, _pool.Cells, row);

    internal static void Write(FrameLayout layout, MetricSchema schema, FrameCells cells, Span<float> row)
    {
        var columns = layout.ColumnsOf(schema);
        for (var c = 0; c < columns.Length; c++)
        {
            var value = columns[c] is { } output ? (float)cells.Value(output) : float.NaN;
            row[c] = float.IsFinite(value) ? value : float.NaN;
        }
    }

    private void LetIn(SampleBatch batch)
    {
        for (var i = 0; i < batch.Samples.Count; i++)
        {
            var series = batch.Samples[i].Series;
            if (Layout.SlotOf(series, i) < 0 && _newSet.Add(series))
                _new.Add(series);
        }
        if (_new.Count == 0)
            return;
        var wider = _pool.Of([.. Layout.Series, .. _new]);
        _counters.Move(Layout, wider);
        Array.Resize(ref _lastScrape, wider.Series.Length);
        _layout = wider;
        _new.Clear();
        _newSet.Clear();
    }
}
