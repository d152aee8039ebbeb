using System.Buffers;
using System.Runtime.InteropServices;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Patterns;

/// <summary>Gives the first frames of a segment as they were pushed.</summary>
/// <param name="into">Row-major (frames x metrics).</param>
/// <returns>False where they are not there any more: the match that there is becomes final.</returns>
public delegate bool HeadReader(int frames, Span<float> into);

/// <summary>Matches one segment while it grows: frames come one by one, a match is made at each head length and stands until the next.</summary>
/// <remarks>Holds the frames up to the longest head (240 frames of 100 metrics: 96 KB) and nothing after it; nothing at all where it is told where to read them.</remarks>
/// <param name="read">Null, or where the frames are read when a match is due.</param>
public sealed class HeadMatcher(PatternSet patterns, bool idle, string? jobName, string? user, HeadReader? read = null)
{
    private readonly List<float> _head = [];
    private int _next;

    /// <summary>What is known by now; before the first head length unmatched, with no nearest pattern.</summary>
    public SegmentMatch Current { get; private set; } = new(-1, -1, float.PositiveInfinity, 0, 0);

    /// <summary>Frames taken; stops at the longest head.</summary>
    public int Frames { get; private set; }

    /// <summary>False once the match is final.</summary>
    public bool Collects => _next < patterns.HeadLengths.Count;

    /// <param name="frame">Standardised, finite, one value a metric.</param>
    /// <returns>True where this frame led to a new match.</returns>
    public bool Push(ReadOnlySpan<float> frame)
    {
        if (!Collects)
            return false;
        Add(frame);
        if (Frames < patterns.HeadLengths[_next])
            return false;
        var matched = read is null ? Match(CollectionsMarshal.AsSpan(_head)) : ReadAndMatch(read);
        _next = matched ? _next + 1 : patterns.HeadLengths.Count;
        ReleaseWhenFinal();
        return matched;
    }

    /// <summary>Goes on from a match that was made before, of which the head is given frame by frame.</summary>
    /// <param name="head">As it was pushed, <paramref name="frames"/> rows; fewer, and the match that there is becomes final.</param>
    public void Restore(SegmentMatch match, int frames, IEnumerable<float[]> head)
    {
        Current = match;
        _next = 0;
        while (Collects && patterns.HeadLengths[_next] <= frames)
            _next++;
        if (Collects && read is null)
        {
            foreach (var row in head.Take(frames))
                Add(row);
        }
        if (Frames < frames && read is null)
            _next = patterns.HeadLengths.Count;
        Frames = frames;
        ReleaseWhenFinal();
    }

    private bool Match(ReadOnlySpan<float> head)
    {
        Current = patterns.Match(head, Frames, idle, jobName, user);
        return true;
    }

    private bool ReadAndMatch(HeadReader from)
    {
        var size = Frames * patterns.Metrics;
        var rented = ArrayPool<float>.Shared.Rent(size);
        var head = rented.AsSpan(0, size);
        var matched = from(Frames, head) && Match(head);
        ArrayPool<float>.Shared.Return(rented);
        return matched;
    }

    private void Add(ReadOnlySpan<float> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame.Length, patterns.Metrics);
        if (read is not null)
        {
            Frames++;
            return;
        }
        // Exactly as large as the next match needs: doubling would cost half as much again for every young segment.
        if (_head.Count == _head.Capacity)
            _head.Capacity = patterns.HeadLengths[_next] * patterns.Metrics;
        _head.AddRange(frame);
        Frames++;
    }

    private void ReleaseWhenFinal()
    {
        if (Collects)
            return;
        _head.Clear();
        _head.TrimExcess();
    }
}
