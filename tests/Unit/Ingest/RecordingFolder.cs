using System.Globalization;
using System.IO.Compression;
using System.Text;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

/// <summary>A small folder of data that goes when the test ends. Times are seconds after <see cref="Zero"/>.</summary>
internal sealed class RecordingFolder : IDisposable
{
    public const long Zero = 1_700_000_000;

    private readonly StringBuilder _scrapes = new();

    public string Path { get; } = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public DataOptions Options { get; set; } = new();

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public RecordingFolder Scrape(double second, string? node = null, string body = "node_procs_blocked 1\n")
    {
        _scrapes.Append(CultureInfo.InvariantCulture, $"#t\t{Zero + second:F3}{(node is null ? "" : "\t" + node)}\n{body}");
        return this;
    }

    public RecordingFolder ScrapeEvery(double step, double from, double until, string? node = null, string body = "node_procs_blocked 1\n")
    {
        for (var i = 0; from + i * step < until; i++)
            Scrape(from + i * step, node, body);
        return this;
    }

    public RecordingFolder Raw(string text)
    {
        _scrapes.Append(text);
        return this;
    }

    /// <summary>Rows with times in seconds after <see cref="Zero"/> where they are written as +n.</summary>
    public RecordingFolder Jobs(params string[] rows) => Table("jobs.psv", "JobID|JobName|Start|End", rows);

    public RecordingFolder JobsOnNodes(params string[] rows) => Table("jobs.psv", "JobID|JobName|Start|End|NodeList", rows);

    public RecordingFolder Faults(params string[] rows) => Table("faults.psv", "Fault|JobName|Start|End", rows);

    public RecordingFolder Table(string file, string header, params string[] rows)
    {
        var fields = rows.Select(r => string.Join('|', r.Split('|').Select(f => f.StartsWith('+') ? At(f) : f)));
        File.WriteAllLines(In(file), [header, .. fields]);
        return this;
    }

    public string In(string file) => System.IO.Path.Combine(Path, file);

    public IRecording Open()
    {
        if (_scrapes.Length > 0)
            File.WriteAllBytes(In("scrapes.tsv.gz"), Pack(_scrapes.ToString()));
        if (_scrapes.Length > 0 && !File.Exists(In("jobs.psv")))
            Jobs();
        return DataFolder.Open(Path, Options);
    }

    public List<Segment> Segments() => Open().Segments(default).ToList();

    public static byte[] Pack(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static string At(string offset) =>
        (Zero + double.Parse(offset, CultureInfo.InvariantCulture)).ToString("F3", CultureInfo.InvariantCulture);
}
