namespace Tocsin.Ingest.Frames;

/// <summary>What became of samples after the log; one a shard. One thread at a time.</summary>
public sealed class FrameCounts
{
    /// <summary>Taken into an open frame.</summary>
    public long Taken { get; set; }

    /// <summary>Sent again: its frame has it, or is closed and had it.</summary>
    public long Repeated { get; set; }

    /// <summary>Its frame is closed and lacks it.</summary>
    public long Late { get; set; }

    /// <summary>Of the series' own samples nearer than half a cadence to the one before.</summary>
    public long TooClose { get; set; }

    /// <summary>Of the replica that is not elected.</summary>
    public long OtherReplica { get; set; }

    /// <summary>Stale markers: the series has ended.</summary>
    public long Ended { get; set; }

    /// <summary>Infinite, or a NaN that is no stale marker.</summary>
    public long NoNumber { get; set; }

    /// <summary>Beyond <see cref="LiveFrameOptions.MaxSeries"/>.</summary>
    public long TooManySeries { get; set; }

    /// <summary>The catalogue makes nothing of them.</summary>
    public long Unused { get; set; }

    /// <summary>Frames closed because everything that is usually there was there.</summary>
    public long ClosedWhole { get; set; }

    /// <summary>Frames closed because time moved on.</summary>
    public long ClosedByTime { get; set; }

    public long Samples => Taken + Repeated + Late + TooClose + OtherReplica + Ended + NoNumber + TooManySeries + Unused;
}
