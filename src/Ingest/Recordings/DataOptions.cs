using Tocsin.Ingest.Catalogues;

namespace Tocsin.Ingest.Recordings;

public sealed record DataOptions
{
    public Catalogue Catalogue { get; init; } = Catalogue.Default;

    /// <summary>The machine room's name in node keys.</summary>
    public string Cluster { get; init; } = "local";

    /// <summary>The node's name where the recording names none; null = the one that all of its jobs ran on, else "node".</summary>
    public string? NodeName { get; init; }

    /// <summary>10..3,600,000 ms; null = the median spacing of the recording's frames.</summary>
    public long? CadenceMs { get; init; }

    /// <summary>Take what a torn recording still gives, less its last scrape, instead of refusing it.</summary>
    public bool AcceptTornTail { get; init; }

    /// <summary>NodeSentry layout: only this folder, "Train" or "Test"; null = both.</summary>
    public string? Part { get; init; }
}
