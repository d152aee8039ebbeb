using Tocsin.Ingest.Prometheus;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Recordings;

/// <summary>The scrapes of a recording as they were taken, without frames and segments.</summary>
public static class RecordedScrapes
{
    /// <param name="folder">In the <i>recording</i> layout, of one node.</param>
    /// <param name="wanted">By time, unix milliseconds; what is not wanted is not parsed.</param>
    /// <returns>By time; the samples of a scrape are the caller's.</returns>
    /// <exception cref="BadDataException">The file is missing or torn.</exception>
    public static IEnumerable<(long TimeMs, IReadOnlyList<Sample> Samples)> Read(string folder, Func<long, bool> wanted, Rejections rejections)
    {
        using var file = new GzipFile(Path.Combine(folder, ScrapeRecording.ScrapesFile));
        var reader = new ScrapeReader(file, ScrapeRecording.ScrapesFile, rejections);
        var text = new PrometheusText(new SeriesTable(), rejections);
        while (reader.Next())
        {
            if (!wanted(reader.TimeMs))
                continue;
            var samples = new List<Sample>();
            text.Parse(reader.Body, TextFormat.Prometheus, samples);
            yield return (reader.TimeMs, samples);
        }
    }
}
