using Tocsin.Ingest.Recordings;
using Xunit.Abstractions;

namespace Tocsin.Unit.Ingest;

public sealed class TestbedSpec(ITestOutputHelper output)
{
    [Fact]
    public void Real_recording_gives_the_segments_of_its_job_table()
    {
        if (SharedData.Find("data/testbed-a", output) is not { } path)
            return;
        var recording = DataFolder.Open(path, new DataOptions());
        var segments = recording.Segments(default).ToList();

        Assert.Equal(51, recording.Jobs.Count);
        Assert.Equal(37, recording.Faults.Count);
        var jobs = segments.Where(s => !s.Idle).ToList();
        Assert.Equal(recording.Jobs.Select(j => (j.JobId, j.StartMs)), jobs.Select(s => (s.JobId, s.StartMs)));
        Assert.All(jobs, s => Assert.True(s.TimesMs[0] >= s.StartMs && s.TimesMs[^1] < s.EndMs));
        Assert.Equal(4044, segments.Sum(s => s.Frames));
        Assert.Equal(0, recording.Rejections.Total);
        Assert.All(segments, s => Assert.Equal(1000, s.CadenceMs));
        Assert.Single(segments.Select(s => s.Metrics).Distinct());
        Assert.InRange(segments[0].Metrics.Count, 80, 120);
    }

    [Fact]
    public void A_share_of_the_cores_never_leaves_0_to_1_however_late_a_scrape_was()
    {
        if (SharedData.Find("data/testbed-a", output) is not { } path)
            return;
        foreach (var segment in DataFolder.Open(path, new DataOptions()).Segments(default))
        {
            for (var f = 0; f < segment.Frames; f++)
            {
                foreach (var name in (string[])["cpu_user_share", "cpu_system_share", "cpu_idle_share", "cpu_busy_share_max"])
                {
                    var value = segment.Row(f)[segment.Metrics.IndexOf(name)];
                    Assert.True(float.IsNaN(value) || value is >= 0 and <= 1.0001f, $"{name} is {value} at {segment.TimesMs[f]}");
                }
            }
        }
    }

    [Fact]
    public void Training_and_test_part_share_no_segment_and_lose_none()
    {
        if (SharedData.Find("data/testbed-a", output) is not { } path)
            return;
        var recording = DataFolder.Open(path, new DataOptions());
        Assert.True(Tocsin.Shared.TimePoint.TryParse("1795252122", out var cut));
        var all = recording.Segments(default).ToList();
        var before = recording.Segments(new(null, cut)).ToList();
        var after = recording.Segments(new(cut, null)).ToList();

        Assert.Equal(all.Select(s => (s.StartMs, s.Frames)), before.Concat(after).Select(s => (s.StartMs, s.Frames)));
        // The later part's rates begin where the earlier part ended: its first frame has them.
        Assert.Equal(all[before.Count].Values, after[0].Values);
        Assert.False(float.IsNaN(after[0].Row(0)[after[0].Metrics.IndexOf("context_switches")]));
    }
}
