namespace Tocsin.Actors.Learning;

/// <summary>What is collected of the segments that are watched, to be learned from.</summary>
public sealed record CollectOptions
{
    public required long CadenceMs { get; init; }

    /// <summary>Of the frames of segments that have not ended, in memory.</summary>
    public long OpenBytes { get; init; } = 64 << 20;

    /// <summary>Of the segments that are kept, on disk.</summary>
    public long KeptBytes { get; init; } = 512 << 20;

    /// <summary>Of one segment; its first ones are taken.</summary>
    public int MostFrames { get; init; } = 960;

    public int LeastFrames { get; init; } = 20;

    /// <summary>After its end a segment may still be cut anew by what the accounting says late.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Segments of one pattern that are kept, the newest.</summary>
    public int KeptPerPattern { get; init; } = 24;

    /// <summary>Segments like no pattern that are kept, the newest.</summary>
    public int KeptUnmatched { get; init; } = 200;

    /// <summary>Cadences after a segment's start within which its first frame has to be: a head that lacks its beginning is no head.</summary>
    public int LateStart { get; init; } = 3;

    /// <summary>Frames of an open segment after which it is saved, so that a kill loses few.</summary>
    public int SaveEvery { get; init; } = 20;

    /// <summary>A node that has been silent for so long does not come back to its segment.</summary>
    internal long GoneMs => (long)(Settle + TimeSpan.FromHours(1)).TotalMilliseconds;

    internal int MostOpenFrames => MostFrames + (int)(Settle.TotalMilliseconds / CadenceMs) + LateStart;
}
