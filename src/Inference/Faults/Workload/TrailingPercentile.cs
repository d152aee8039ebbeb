namespace Tocsin.Inference.Faults.Workload;

/// <summary>A percentile of the last values of one series, kept sorted. Nearest rank: the value that a share of the window does not exceed.</summary>
internal sealed class TrailingPercentile(int window, float share)
{
    private readonly float[] _ring = new float[window], _sorted = new float[window];
    private int _next, _count;

    public bool Full => _count == window;

    /// <summary>Of what was added so far; NaN before the first value.</summary>
    public float Value => _count == 0 ? float.NaN : _sorted[Math.Min(_count - 1, (int)Math.Ceiling(share * _count) - 1)];

    public void Add(float value)
    {
        if (_count == window)
        {
            var old = Array.BinarySearch(_sorted, 0, _count, _ring[_next]);
            Array.Copy(_sorted, old + 1, _sorted, old, _count - old - 1);
            _count--;
        }
        var at = Array.BinarySearch(_sorted, 0, _count, value);
        at = at < 0 ? ~at : at;
        Array.Copy(_sorted, at, _sorted, at + 1, _count - at);
        _sorted[at] = value;
        _count++;
        _ring[_next] = value;
        _next = (_next + 1) % window;
    }
}
