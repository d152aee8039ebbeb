using Tocsin.Shared;

namespace Tocsin.Actors.Learning;

/// <summary>The frames of one node since the last segment of its that was taken out, oldest first.</summary>
public sealed class OpenFrames(NodeKey node, MetricSchema schema)
{
    /// <summary>Frames. Room grows by an eighth: doubled, it would be up to twice what <see cref="CollectOptions.OpenBytes"/> allows.</summary>
    private const int LeastRoom = 16;

    private readonly List<long> _times = [];
    private readonly List<float> _values = [];

    public NodeKey Node => node;

    public MetricSchema Schema { get; private set; } = schema;

    public IReadOnlyList<long> TimesMs => _times;

    public int Count => _times.Count;

    public long LastMs => _times.Count == 0 ? long.MinValue : _times[^1];

    public long Bytes => BytesOf(_times.Count, Schema.Count);

    /// <summary>There is plenty of what its newest frame is in.</summary>
    public bool Common { get; private set; }

    /// <summary>Frames that are not saved yet.</summary>
    public int Unsaved { get; private set; }

    public static long BytesOf(int frames, int columns) => (long)frames * (8 + (4 * columns));

    /// <summary>False where it is not after the last one: told of again after a crash.</summary>
    public bool Add(long timeMs, MetricSchema columns, ReadOnlySpan<float> row, bool common)
    {
        if (timeMs <= LastMs)
            return false;
        if (!ReferenceEquals(columns, Schema))
            Use(columns);
        _times.Add(timeMs);
        if (_values.Capacity - _values.Count < row.Length)
            _values.Capacity = _values.Count + Math.Max(LeastRoom * row.Length, _values.Count / 8);
        _values.AddRange(row);
        Common = common;
        Unsaved++;
        return true;
    }

    /// <summary>Index of the first frame at or after a time.</summary>
    public int IndexOf(long timeMs)
    {
        var at = _times.BinarySearch(timeMs);
        return at < 0 ? ~at : at;
    }

    public (long[] TimesMs, float[] Values) Copy(int first, int count) => (
        [.. _times.Skip(first).Take(count)],
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values).Slice(first * Schema.Count, count * Schema.Count).ToArray());

    public void Forget(int frames)
    {
        _times.RemoveRange(0, frames);
        _values.RemoveRange(0, frames * Schema.Count);
        if (_times.Count == 0)
        {
            _times.TrimExcess();
            _values.TrimExcess();
        }
    }

    public void Saved() => Unsaved = 0;

    /// <summary>A node's columns settle in its first frames, and change with its exporters: what was there keeps its values under the new ones.</summary>
    private void Use(MetricSchema columns)
    {
        int[] from = [.. columns.Metrics.Select(m => Schema.IndexOf(m.Name))];
        var old = _values.ToArray();
        var width = Schema.Count;
        _values.Clear();
        for (var t = 0; t < _times.Count; t++)
        {
            foreach (var column in from)
                _values.Add(column < 0 ? float.NaN : old[(t * width) + column]);
        }
        Schema = columns;
    }
}
