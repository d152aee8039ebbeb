using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.Replay;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Ingest.RemoteWrite;

namespace Tocsin.Unit.Ingest.Replay;

public sealed class RecordingPlayerSpec : IDisposable
{
    private const long ZeroMs = RecordingFolder.Zero * 1000;

    private readonly RecordingFolder _folder = new();
    private readonly KeepingSink _sink = new();

    public RecordingPlayerSpec()
    {
        _folder.Scrape(0, "n1", "a 1\nb{x=\"1\"} 2\n").Scrape(0.5, "n2", "a 7\n").Scrape(1, "n1", "a 3\nbad\n").Scrape(90, "n1", "a 4\n").JobsOnNodes("5|solver|+0|+60|n1", "6|solver|+60||n[1-2]");
        _folder.Open();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_recorded_comes_out_node_by_node_with_its_times()
    {
        var report = await Play(new ReplayOptions { Cluster = "c", Speed = double.PositiveInfinity, KeepTimes = true });
        Assert.Equal(["c/n1@0: a=1 b{x=1}=2", "c/n2@500: a=7", "c/n1@1000: a=3", "c/n1@90000: a=4"], _sink.Text(ZeroMs));
        Assert.Equal((4L, 5L, 0L), (report.Scrapes, report.Samples, report.GivenUp));
        Assert.Equal(1, report.Rejections.Total);
    }

    [Theory]
    [InlineData(900)]
    [InlineData(double.PositiveInfinity)]
    public async Task Shifted_times_keep_their_spacing_and_end_with_the_play_at_any_speed(double speed)
    {
        var begun = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Play(new ReplayOptions { Cluster = "c", Speed = speed });
        var times = _sink.Batches.Select(b => b.TimeMs).ToArray();
        Assert.Equal([0, 500, 1000, 90_000], times.Select(t => t - times[0]));
        Assert.InRange(times[^1], begun, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Batches_are_handed_on_together_up_to_a_bound()
    {
        await Play(new ReplayOptions { Cluster = "c", Speed = double.PositiveInfinity, KeepTimes = true, SamplesAtOnce = 3 });
        Assert.Equal(2, _sink.Calls);
    }

    [Fact]
    public async Task A_sink_that_is_full_is_tried_again_and_nothing_is_lost_or_doubled()
    {
        var full = new FullAtFirst(_sink, 3);
        var report = await Play(new ReplayOptions { Cluster = "c", Speed = double.PositiveInfinity, KeepTimes = true }, full);
        Assert.Equal((3L, 5L, 0L), (report.Retries, report.Samples, report.GivenUp));
        Assert.Equal(4, _sink.Batches.Count);
    }

    [Fact]
    public async Task A_sink_that_stays_away_is_given_up_after_a_bounded_number_of_tries()
    {
        _sink.Next = new Unavailable("disk full");
        var report = await Play(new ReplayOptions { Cluster = "c", Speed = double.PositiveInfinity, KeepTimes = true, Attempts = 2 });
        Assert.Equal((1L, 0L, 5L), (report.Retries, report.Samples, report.GivenUp));
        Assert.Contains("disk full", report.Rejections.ByReason.Keys);
    }

    [Fact]
    public void Jobs_are_shifted_as_the_scrapes_are()
    {
        var path = Path.Combine(_folder.Path, "shifted.psv");
        Assert.Equal(2, ShiftedJobs.Write(_folder.Path, 250, path));
        var jobs = JobTable.Read(path, new Rejections());
        Assert.Equal([("5", ZeroMs + 250, ZeroMs + 60_250, "n1"), ("6", ZeroMs + 60_250, null, "n1,n2")], jobs.Select(j => (j.JobId, j.StartMs, j.EndMs, string.Join(',', j.Nodes))));
    }

    [Fact]
    public void Jobs_that_name_no_node_ran_on_the_only_one_there_is()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        File.WriteAllText(Path.Combine(folder, ScrapeRecording.JobsFile), "JobID|JobName|Start|End\n7|a|1795250435|1795250486\n");
        var path = Path.Combine(folder, "shifted.psv");
        ShiftedJobs.Write(folder, 0, path, "n001");
        Assert.Equal(["n001"], Assert.Single(JobTable.Read(path, new Rejections())).Nodes);
        ShiftedJobs.Write(folder, 0, path);
        Assert.Empty(Assert.Single(JobTable.Read(path, new Rejections())).Nodes);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void What_is_no_recording_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        Assert.Contains("only the recording layout", Assert.Throws<BadDataException>(() => RecordingPlayer.Open(folder, new ReplayOptions(), TimeProvider.System)).Message);
        Directory.Delete(folder);
        Assert.Contains("speed: 0", Assert.Throws<BadDataException>(() => RecordingPlayer.Open(_folder.Path, new ReplayOptions { Speed = 0 }, TimeProvider.System)).Message);
    }

    private Task<ReplayReport> Play(ReplayOptions options, ISampleSink? sink = null) =>
        RecordingPlayer.Open(_folder.Path, options, TimeProvider.System).RunAsync(sink ?? _sink, default);

    private sealed class FullAtFirst(ISampleSink inner, int times) : ISampleSink
    {
        private int _left = times;

        public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop) =>
            _left-- > 0 ? ValueTask.FromResult<AppendResult>(new Overloaded(TimeSpan.FromMilliseconds(1))) : inner.AppendAsync(batches, stop);
    }
}
