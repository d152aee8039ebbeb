using System.Globalization;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Recordings;

/// <summary>Reads one CSV of the NodeSentry layout: <c>timestamp</c>, a column a metric, optionally <c>Label</c>.</summary>
internal sealed class SentryCsv : IDisposable
{
    private const int MaxColumns = 20_000;
    private const int MaxLine = 1 << 22;

    private readonly string _name;
    private readonly StreamReader _reader;
    private readonly string[] _header;
    private readonly int _time;
    private readonly int _label;

    /// <exception cref="BadDataException">The first line lacks what is needed.</exception>
    public SentryCsv(string path)
    {
        _name = Path.GetFileName(path);
        _reader = new StreamReader(new GzipFile(path));
        _header = (_reader.ReadLine() ?? "").Split(',').Select(h => h.Trim()).ToArray();
        _time = Array.FindIndex(_header, h => h.Equals("timestamp", StringComparison.OrdinalIgnoreCase));
        _label = Array.FindIndex(_header, h => h.Equals("Label", StringComparison.OrdinalIgnoreCase));
        if (_time < 0)
            throw new BadDataException($"{_name} has no column 'timestamp': expected 'timestamp' and a column a metric in its first line");
        if (_header.Length > MaxColumns)
            throw new BadDataException($"{_name} has {_header.Length} columns: expected at most {MaxColumns}");
        if (_header.Length < (HasLabel ? 3 : 2))
            throw new BadDataException($"{_name} has no metric: expected a column a metric beside 'timestamp'");
        var twice = _header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            throw new BadDataException($"{_name} has two columns '{JobTable.Short(twice.Key)}': expected each metric once");
    }

    public bool HasLabel => _label >= 0;

    public void Dispose() => _reader.Dispose();

    /// <summary>The next readable time, or null at the end. For a survey only.</summary>
    public long? NextTime()
    {
        while (NextLine() is { } line)
        {
            var at = 0;
            foreach (var range in line.AsSpan().Split(','))
            {
                if (at++ == _time && EventTime.TryParse(line[range].Trim(), out var ms))
                    return ms;
            }
        }
        return null;
    }

    public Segment Read(SentryFile file, SchemaPool schemas, long cadenceMs, Rejections rejections)
    {
        var metrics = new List<Metric>();
        for (var c = 0; c < _header.Length; c++)
        {
            if (c != _time && c != _label)
                metrics.Add(new Metric(_header[c], MetricKind.Gauge, "", 0));
        }
        var buffer = new SegmentBuffer(schemas.Get(metrics));
        var labels = new List<byte>();
        var row = new float[metrics.Count];
        var last = long.MinValue;
        while (NextLine() is { } line)
        {
            if (!TryRow(line, row, rejections, out var ms, out var label))
                continue;
            if (last != long.MinValue && 2 * (ms - last) < cadenceMs)
            {
                rejections.Add(ms < last ? "frame out of order" : ms == last ? "frame's time stands twice" : "frame closer than half a cadence", $"{_name} at {ms / 1000.0:F3}");
                continue;
            }
            last = ms;
            row.CopyTo(buffer.Add(ms));
            labels.Add(label);
        }
        return new Segment
        {
            Node = file.Node,
            Jobs = [file.Job],
            StartMs = file.Job.StartMs,
            EndMs = file.Job.EndMs,
            CadenceMs = cadenceMs,
            Metrics = buffer.Schema,
            TimesMs = buffer.Times(),
            Values = buffer.TakeValues(),
            Labels = HasLabel ? labels.ToArray() : null,
        };
    }

    private string? NextLine()
    {
        var line = _reader.ReadLine();
        return line?.Length > MaxLine ? throw new BadDataException($"{_name} has a line of more than {MaxLine} characters: expected one frame a line") : line;
    }

    private bool TryRow(string line, float[] row, Rejections rejections, out long ms, out byte label)
    {
        ms = 0;
        label = 0;
        var text = line.AsSpan();
        int column = 0, metric = 0;
        var timed = false;
        foreach (var range in text.Split(','))
        {
            var field = text[range].Trim();
            if (column == _time)
                timed = EventTime.TryParse(field.ToString(), out ms);
            else if (column == _label)
                label = (byte)(Number(field, rejections) > 0 ? 1 : 0);
            else if (metric < row.Length)
                row[metric++] = Number(field, rejections);
            column++;
        }
        if (text.Trim().IsEmpty)
            return false;
        if (column != _header.Length)
        {
            rejections.Add("row with another number of fields than the first line", $"{_name}: {JobTable.Short(line)}");
            return false;
        }
        if (!timed)
            rejections.Add("unreadable timestamp", $"{_name}: {JobTable.Short(line)}");
        return timed;
    }

    /// <summary>Nothing and NaN are missing; text and infinity are missing and counted.</summary>
    private float Number(ReadOnlySpan<char> field, Rejections rejections)
    {
        if (field.IsEmpty || field.Equals("nan", StringComparison.OrdinalIgnoreCase))
            return float.NaN;
        // As numpy and pandas write it; the BCL knows the whole word only.
        if (field.TrimStart("+-").Equals("inf", StringComparison.OrdinalIgnoreCase))
            rejections.Add("infinite value", $"{_name}: '{field}'");
        else if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            rejections.Add("not a number", $"{_name}: '{JobTable.Short(field.ToString())}'");
        else if (float.IsFinite(value))
            return value;
        else
            rejections.Add("infinite value", $"{_name}: '{JobTable.Short(field.ToString())}'");
        return float.NaN;
    }
}
