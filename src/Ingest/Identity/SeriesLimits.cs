namespace Tocsin.Ingest.Identity;

/// <summary>Bounds on what one source may make known.</summary>
public record SeriesLimits
{
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
}
