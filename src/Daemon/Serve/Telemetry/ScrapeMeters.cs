using System.Diagnostics.Metrics;
using Tocsin.Ingest.Scraping;

namespace Tocsin.Daemon.Serve.Telemetry;

internal static class ScrapeMeters
{
    public static void Add(Meter meter, ScrapeSource source)
    {
        meter.CreateObservableCounter("tocsin_scrapes", () => source.Scrapes, null, "Scrapes begun, failed ones too.");
        meter.CreateObservableCounter("tocsin_scrape_failures", () => source.Failures.Select(f => new Measurement<long>(f.Value, new KeyValuePair<string, object?>("reason", f.Key))), null, "Scrapes that gave nothing, by reason.");
        meter.CreateObservableCounter("tocsin_scrape_skipped", () => source.SkippedTurns, null, "Turns that passed while a scrape was still under way.");
        meter.CreateObservableGauge("tocsin_scrape_targets", () => source.Targets.GroupBy(t => t.Why is null).Select(g =>
            new Measurement<long>(g.Count(), new KeyValuePair<string, object?>("state", g.Key ? "up" : "down"))), null, "Targets by how their last scrape went.");
        meter.CreateObservableGauge("tocsin_scrape_bad_files", () => (long)source.FileProblems.Count, null, "Files of targets that cannot be used; their last good targets are scraped.");
    }
}
