using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

public sealed class SegmentationSpec : IDisposable
{
    private readonly RecordingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_change_of_the_set_of_jobs_opens_a_segment_idle_ones_too()
    {
        _folder.ScrapeEvery(1, 0, 60).Jobs("1|a|+10|+20", "2|b|+30|+45");
        Assert.Equal(["idle 0..10", "a 10..20", "idle 20..30", "b 30..45", "idle 45.."], Shape(_folder.Segments()));
    }

    [Fact]
    public void Overlapping_jobs_make_a_segment_with_both()
    {
        _folder.ScrapeEvery(1, 0, 40).Jobs("1|a|+0|+20", "2|b|+10|+30");
        var segments = _folder.Segments();
        Assert.Equal(["a 0..10", "a+b 10..20", "b 20..30", "idle 30.."], Shape(segments));
        Assert.Equal("1+2", segments[1].JobId);
    }

    [Fact]
    public void A_frame_belongs_to_the_job_that_runs_at_its_time_to_the_millisecond()
    {
        foreach (var (early, late) in ((double, double)[])[(0, 0), (5, 5), (9.999, 10), (15, 15), (19.999, 20)])
            _folder.Scrape(early, "n1").Scrape(late, "n2");
        _folder.Jobs("1|a|+10|+20");
        Assert.Equal(
            ["n2 idle: 0 5000", "n1 idle: 0 5000 9999", "n2 a: 10000 15000", "n1 a: 15000 19999", "n2 idle: 20000"],
            _folder.Segments().Select(s => $"{s.Node.Name} {s.JobName}: {string.Join(' ', s.TimesMs.Select(t => t - RecordingFolder.Zero * 1000))}"));
    }

    [Fact]
    public void Requeued_job_opens_a_new_segment()
    {
        _folder.ScrapeEvery(1, 0, 20).Jobs("7|a|+0|+10", "7|a|+10|+20");
        Assert.Equal(["a 0..10", "a 10..20"], Shape(_folder.Segments()));
    }

    [Fact]
    public void A_job_without_an_end_runs_until_the_recording_ends()
    {
        _folder.ScrapeEvery(1, 0, 20).Jobs("1|a|+5|", "2|b|+10|Unknown");
        Assert.Equal(["idle 0..5", "a 5..10", "a+b 10.."], Shape(_folder.Segments()));
    }

    [Fact]
    public void A_job_that_began_before_the_recording_keeps_its_start()
    {
        _folder.ScrapeEvery(1, 0, 20).Jobs("1|a|-50|+10".Replace("-50", (RecordingFolder.Zero - 50).ToString()));
        var first = _folder.Segments()[0];
        Assert.Equal((RecordingFolder.Zero - 50) * 1000, first.StartMs);
        Assert.Equal(10, first.Frames);
    }

    [Fact]
    public void A_job_without_a_frame_gives_no_segment_and_one_of_one_frame_is_handed_out()
    {
        _folder.ScrapeEvery(2, 0, 20).Jobs("1|short|+4.5|+5.5", "2|one|+7.5|+8.5");
        Assert.Equal(["idle 0..4.5", "idle 5.5..7.5", "one 7.5..8.5", "idle 8.5.."], Shape(_folder.Segments()));
    }

    [Fact]
    public void Every_node_has_its_own_jobs_and_segments_come_as_they_close()
    {
        _folder.JobsOnNodes("1|a|+0|+10|n[1-2]", "2|b|+5|+15|n2", "3|c|+0|+99|n3");
        for (var t = 0; t < 20; t++)
            _folder.Scrape(t, "n1").Scrape(t + 0.1, "n2");
        var recording = _folder.Open();
        var segments = recording.Segments(default).ToList();
        Assert.Equal(
            ["n2 a 0..5", "n1 a 0..10", "n2 a+b 5..10", "n2 b 10..15", "n1 idle 10..", "n2 idle 15.."],
            segments.Select(s => $"{s.Node.Name} {Shape([s])[0]}"));
        Assert.Equal("n3", recording.Rejections.ByReason["node without data"].Example);
        Assert.Single(segments.Select(s => s.Metrics).Distinct());
    }

    [Fact]
    public void The_only_node_of_the_job_table_is_the_one_that_scrapes_without_a_name_are_of()
    {
        _folder.ScrapeEvery(1, 0, 20).JobsOnNodes("1|a|+0|+10|n007");
        Assert.Equal("local/n007", _folder.Segments()[0].Node.ToString());
    }

    [Fact]
    public void Columns_that_come_late_join_at_the_next_segment()
    {
        _folder.ScrapeEvery(1, 0, 6).ScrapeEvery(1, 6, 20, null, "node_procs_blocked 1\nnode_procs_running 3\n").Jobs("1|a|+0|+10", "2|b|+10|+20");
        var recording = _folder.Open();
        var segments = recording.Segments(default).ToList();
        Assert.Equal(["procs_blocked"], segments[0].Metrics.Metrics.Select(m => m.Name));
        Assert.Equal(["procs_running", "procs_blocked"], segments[1].Metrics.Metrics.Select(m => m.Name));
        Assert.Equal([3f, 1f], segments[1].Row(0).ToArray());
        Assert.Equal(1, recording.Rejections.Total);
    }

    [Fact]
    public void Columns_of_a_nodes_first_frames_belong_to_its_first_segment()
    {
        _folder.ScrapeEvery(1, 0, 2).ScrapeEvery(1, 2, 10, null, "node_procs_blocked 1\nnode_procs_running 3\n");
        var segment = Assert.Single(_folder.Segments());
        Assert.Equal(["procs_running", "procs_blocked"], segment.Metrics.Metrics.Select(m => m.Name));
        Assert.Equal([float.NaN, 1f], segment.Row(1).ToArray());
        Assert.Equal([3f, 1f], segment.Row(2).ToArray());
    }

    [Fact]
    public void Times_out_of_order_or_doubled_are_left_out_and_counted()
    {
        _folder.ScrapeEvery(1, 0, 10).Scrape(9).Scrape(4).Scrape(9.2).ScrapeEvery(1, 10, 20);
        var recording = _folder.Open();
        var segment = Assert.Single(recording.Segments(default));
        Assert.Equal(21, segment.Frames);
        Assert.Equal(["scrape out of order", "scrape's time stands twice"], recording.Rejections.ByReason.Keys);
    }

    [Fact]
    public void A_segment_belongs_to_the_side_of_a_cut_on_which_it_starts()
    {
        _folder.ScrapeEvery(1, 0, 60, null, "node_procs_blocked 1\nnode_context_switches_total 5\n").Jobs("1|a|+10|+30", "2|b|+30|+50");
        var recording = _folder.Open();
        TimePoint At(double seconds) => new((long)((RecordingFolder.Zero + seconds) * 1000), null);
        Assert.Equal(["idle 0..10", "a 10..30"], Shape(recording.Segments(new(null, At(20)))));
        Assert.Equal(["b 30..50", "idle 50.."], Shape(recording.Segments(new(At(20), null))));
        Assert.Equal(["b 30..50"], Shape(recording.Segments(new(At(30), At(50)))));
        Assert.Equal(["idle 0..10", "a 10..30"], Shape(recording.Segments(new(null, new(null, 0.5)))));
        // The counter's last value came from before the cut.
        var first = recording.Segments(new(At(20), null)).First();
        Assert.Equal(0f, first.Row(0)[first.Metrics.IndexOf("context_switches")]);
    }

    [Fact]
    public void A_job_that_starts_just_before_a_cut_and_is_first_seen_after_it_is_on_the_earlier_side()
    {
        // Two nodes one after the other, as two recordings that were put together: the second goes back in time.
        _folder.ScrapeEvery(1, 0, 40, "n1").ScrapeEvery(1, 0, 40, "n2").Jobs("1|a|+9.5|+20", "2|b|+30|+35");
        var recording = _folder.Open();
        var cut = new TimePoint((RecordingFolder.Zero + 10) * 1000, null);
        Assert.Equal(["n1 0..9", "n1 10..19", "n2 0..9", "n2 10..19"], recording.Segments(new(null, cut)).Select(s =>
            $"{s.Node.Name} {s.TimesMs[0] / 1000 - RecordingFolder.Zero}..{s.TimesMs[^1] / 1000 - RecordingFolder.Zero}"));
        Assert.Equal(6, recording.Segments(new(cut, null)).Count());
    }

    [Fact]
    public void A_very_long_segment_is_handed_out_in_parts_with_one_start()
    {
        var rejections = new Rejections();
        var node = new NodeKey("c", "n");
        var assembler = new FrameAssembler(node, Catalogue.Default, new SchemaPool(), 1000, rejections);
        var cutter = new SegmentCutter(assembler, new JobTimeline([]), 1000, rejections, _ => true, null);
        var samples = new List<Sample> { new(new SeriesId("node_procs_blocked", []), 1) };
        var parts = new List<Segment>();
        for (var i = 0; i < SegmentCutter.MaxFrames + 5; i++)
        {
            if (cutter.Add(new SampleBatch(node, 5000 + i * 1000L, samples)) is { } part)
                parts.Add(part);
        }
        parts.Add(cutter.Finish()!);
        Assert.Equal([(5000L, SegmentCutter.MaxFrames), (5000L, 5)], parts.Select(p => (p.StartMs, p.Frames)));
        Assert.Equal(1, rejections.Total);
    }

    [Fact]
    public void Reading_twice_gives_the_same_and_counts_once()
    {
        _folder.ScrapeEvery(1, 0, 30).Scrape(5).Jobs("1|a|+10|+20");
        var recording = _folder.Open();
        var first = recording.Segments(default).Select(s => (s.StartMs, s.Frames)).ToList();
        var second = recording.Segments(default).Select(s => (s.StartMs, s.Frames)).ToList();
        Assert.Equal(first, second);
        Assert.Equal(1, recording.Rejections.Total);
    }

    [Fact]
    public void The_truth_comes_from_the_table_of_faults_frame_by_frame()
    {
        _folder.ScrapeEvery(1, 0, 10).Jobs("1|a|+0|+10").Faults("hog|a|+3|+6");
        var recording = _folder.Open();
        Assert.True(recording.HasTruth);
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0, 0, 0], recording.Segments(default).Single().Labels!);
    }

    [Fact]
    public void Without_a_table_of_faults_there_are_no_labels()
    {
        _folder.ScrapeEvery(1, 0, 10);
        var recording = _folder.Open();
        Assert.False(recording.HasTruth);
        Assert.Null(recording.Segments(default).Single().Labels);
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(0.998, 1000)]
    [InlineData(0.25, 300)]
    [InlineData(0.1, 100)]
    [InlineData(14.9, 15000)]
    [InlineData(60.2, 60000)]
    public void The_cadence_is_the_median_spacing_rounded(double step, long expected)
    {
        _folder.ScrapeEvery(step, 0, step * 20).Scrape(step * 50);
        Assert.Equal(expected, _folder.Segments()[0].CadenceMs);
    }

    private static List<string> Shape(IEnumerable<Segment> segments) => segments.Select(s =>
        $"{s.JobName} {s.StartMs / 1000.0 - RecordingFolder.Zero:0.###}..{(s.EndMs is { } end ? $"{end / 1000.0 - RecordingFolder.Zero:0.###}" : "")}").ToList();
}
