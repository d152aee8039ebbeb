using Tocsin.Ingest.Live;
using Tocsin.Shared;

namespace Tocsin.Ingest.Scraping;

/// <summary>What is scraped, and how often.</summary>
public sealed record ScrapeOptions
{
    /// <summary>Given one by one.</summary>
    public IReadOnlyList<ScrapeTarget> Targets { get; init; } = [];

    /// <summary>Prometheus <c>file_sd</c> files; the last part of a path may hold <c>*</c>.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Label <c>job</c> of targets that have none.</summary>
    public string Job { get; init; } = "tocsin";

    /// <summary>Between two scrapes of a target; never less, whatever happens. 1 s to 1 h.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For the wait for a slot and the answer together. 100 ms to <see cref="Interval"/>.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Scrapes under way at one time. 1 to <see cref="ScrapeClient.MaxConcurrent"/>.</summary>
    public int Concurrent { get; init; } = ScrapeClient.MaxConcurrent;

    /// <summary>How often the files are looked at for changes. 1 s to 1 h.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="BadDataException">An option is out of its range; the message names it.</exception>
    public void Check()
    {
        Range("scrape.interval", Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Range("scrape.timeout", Timeout, TimeSpan.FromMilliseconds(100), Interval);
        Range("scrape.refresh", Refresh, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        if (Concurrent is < 1 or > ScrapeClient.MaxConcurrent)
            throw new BadDataException($"scrape.concurrent: {Concurrent}, expected 1 to {ScrapeClient.MaxConcurrent} scrapes");
        if (Files.Select(TargetFiles.Check).FirstOrDefault(w => w is not null) is { } why)
            throw new BadDataException($"scrape.files: {why}");
    }

    private static void Range(string key, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            throw new BadDataException($"{key}: {value.TotalSeconds:0.###} s, expected {least.TotalSeconds:0.###} to {most.TotalSeconds:0.###} s");
    }
}
