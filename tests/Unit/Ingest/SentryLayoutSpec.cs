using System.Globalization;
using System.Text;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Xunit.Abstractions;

namespace Tocsin.Unit.Ingest;

public sealed class SentryLayoutSpec(ITestOutputHelper output) : IDisposable
{
    private readonly RecordingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_file_is_a_segment_with_the_job_of_the_table()
    {
        Job("1|Node-1,Node-2|2024-07-09T23:13:30|2024-07-10T04:43:49|train", "2|Node-1|2024-07-11T01:06:01|2024-07-11T17:53:02|test");
        Csv("Train/Node-1/Node-1_Job-1.csv", "timestamp,M1,M2", Rows("2024-07-09 23:13:45", 15, 4, "1,2"));
        Csv("Train/Node-2/Node-2_Job-1.csv.gz", "timestamp,M1,M2", Rows("2024-07-09 23:13:45", 15, 3, "1,2"));
        Csv("Test/Node-1_Job-2.csv.gz", "timestamp,M1,M2,Label", Rows("2024-07-11T01:06:15Z", 15, 2, "3,4,1"));
        var recording = _folder.Open();
        var segments = recording.Segments(default).ToList();
        Assert.Equal(
            ["Node-2 Job-1 Job-1 3", "Node-1 Job-1 Job-1 4", "Node-1 Job-2 Job-2 2"],
            segments.Select(s => $"{s.Node.Name} {s.JobId} {s.JobName} {s.Frames}"));
        Assert.All(segments, s => Assert.Equal(15_000, s.CadenceMs));
        Assert.Equal(new DateTimeOffset(2024, 7, 9, 23, 13, 30, TimeSpan.Zero).ToUnixTimeMilliseconds(), segments[0].StartMs);
        Assert.Equal(new DateTimeOffset(2024, 7, 9, 23, 13, 45, TimeSpan.Zero).ToUnixTimeMilliseconds(), segments[0].TimesMs[0]);
        Assert.Null(segments[0].Labels);
        Assert.Equal([1, 1], segments[2].Labels!);
        Assert.Equal([3f, 4f], segments[2].Row(1).ToArray());
        Assert.Single(segments.Select(s => s.Metrics).Distinct());
        Assert.True(recording.HasTruth);
        Assert.Equal(0, recording.Rejections.Total);

        Assert.True(TimePoint.TryParse("2024-07-11", out var cut));
        Assert.Equal(2, recording.Segments(new(null, cut)).Count());
        Assert.Equal("Job-2", recording.Segments(new(cut, null)).Single().JobId);
        _folder.Options = new DataOptions { Part = "Test" };
        Assert.Equal("Job-2", _folder.Open().Segments(default).Single().JobId);
    }

    [Fact]
    public void What_cannot_be_read_within_a_file_is_missing_or_left_out_and_counted()
    {
        Job("1|n|2024-07-09T23:00:00|2024-07-10T00:00:00|train");
        Csv("Train/n/n_1.csv", "timestamp,M1,M2",
            "2024-07-09 23:00:00,1,2", "2024-07-09 23:00:15,oops,", "2024-07-09 23:00:30,nan,inf", "2024-07-09 23:00:45,1",
            "later,1,2", "2024-07-09 23:00:30,9,9", "2024-07-09 23:00:00,9,9", "", "2024-07-09 23:01:00,5,6");
        var recording = _folder.Open();
        var segment = recording.Segments(default).Single();
        Assert.Equal([1, 2, float.NaN, float.NaN, float.NaN, float.NaN, 5, 6], segment.Values);
        Assert.Equal(
            ["frame out of order", "frame's time stands twice", "infinite value", "not a number", "row with another number of fields than the first line", "unreadable timestamp"],
            recording.Rejections.ByReason.Keys);
    }

    [Fact]
    public void A_file_without_a_frame_and_a_job_without_a_row_are_counted()
    {
        Job("1|n|2024-07-09T23:00:00|2024-07-10T00:00:00|train");
        Csv("Train/n/n_1.csv", "timestamp,M1");
        Csv("Train/n/n_9.csv", "timestamp,M1", "2024-07-09 23:00:00,1");
        var recording = _folder.Open();
        Assert.Equal("9", recording.Segments(default).Single().JobId);
        Assert.Equal(["file of a job that is not in the table", "file without a frame"], recording.Rejections.ByReason.Keys);
    }

    [Theory]
    [InlineData("Train/n/n_1.csv", "time,M1", "no column 'timestamp'")]
    [InlineData("Train/n/n_1.csv", "timestamp", "has no metric")]
    [InlineData("Test/n_1.csv", "timestamp,Label", "has no metric")]
    [InlineData("Train/n/n_1.csv", "timestamp,M1,M1", "two columns 'M1'")]
    [InlineData("Train/n/n.csv", "timestamp,M1", "names no node and job")]
    public void A_file_of_another_form_is_refused(string file, string header, string why)
    {
        Job("1|n|2024-07-09T23:00:00|2024-07-10T00:00:00|train");
        Csv(file, header, "2024-07-09 23:00:00,1");
        Assert.Contains(why, Assert.Throws<BadDataException>(() => _folder.Open()).Message);
    }

    [Fact]
    public void A_torn_file_is_refused()
    {
        Job("1|n|2024-07-09T23:00:00|2024-07-10T00:00:00|train");
        Csv("Train/n/n_1.csv.gz", "timestamp,M1", Rows("2024-07-09 23:00:00", 15, 500, "1"));
        var path = _folder.In("Train/n/n_1.csv.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);
        Assert.Contains("n_1.csv.gz is torn", Assert.Throws<BadDataException>(() => _folder.Open()).Message);
    }

    [Fact]
    public void Without_segments_the_folder_is_refused()
    {
        Job("1|n|2024-07-09T23:00:00|2024-07-10T00:00:00|train");
        Assert.Contains("holds no segment", Assert.Throws<BadDataException>(() => _folder.Open()).Message);
    }

    [Fact]
    public void The_published_sample_reads_whole()
    {
        if (SharedData.Find("data/nodesentry", output) is not { } path)
            return;
        var recording = DataFolder.Open(path, new DataOptions());
        var segments = recording.Segments(default).ToList();
        Assert.Equal(17, segments.Count);
        Assert.Equal(14_013, segments.Sum(s => s.Frames));
        Assert.All(segments, s => Assert.Equal((138, 15_000), (s.Metrics.Count, s.CadenceMs)));
        Assert.Equal("local/Node-1 Job-13", $"{segments[^1].Node} {segments[^1].JobId}");
        Assert.Equal(0, recording.Rejections.Total);
    }

    private void Job(params string[] rows) => _folder.Table("Job", "JobID|NodeList|Start|End|Tag", rows);

    private void Csv(string file, string header, params string[] rows)
    {
        var path = _folder.In(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = string.Join('\n', (string[])[header, .. rows]) + "\n";
        File.WriteAllBytes(path, file.EndsWith(".gz", StringComparison.Ordinal) ? RecordingFolder.Pack(text) : Encoding.UTF8.GetBytes(text));
    }

    private static string[] Rows(string start, int step, int count, string values)
    {
        var at = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return Enumerable.Range(0, count).Select(i => $"{at.AddSeconds(i * step):yyyy-MM-dd HH:mm:ss},{values}").ToArray();
    }
}
