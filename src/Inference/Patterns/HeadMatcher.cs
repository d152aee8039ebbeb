using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Patterns;

/// <summary>Matches one segment while it grows: frames come one by one, a match is made at each head length and stands until the next.</summary>
/// <remarks>Holds the frames up to the longest head (240 frames of 100 metrics: 96 KB) and nothing after it.</remarks>
public sealed class HeadMatcher(PatternSet patterns, bool idle, string? jobName, string? user)
{
    private readonly List<float> _head = [];
    private int _frames;
    private int _next;

    /// <summary>What is known by now; before the first head length unmatched, with no nearest pattern.</summary>
    public SegmentMatch Current { get; private set; } = new(-1, -1, float.PositiveInfinity, 0, 0);

    /// <param name="frame">Standardised, finite, one value a metric.</param>
    /// <returns>True where this frame led to a new match.</returns>
    public bool Push(ReadOnlySpan<float> frame)
    {
        var lengths = patterns.HeadLengths;
        if (_next == lengths.Count)
            return false;
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame.Length, patterns.Metrics);
        _head.AddRange(frame);
        if (++_frames < lengths[_next])
            return false;
        Current = patterns.Match(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_head), _frames, idle, jobName, user);
        if (++_next == lengths.Count)
        {
            _head.Clear();
            _head.TrimExcess();
        }
        return true;
    }
}
