using Tocsin.Ingest.Identity;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Bounds of one receiver. A request beyond the bounds of a request is refused for good (400, 413); a series beyond those of a series is left out and counted.</summary>
public sealed record RemoteWriteLimits : SeriesLimits
{
    /// <summary>Bytes of a request as it comes.</summary>
    public int Body { get; init; } = 16 << 20;

    /// <summary>Bytes of a request unpacked.</summary>
    public int Unpacked { get; init; } = 64 << 20;

    /// <summary>Samples of a request. Prometheus sends 500 to 2,000, vmagent up to 10,000.</summary>
    public int Samples { get; init; } = 500_000;

    /// <summary>Requests under way at one time; one more waits, <see cref="Wait"/> at most.</summary>
    public int Concurrent { get; init; } = 64;

    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(5);
}
