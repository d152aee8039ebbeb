namespace Tocsin.Ingest.Scraping;

/// <summary>How a target's last scrape went.</summary>
/// <param name="LastMs">When it was begun, unix milliseconds.</param>
/// <param name="Samples">That came of it, rejected ones too.</param>
/// <param name="Why">Null where it worked.</param>
/// <param name="Failures">In a row, the last one included.</param>
public sealed record TargetStatus(ScrapeTarget Target, long LastMs, TimeSpan Took, int Samples, string? Why, int Failures);
