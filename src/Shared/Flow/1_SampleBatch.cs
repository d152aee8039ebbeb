namespace Tocsin.Shared.Flow;

/// <summary>Stage 1: what one scrape of one node gave, series by series, as it came.</summary>
/// <param name="TimeMs">Unix milliseconds of the scrape, the only clock that later stages use.</param>
/// <param name="Samples">A value may be <see cref="StaleMarker.Value"/>: the series has ended.</param>
public sealed record SampleBatch(NodeKey Node, long TimeMs, IReadOnlyList<Sample> Samples)
{
    /// <summary>Which of a pair of scrapers that watch the same nodes it comes from; null where there is no pair. The log keeps it: one is elected in the node's state.</summary>
    public string? Replica { get; init; }

    public SampleSource Source { get; init; }
}

/// <summary>By which way samples come: what is silent as a whole when that way is shut. Stored: the numbers never change; below 31, since sets of them are bits.</summary>
public enum SampleSource : byte
{
    Unknown = 0,
    RemoteWrite = 1,
    Scrape = 2,
}

/// <summary>One sample. <paramref name="Series"/> is interned by the decoder, so later stages compare it by reference.</summary>
public readonly record struct Sample(SeriesId Series, double Value);

/// <summary>A series' identity: its name, and its labels sorted by name. <c>node_cpu_seconds_total{cpu="0",mode="idle"}</c>.</summary>
public sealed record SeriesId(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    public string? Label(string name)
    {
        foreach (var (key, value) in Labels)
        {
            if (key == name)
                return value;
        }
        return null;
    }
}
