using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Tocsin.Daemon.Serve.Telemetry;

/// <summary>What was measured by one instrument, by its tags. Written to by any thread.</summary>
internal sealed class MeterSeries
{
    private static readonly double[] DefaultBounds = [0.001, 0.01, 0.1, 1, 10];

    private readonly ConcurrentDictionary<string, Cell> _cells = new(StringComparer.Ordinal);
    private readonly Instrument _instrument;
    private readonly int _most;
    private readonly bool _observed;
    private readonly bool _adds;
    private readonly double[]? _bounds;

    public MeterSeries(Instrument instrument, int most)
    {
        (_instrument, _most) = (instrument, most);
        Name = MeterCollector.NameOf(instrument);
        _observed = instrument.IsObservable;
        var kind = Kind(instrument);
        _adds = kind is "Counter" or "UpDownCounter";
        if (kind == "Histogram")
            _bounds = instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } ? [.. bounds] : DefaultBounds;
    }

    public string Name { get; }

    public static bool IsCounter(Instrument instrument) => Kind(instrument) is "Counter" or "ObservableCounter";

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelsOf(tags);
        if (!_cells.TryGetValue(labels, out var cell))
            cell = _cells.GetOrAdd(_cells.Count < _most ? labels : "", _ => new Cell(_bounds?.Length ?? 0));
        lock (cell)
        {
            cell.Seen = true;
            cell.Count++;
            cell.Value = _adds || _bounds is not null ? cell.Value + value : value;
            if (_bounds is null)
                return;
            for (var i = 0; i < _bounds.Length; i++)
                cell.Buckets[i] += value <= _bounds[i] ? 1 : 0;
        }
    }

    /// <summary>What an observed instrument does not name this time is gone.</summary>
    public void BeginObserving()
    {
        if (!_observed)
            return;
        foreach (var cell in _cells.Values)
            cell.Seen = false;
    }

    public void Write(PrometheusWriter writer, bool head)
    {
        if (head)
            writer.Head(Name, _bounds is not null ? "histogram" : IsCounter(_instrument) ? "counter" : "gauge", _instrument.Description ?? "");
        foreach (var (labels, cell) in _cells)
        {
            lock (cell)
            {
                if (_observed && !cell.Seen)
                    _cells.TryRemove(labels, out _);
                else if (_bounds is null)
                    writer.Sample(Name, Encoding.UTF8.GetBytes(labels), cell.Value);
                else
                    WriteHistogram(writer, labels, cell);
            }
        }
    }

    private void WriteHistogram(PrometheusWriter writer, string labels, Cell cell)
    {
        var open = labels.Length == 0 ? "{" : labels[..^1] + ",";
        for (var i = 0; i < _bounds!.Length; i++)
            writer.Sample(Name + "_bucket", Encoding.UTF8.GetBytes($"{open}le=\"{_bounds[i]}\"}}"), cell.Buckets[i]);
        writer.Sample(Name + "_bucket", Encoding.UTF8.GetBytes($"{open}le=\"+Inf\"}}"), cell.Count);
        writer.Sample(Name + "_sum", Encoding.UTF8.GetBytes(labels), cell.Value);
        writer.Sample(Name + "_count", Encoding.UTF8.GetBytes(labels), cell.Count);
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return "";
        var labels = new (string, string)[tags.Length];
        for (var i = 0; i < tags.Length; i++)
            labels[i] = (tags[i].Key.Replace('.', '_'), tags[i].Value?.ToString() ?? "");
        Array.Sort(labels, (a, b) => string.CompareOrdinal(a.Item1, b.Item1));
        return Encoding.UTF8.GetString(PrometheusWriter.Labels(labels));
    }

    private static string Kind(Instrument instrument)
    {
        var name = instrument.GetType().Name;
        return name[..name.IndexOf('`')];
    }

    private sealed class Cell(int buckets)
    {
        public double Value;
        public long Count;
        public bool Seen;

        /// <summary>How many were at most the bound of the same index.</summary>
        public readonly long[] Buckets = new long[buckets];
    }
}
