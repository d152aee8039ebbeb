using System.IO.Compression;
using System.Text;
using Tocsin.Ingest.Live;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Unit.Ingest;

public sealed class RecordingWriterSpec : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("tocsin-").FullName, "out");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void Comments_and_the_exporters_own_runtime_are_left_out()
    {
        using (var writer = new RecordingWriter(_folder, null))
        {
            writer.Write(1_700_000_000_005, null, Utf8("# HELP a b\n# TYPE a gauge\na 1\n\ngo_goroutines 8\nb 2\npromhttp_x 1\n#t\t5\nc 3"), Utf8("d 4\n"));
            writer.Write(1_700_000_001_005, "n1", Utf8("a 2\n"));
        }
        Assert.Equal("#t\t1700000000.005\na 1\nb 2\nc 3\nd 4\n#t\t1700000001.005\tn1\na 2\n", Unpack(File.ReadAllBytes(Scrapes)));
        Assert.Equal("JobID|JobName|Start|End\n", File.ReadAllText(Path.Combine(_folder, "jobs.psv")));
    }

    [Fact]
    public void What_was_flushed_can_be_read_though_the_writer_never_ends()
    {
        using var writer = new RecordingWriter(_folder, null);
        for (var i = 0; i < 50; i++)
            writer.Write(1_700_000_000_000 + i * 1000, null, Utf8("node_procs_blocked 1\n"));
        writer.Flush();
        var copy = Directory.CreateDirectory(_folder + "-copy").FullName;
        using (var from = new FileStream(Scrapes, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        using (var to = File.Create(Path.Combine(copy, "scrapes.tsv.gz")))
            from.CopyTo(to);
        File.Copy(Path.Combine(_folder, "jobs.psv"), Path.Combine(copy, "jobs.psv"));

        Assert.Contains("is torn after", Assert.Throws<BadDataException>(() => DataFolder.Open(copy, new DataOptions())).Message);
        var kept = DataFolder.Open(copy, new DataOptions { AcceptTornTail = true });
        Assert.Equal(49, kept.Segments(default).Single().Frames);
    }

    [Fact]
    public void A_recording_is_not_written_over()
    {
        using (var writer = new RecordingWriter(_folder, null))
            writer.Write(1_700_000_000_000, null, Utf8("a 1\n"));
        Assert.Contains("holds a recording already", Assert.Throws<BadDataException>(() => new RecordingWriter(_folder, null)).Message);
    }

    [Fact]
    public void A_recording_without_a_scrape_leaves_nothing()
    {
        new RecordingWriter(_folder, null).Dispose();
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void The_table_of_jobs_goes_with_it_when_it_can_be_read()
    {
        var jobs = Path.Combine(Path.GetDirectoryName(_folder)!, "mine.psv");
        File.WriteAllText(jobs, "JobID|JobName|Start|End\n1|a|x|y\n");
        Assert.Throws<BadDataException>(() => new RecordingWriter(_folder, jobs));
        Assert.False(Directory.Exists(_folder));
        File.WriteAllText(jobs, "JobID|JobName|Start|End\n1|a|1700000000|1700000009\n");
        using (var writer = new RecordingWriter(_folder, jobs))
            writer.Write(1_700_000_000_000, null, Utf8("a 1\n"));
        Assert.Equal("a", DataFolder.Open(_folder, new DataOptions()).Jobs.Single().JobName);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_failure_with_one_line()
    {
        File.WriteAllText(_folder, "a file, not a folder");
        var failed = Assert.Throws<DependencyException>(() => new RecordingWriter(Path.Combine(_folder, "below"), null));
        Assert.StartsWith("the recording 'below' cannot be written: ", failed.Message);
        Assert.DoesNotContain('\n', failed.Message);
    }

    [Theory]
    [InlineData("n1:9100", "n1 http://n1:9100/metrics")]
    [InlineData("http://n1:9100,https://n2/x?y=z", "n1 http://n1:9100/metrics; n2 https://n2/x?y=z")]
    [InlineData("h:1,h:2", "h:1 http://h:1/metrics; h:2 http://h:2/metrics")]
    [InlineData("a=h:1,a=h:2,b=h:3", "a http://h:1/metrics http://h:2/metrics; b http://h:3/metrics")]
    public void Targets_are_read_as_an_operator_writes_them(string text, string expected)
    {
        Assert.Null(ExporterNode.Parse(text, out var nodes));
        Assert.Equal(expected, string.Join("; ", nodes.Select(n => $"{n.Name} {string.Join(' ', n.Urls)}")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("ftp://n1/")]
    [InlineData("http://")]
    [InlineData("../x=http://n1")]
    [InlineData("http://[::1]:9100")]
    public void What_is_no_target_is_refused(string text) => Assert.NotNull(ExporterNode.Parse(text, out _));

    private string Scrapes => Path.Combine(_folder, "scrapes.tsv.gz");

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Unpack(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        return new StreamReader(gzip).ReadToEnd();
    }
}
