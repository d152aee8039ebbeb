namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Bounds of one receiver. A request beyond the bounds of a request is refused for good (400); a series beyond those of a series is left out and counted.</summary>
public sealed record RemoteWriteLimits
{
    /// <summary>Bytes of a request as it comes.</summary>
    public int Body { get; init; } = 16 << 20;

    /// <summary>Bytes of a request unpacked.</summary>
    public int Unpacked { get; init; } = 64 << 20;

    /// <summary>Samples of a request. Prometheus sends 500 to 2,000, vmagent up to 10,000.</summary>
    public int Samples { get; init; } = 500_000;

    /// <summary>Series known at one time, in all; about 32 bytes each. Those that were silent for <see cref="Forget"/> make room for new ones.</summary>
    public int Series { get; init; } = 8_000_000;

    /// <summary>Series that differ by more than the node, known at one time.</summary>
    public int DistinctSeries { get; init; } = 500_000;

    /// <summary>Nodes, each replica counted.</summary>
    public int Nodes { get; init; } = 50_000;

    /// <summary>At least this long; looked at when room is needed.</summary>
    public TimeSpan Forget { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How far ahead of this machine's clock a sample may be.</summary>
    public TimeSpan Ahead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How old a sample may be. A Prometheus that was cut off sends what it kept, two hours or so.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Requests under way at one time; one more waits, <see cref="Wait"/> at most.</summary>
    public int Concurrent { get; init; } = 64;

    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(5);
}
