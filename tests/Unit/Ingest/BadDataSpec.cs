using System.Text;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

/// <summary>What users really have: each refused with one line that says what to do, or counted and left out.</summary>
public sealed class BadDataSpec : IDisposable
{
    private readonly RecordingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_folder_is_refused() =>
        Refused(() => DataFolder.Open(_folder.In("nowhere"), new DataOptions()), "there is no folder 'nowhere'");

    [Fact]
    public void A_file_in_place_of_a_folder_is_refused()
    {
        File.WriteAllText(_folder.In("x"), "");
        Refused(() => DataFolder.Open(_folder.In("x"), new DataOptions()), "'x' is a file");
    }

    [Fact]
    public void An_empty_folder_is_refused() => Refused(() => _folder.Open(), "is empty: expected scrapes.tsv.gz and jobs.psv, or Job and Train/");

    [Fact]
    public void A_folder_of_something_else_is_refused()
    {
        File.WriteAllText(_folder.In("data.parquet"), "");
        Refused(() => _folder.Open(), "is in no known layout");
    }

    [Theory]
    [InlineData("scrapes.tsv.gz", "jobs.psv")]
    [InlineData("jobs.psv", "scrapes.tsv.gz")]
    public void Half_a_recording_is_refused_and_the_missing_half_named(string there, string missing)
    {
        File.WriteAllBytes(_folder.In(there), RecordingFolder.Pack("#t\t1700000000\na 1\n"));
        Refused(() => _folder.Open(), $"has no {missing}");
    }

    [Fact]
    public void A_truncated_recording_is_refused_before_anything_of_it_is_used()
    {
        var random = new Random(1);
        for (var i = 0; i < 3000; i++)
            _folder.Scrape(i, null, $"node_procs_blocked {random.NextDouble():F9}\n");
        _folder.Open();
        var path = _folder.In("scrapes.tsv.gz");
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length * 2 / 3)]);
        Refused(() => DataFolder.Open(_folder.Path, new DataOptions()), "scrapes.tsv.gz is torn after ");

        // On request: what is there, less the last scrape, of which nobody knows whether it is whole.
        var kept = DataFolder.Open(_folder.Path, new DataOptions { AcceptTornTail = true });
        var segment = Assert.Single(kept.Segments(default));
        Assert.InRange(segment.Frames, 1500, 2500);
        Assert.Equal(1, kept.Rejections.Total);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_refused()
    {
        // A folder under the file's name: closed to everyone, root too.
        Directory.CreateDirectory(_folder.In("Train/n/n_1.csv.gz"));
        Refused(() => GzipFile.Open(_folder.In("Train/n/n_1.csv.gz")), "n_1.csv.gz cannot be read");
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
            return;
        _folder.Scrape(0).Open();
        File.SetUnixFileMode(_folder.In("scrapes.tsv.gz"), UnixFileMode.None);
        Refused(() => DataFolder.Open(_folder.Path, new DataOptions()), "scrapes.tsv.gz cannot be read");
    }

    [Fact]
    public void A_recording_without_a_scrape_is_refused() => Refused(() => _folder.Raw("node_procs_blocked 1\n").Open(), "holds no scrape");

    [Theory]
    [InlineData("JobID|JobName|Start", "1|a|+0", "no column 'End'")]
    [InlineData("JobID;JobName;Start;End", "1;a;+0;+1", "no column 'JobID'")]
    [InlineData("JobID|JobName|Start|End", "1|a|+0", "line 2, has 3 fields: expected 4")]
    [InlineData("JobID|JobName|Start|End", "1|a|soon|+9", "line 2: Start is 'soon'")]
    [InlineData("JobID|JobName|Start|End", "1|a|NaN|+9", "line 2: Start is 'NaN'")]
    [InlineData("JobID|JobName|Start|End", "1|a|-5|+9", "line 2: Start is '-5'")]
    [InlineData("JobID|JobName|Start|End", "1|a|+9|1e99", "line 2: End is '1e99'")]
    [InlineData("JobID|JobName|Start|End", "1|a|+9|+3", "line 2: job 1 ends")]
    [InlineData("JobID|JobName|Start|End", "|a|+9|+13", "line 2: JobID ''")]
    [InlineData("JobID|JobName|Start|End|NodeList", "1|a|+0|+9|n[1-", "line 2: NodeList is 'n[1-'")]
    public void A_bad_table_of_jobs_is_refused_with_its_line(string header, string row, string why) =>
        Refused(() => _folder.ScrapeEvery(1, 0, 10).Table("jobs.psv", header, row).Open(), "jobs.psv", why);

    [Fact]
    public void A_bad_table_of_faults_is_refused() =>
        Refused(() => _folder.ScrapeEvery(1, 0, 10).Faults("hog|a|+5|+3").Open(), "faults.psv, line 2: the fault ends before it starts");

    [Fact]
    public void Jobs_of_several_nodes_beside_scrapes_of_an_unnamed_one_are_refused() =>
        Refused(() => _folder.ScrapeEvery(1, 0, 10).JobsOnNodes("1|a|+0|+9|n[1-2]").Open(), "does not say which it is of");

    [Fact]
    public void Text_in_numbers_NaN_and_infinity_are_missing_values()
    {
        _folder.ScrapeEvery(1, 0, 5)
            .Scrape(5, null, "node_procs_blocked high\n").Scrape(6, null, "node_procs_blocked NaN\n").Scrape(7, null, "node_procs_blocked +Inf\n").Scrape(8);
        var recording = _folder.Open();
        var segment = recording.Segments(default).Single();
        Assert.Equal([1, 1, 1, 1, 1, float.NaN, float.NaN, float.NaN, 1], segment.Values);
        Assert.Equal(["infinite value", "not a number"], recording.Rejections.ByReason.Keys);
    }

    [Fact]
    public void Lines_that_are_no_head_and_nodes_that_are_no_names_are_counted()
    {
        _folder.Raw("stray 1\n").ScrapeEvery(1, 0, 5).Raw("#t\tnow\nnode_procs_blocked 7\n").Scrape(5.5, "../../etc").ScrapeEvery(1, 6, 10);
        var recording = _folder.Open();
        var segment = recording.Segments(default).Single();
        Assert.Equal(9, segment.Frames);
        Assert.Equal(["node's name", "text before the first '#t' line", "unreadable '#t' line"], recording.Rejections.ByReason.Keys);
    }

    [Fact]
    public void A_last_line_without_an_end_takes_its_scrape_with_it()
    {
        _folder.ScrapeEvery(1, 0, 5).Scrape(5, null, "node_procs_blocked 1\nnode_procs_running 1");
        var recording = _folder.Open();
        Assert.Equal(5, recording.Segments(default).Single().Frames);
        Assert.Equal(["scrape cut off at the end of the file"], recording.Rejections.ByReason.Keys);
    }

    [Fact]
    public void A_job_that_stands_twice_is_taken_once()
    {
        _folder.ScrapeEvery(1, 0, 20).Jobs("1|a|+0|+10", "1|a|+0|+10");
        var recording = _folder.Open();
        Assert.Equal(["a", "idle"], recording.Segments(default).Select(s => s.JobName));
        Assert.Equal(["job stands twice"], recording.Rejections.ByReason.Keys);
    }

    private static void Refused(Action act, params string[] words)
    {
        var refused = Assert.Throws<BadDataException>(act);
        Assert.All(words, w => Assert.Contains(w, refused.Message));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.DoesNotContain(Path.GetTempPath(), refused.Message);
    }
}
