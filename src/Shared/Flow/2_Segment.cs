namespace Tocsin.Shared.Flow;

/// <summary>One node's metric vector at one tick. NaN = missing (not scraped, counter reset, series absent).</summary>
public sealed record Frame(NodeKey Node, long TimeMs, MetricSchema Metrics, float[] Values);

/// <summary>Stage 2: the frames of one node between two changes of the set of jobs that run on it.</summary>
public sealed class Segment
{
    public required NodeKey Node { get; init; }

    /// <summary>The jobs on the node during the segment, ordered by start; empty = idle.</summary>
    public required IReadOnlyList<JobRun> Jobs { get; init; }

    /// <summary>When the set of jobs became this one, unix milliseconds; may lie before the first frame.</summary>
    public required long StartMs { get; init; }

    /// <summary>When it ceased to be, exclusive; null where the source ended first.</summary>
    public required long? EndMs { get; init; }

    /// <summary>The usual spacing of frames; some may be missing, and a scraper that was held up may catch up with several at once.</summary>
    public required long CadenceMs { get; init; }

    public required MetricSchema Metrics { get; init; }

    /// <summary>Strictly increasing unix milliseconds, one a frame.</summary>
    public required long[] TimesMs { get; init; }

    /// <summary>Row-major (frames x metrics), NaN = missing.</summary>
    public required float[] Values { get; init; }

    /// <summary>Per frame 0 or 1 where the source knows the truth, else null. For scoring only: training never reads it.</summary>
    public byte[]? Labels { get; init; }

    public int Frames => TimesMs.Length;

    public bool Idle => Jobs.Count == 0;

    /// <summary>The jobs' names joined by '+', or "idle".</summary>
    public string JobName => Jobs.Count == 0 ? "idle" : string.Join('+', Jobs.Select(j => j.JobName));

    /// <summary>The jobs' ids joined by '+', or "idle-" and the start in unix seconds.</summary>
    public string JobId => Jobs.Count == 0 ? $"idle-{StartMs / 1000}" : string.Join('+', Jobs.Select(j => j.JobId));

    public ReadOnlySpan<float> Row(int frame) => Values.AsSpan(frame * Metrics.Count, Metrics.Count);
}
