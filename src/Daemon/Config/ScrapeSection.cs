using Tocsin.Ingest.Live;
using Tocsin.Ingest.Scraping;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>scrape</c> section. Null: nothing is scraped.</summary>
internal static class ScrapeSection
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    public static ScrapeOptions? Read(ConfigReader r, TimeSpan cadence)
    {
        var usual = new ScrapeOptions();
        var job = r.Text("job", usual.Job, "a label's value of at most 100 characters", t => t.Length <= 100)!;
        var targets = new List<ScrapeTarget>();
        foreach (var address in r.Texts("targets", [], "host:port, or an http or https URL", t => ScrapeTarget.Create(t, NoLabels, job, out _) is null, FileSd.MaxTargets))
        {
            ScrapeTarget.Create(address, NoLabels, job, out var target);
            targets.Add(target);
        }
        var options = usual with
        {
            Job = job,
            Targets = targets,
            Files = r.Texts("file_sd", [], "a path that ends in .json, .yml or .yaml, * in the file's name alone", t => TargetFiles.Check(t) is null, 1000),
            Interval = r.Duration("interval", cadence, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Timeout = r.Duration("timeout", usual.Timeout < cadence ? usual.Timeout : cadence, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            Concurrent = r.Whole("concurrent", usual.Concurrent, 1, ScrapeClient.MaxConcurrent, "scrapes"),
            Refresh = r.Duration("refresh", usual.Refresh, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
        if (options.Timeout > options.Interval)
            r.Problem("timeout", $"{Spans.Text(options.Timeout)}, more than scrape.interval ({Spans.Text(options.Interval)}): expected at most that");
        if (options.Interval > cadence)
            r.Problem("interval", $"{Spans.Text(options.Interval)}, more than cadence ({Spans.Text(cadence)}): every frame but some would be empty; expected at most that");
        return options.Targets.Count + options.Files.Count > 0 ? options : null;
    }
}
