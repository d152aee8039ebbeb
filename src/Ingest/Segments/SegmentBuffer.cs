using Tocsin.Shared;

namespace Tocsin.Ingest.Segments;

/// <summary>The frames of an open segment, in chunks: growing copies nothing, and memory is what the frames take.</summary>
internal sealed class SegmentBuffer(MetricSchema schema)
{
    /// <summary>Most segments are short, so chunks begin small and double.</summary>
    private const int FirstRows = 16;
    private const int MostRows = 1024;

    private readonly List<float[]> _chunks = [];
    private readonly List<long> _times = [];
    private int _free;
    private int _rows = FirstRows;

    public MetricSchema Schema => schema;

    public int Frames => _times.Count;

    /// <summary>The row to be filled for the frame at <paramref name="timeMs"/>.</summary>
    public Span<float> Add(long timeMs)
    {
        if (_free == 0)
        {
            _rows = _chunks.Count == 0 ? FirstRows : Math.Min(_rows * 2, MostRows);
            _chunks.Add(new float[_rows * schema.Count]);
            _free = _rows;
        }
        _times.Add(timeMs);
        return _chunks[^1].AsSpan((_rows - _free--) * schema.Count, schema.Count);
    }

    public long[] Times() => _times.ToArray();

    /// <summary>Row-major; gives up each chunk as soon as it is copied, so that the peak is one copy and a chunk.</summary>
    public float[] TakeValues()
    {
        var values = new float[_times.Count * schema.Count];
        var at = 0;
        for (var i = 0; i < _chunks.Count; i++)
        {
            var filled = Math.Min(_chunks[i].Length, values.Length - at);
            _chunks[i].AsSpan(0, filled).CopyTo(values.AsSpan(at));
            at += filled;
            _chunks[i] = [];
        }
        return values;
    }

    /// <summary>The same frames in a schema that has all columns of this one and more; the new ones are missing so far. This one is spent.</summary>
    public SegmentBuffer Widen(MetricSchema wider)
    {
        var copy = new SegmentBuffer(wider);
        var map = schema.Metrics.Select(m => wider.IndexOf(m.Name)).ToArray();
        var values = TakeValues();
        for (var f = 0; f < _times.Count; f++)
        {
            var to = copy.Add(_times[f]);
            to.Fill(float.NaN);
            for (var c = 0; c < map.Length; c++)
                to[map[c]] = values[f * map.Length + c];
        }
        return copy;
    }
}
