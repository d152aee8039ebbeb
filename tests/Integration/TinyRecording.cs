using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tocsin.Integration;

/// <summary>A recording of six minutes that a test bends before it is written: a scrape a second of four gauges, jobs of two kinds and idle minutes between them.</summary>
internal sealed class TinyRecording
{
    public const long Zero = 1_700_000_000;
    public const int SegmentSeconds = 40;

    public TinyRecording()
    {
        var random = new Random(5);
        for (var t = 0; t < 9 * SegmentSeconds; t++)
        {
            var wave = Math.Sin(t * 0.6);
            double Noise() => random.NextDouble() - 0.5;
            double[] row = (t / SegmentSeconds % 3) switch
            {
                0 => [16 + (2 * wave) + Noise(), 0.5 + Noise(), 8e9 + (5e8 * wave) + (1e8 * Noise()), 1e7 + (1e6 * Noise())],
                1 => [3 + Noise(), 6 + (3 * wave) + Noise(), 2e9 + (1e8 * Noise()), 4e8 + (1e8 * wave) + (2e7 * Noise())],
                _ => [1 + Noise(), 0, 1e9 + (1e6 * Noise()), 1e6 + (1e5 * Noise())],
            };
            Scrapes.Add((Zero + t, Body(row)));
        }
        for (var i = 0; i < 9; i++)
        {
            if (i % 3 < 2)
                Jobs.Add(string.Create(CultureInfo.InvariantCulture, $"{10 + i}|{(i % 3 == 0 ? "solver" : "copier")}|{Zero + (i * SegmentSeconds)}|{Zero + ((i + 1) * SegmentSeconds)}"));
        }
    }

    public List<(double Time, string Body)> Scrapes { get; } = [];

    /// <summary>Beside the scrapes' times; null = the scrapes name no node.</summary>
    public string? Node { get; set; }

    public string JobHeader { get; set; } = "JobID|JobName|Start|End";

    public List<string> Jobs { get; } = [];

    public List<string>? Faults { get; set; }

    public string[] Series { get; } = ["node_procs_running", "node_procs_blocked", "node_memory_AnonPages_bytes", "node_memory_Dirty_bytes"];

    public void Change(int second, Func<string, string> body) => Scrapes[second] = (Scrapes[second].Time, body(Scrapes[second].Body));

    /// <summary>Writes it; the folder, which is made.</summary>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var text = new StringBuilder();
        foreach (var (time, body) in Scrapes)
            text.Append(CultureInfo.InvariantCulture, $"#t\t{time:F3}{(Node is null ? "" : "\t" + Node)}\n{body}");
        using (var gzip = new GZipStream(File.Create(Path.Combine(folder, "scrapes.tsv.gz")), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text.ToString()));
        File.WriteAllLines(Path.Combine(folder, "jobs.psv"), [JobHeader, .. Jobs]);
        if (Faults is not null)
            File.WriteAllLines(Path.Combine(folder, "faults.psv"), ["Fault|JobName|Start|End", .. Faults]);
        return folder;
    }

    private string Body(double[] row) => string.Concat(row.Select((v, i) => string.Create(CultureInfo.InvariantCulture, $"{Series[i]} {v:F3}\n")));
}
