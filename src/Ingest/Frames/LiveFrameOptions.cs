namespace Tocsin.Ingest.Frames;

/// <summary>How samples of one node become frames while they come in.</summary>
public sealed record LiveFrameOptions
{
    /// <summary>Spacing of frames, 10..3,600,000 ms.</summary>
    public long CadenceMs { get; init; } = 15_000;

    /// <summary>How long after a cadence event time must be before a frame that lacks something is closed, in ms.</summary>
    public long GraceMs { get; init; } = 5_000;

    /// <summary>Series of one node; more are counted and left out.</summary>
    public int MaxSeries { get; init; } = 20_000;

    /// <summary>After so long without a sample of the elected one the other replica of a pair is listened to, in ms.</summary>
    public long ReplicaSilenceMs { get; init; } = 45_000;
}
