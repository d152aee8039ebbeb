namespace Tocsin.Ingest.Prometheus;

/// <summary>Bounds on exposition text: what is beyond them is rejected and counted, never stored.</summary>
public static class TextLimits
{
    /// <summary>Bytes of one line.</summary>
    public const int Line = 64 * 1024;

    /// <summary>Labels of one series.</summary>
    public const int Labels = 64;

    /// <summary>Bytes of one label's name or of a metric's name.</summary>
    public const int Name = 512;

    /// <summary>Bytes of one label's value.</summary>
    public const int Value = 4096;

    /// <summary>Different series that one source may name in its life.</summary>
    public const int Series = 200_000;

    /// <summary>Samples of one scrape.</summary>
    public const int SamplesPerScrape = 100_000;
}
