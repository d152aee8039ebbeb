using Tocsin.Shared;

namespace Tocsin.Ingest.Segments;

/// <summary>The frames of an open segment, in chunks: growing copies nothing, and memory is what the frames take.</summary>
internal sealed class SegmentBuffer(MetricSchema schema)
{
    private const int ChunkRows = 256;

    private readonly List<float[]> _chunks = [];
    private readonly List<long> _times = [];

    public MetricSchema Schema => schema;

    public int Frames => _times.Count;

    /// <summary>The row to be filled for the frame at <paramref name="timeMs"/>.</summary>
    public Span<float> Add(long timeMs)
    {
        var row = _times.Count % ChunkRows;
        if (row == 0)
            _chunks.Add(new float[ChunkRows * schema.Count]);
        _times.Add(timeMs);
        return _chunks[^1].AsSpan(row * schema.Count, schema.Count);
    }

    public long[] Times() => _times.ToArray();

    /// <summary>Row-major; gives up each chunk as soon as it is copied, so that the peak is one copy and a chunk.</summary>
    public float[] TakeValues()
    {
        var values = new float[_times.Count * schema.Count];
        for (var i = 0; i < _chunks.Count; i++)
        {
            var at = i * ChunkRows * schema.Count;
            _chunks[i].AsSpan(0, Math.Min(_chunks[i].Length, values.Length - at)).CopyTo(values.AsSpan(at));
            _chunks[i] = [];
        }
        return values;
    }

    /// <summary>The same frames in a schema that has all columns of this one and more; the new ones are missing so far.</summary>
    public SegmentBuffer Widen(MetricSchema wider)
    {
        var copy = new SegmentBuffer(wider);
        var map = schema.Metrics.Select(m => wider.IndexOf(m.Name)).ToArray();
        for (var f = 0; f < _times.Count; f++)
        {
            var from = _chunks[f / ChunkRows].AsSpan(f % ChunkRows * schema.Count, schema.Count);
            var to = copy.Add(_times[f]);
            to.Fill(float.NaN);
            for (var c = 0; c < map.Length; c++)
                to[map[c]] = from[c];
        }
        return copy;
    }
}
