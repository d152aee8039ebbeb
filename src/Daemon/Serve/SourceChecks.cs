using Tocsin.Ingest.Scraping;

namespace Tocsin.Daemon.Serve;

/// <summary>What the probes say of sources. A source that gives nothing is worth a word, and no reason to take the daemon out of service: the next one may be fine.</summary>
internal static class SourceChecks
{
    public static CheckResult Scrape(ScrapeSource source, LoopPart loop)
    {
        if (loop.Failure is { } why)
            return CheckResult.Bad(why);
        var targets = source.Targets;
        var down = targets.Count(t => t.Why is not null);
        var files = source.FileProblems.FirstOrDefault();
        return CheckResult.Good($"{targets.Count - down} targets up, {down} down{(files.Key is null ? "" : $"; {files.Key}: {files.Value}")}");
    }
}
