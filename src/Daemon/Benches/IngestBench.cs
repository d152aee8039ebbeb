using System.Diagnostics;
using Tocsin.Ingest.Recordings;

namespace Tocsin.Daemon.Benches;

/// <summary>Reads a large recording: how fast, and in how much memory.</summary>
internal static class IngestBench
{
    private const long Bytes = 2L << 30;

    public static Bench Create() => new("ingest", "2 GiB of scrapes (20 nodes, 64 cores each) to segments: MB/s, frames/s, peak memory", Run);

    private static Dictionary<string, double> Run()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-bench-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var synthetic = new SyntheticRecording(nodes: 20, cores: 64, seed: 1);
            var (bytes, scrapes) = synthetic.Write(folder, Bytes, cadenceMs: 15_000);
            var packed = new FileInfo(Path.Combine(folder, ScrapeRecording.ScrapesFile)).Length;
            Console.WriteLine($"written: {bytes >> 20} MiB of text ({packed >> 20} MiB packed), {scrapes} scrapes of {synthetic.SeriesPerScrape} series, in {clock.Elapsed.TotalSeconds:F1} s");

            using var self = Process.GetCurrentProcess();
            var before = self.TotalProcessorTime;
            clock.Restart();
            var recording = DataFolder.Open(folder, new DataOptions());
            var opened = clock.Elapsed.TotalSeconds;
            long frames = 0, segments = 0;
            var metrics = 0;
            foreach (var segment in recording.Segments(default))
            {
                segments++;
                frames += segment.Frames;
                metrics = segment.Metrics.Count;
            }
            var seconds = clock.Elapsed.TotalSeconds;
            self.Refresh();
            var busy = (self.TotalProcessorTime - before).TotalSeconds;
            var peak = self.PeakWorkingSet64 / 1048576.0;
            var figures = new Dictionary<string, double>
            {
                ["text_mb"] = bytes / 1e6,
                ["scrapes"] = scrapes,
                ["segments"] = segments,
                ["frames"] = frames,
                ["metrics"] = metrics,
                ["open_s"] = opened,
                ["total_s"] = seconds,
                ["cpu_s"] = busy,
                ["mb_per_s"] = bytes / 1e6 / seconds,
                ["mb_per_cpu_s"] = bytes / 1e6 / busy,
                ["samples_per_s"] = (double)scrapes * synthetic.SeriesPerScrape / seconds,
                ["frames_per_s"] = frames / seconds,
                ["peak_rss_mib"] = peak,
            };
            Console.WriteLine($"read:    {segments} segments, {frames} frames of {metrics} metrics in {seconds:F1} s (first pass over the heads {opened:F1} s)");
            Console.WriteLine($"         {figures["mb_per_s"]:F0} MB/s ({figures["mb_per_cpu_s"]:F0} a second of one core's time), {figures["samples_per_s"] / 1e6:F1} million samples/s, {figures["frames_per_s"]:F0} frames/s");
            Console.WriteLine($"peak:    {peak:F0} MiB resident, the writing of the recording included (bound: 300)");
            return figures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
