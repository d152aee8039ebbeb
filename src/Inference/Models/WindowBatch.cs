namespace Tocsin.Inference.Models;

/// <summary>Windows of frames side by side, filled and used again by the caller. Window w, frame t, metric m is at (w * Frames + t) * Metrics + m;
/// short windows stand at the right end and are invalid before.</summary>
public sealed class WindowBatch
{
    public WindowBatch(int capacity, int frames, int metrics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(metrics, 1);
        (Capacity, Frames, Metrics, Count) = (capacity, frames, metrics, capacity);
        Values = new float[checked(capacity * frames * metrics)];
        Mask = new float[Values.Length];
        Valid = new bool[capacity * frames];
        Position = new int[Valid.Length];
        LogTime = new float[Valid.Length];
        SegmentId = new int[capacity];
    }

    public int Capacity { get; }

    public int Frames { get; }

    public int Metrics { get; }

    /// <summary>Windows in use, the first ones; 0..Capacity.</summary>
    public int Count { get; set; }

    /// <summary>Standardised values. What stands where the mask is set is not read, not even a NaN.</summary>
    public float[] Values { get; }

    /// <summary>1 = hidden or missing, 0 = seen.</summary>
    public float[] Mask { get; }

    /// <summary>Whether there is a frame at all; one a frame.</summary>
    public bool[] Valid { get; }

    /// <summary>Ticks since the segment's start.</summary>
    public int[] Position { get; }

    /// <summary>log(1 + seconds since the segment's start).</summary>
    public float[] LogTime { get; }

    /// <summary>0 = unknown; one a window.</summary>
    public int[] SegmentId { get; }
}
