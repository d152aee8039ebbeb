using Tocsin.Actors.Learning;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Collecting;

public sealed class CollectorSpec
{
    [Fact]
    public async Task A_segment_is_kept_as_it_was_once_its_end_has_settled()
    {
        using var bench = new CollectorBench();
        await bench.SegmentAsync(1, 0, 30);
        await bench.SegmentAsync(1, 30, null, job: null);
        bench.Frames(1, 0, 0, 30);
        bench.Frames(1, 30, 30, 39);
        Assert.Empty(bench.Collector.Settle(bench.Store));
        bench.Frames(1, 30, 39, 41);
        var looked = Assert.Single(bench.Collector.Settle(bench.Store));
        Assert.Null(looked.Refused);
        var kept = Assert.Single(bench.Corpus.All);
        Assert.Equal(("lattice", 30, CollectorBench.Zero), (kept.JobName, kept.Frames, kept.StartMs));
        var segment = bench.Corpus.Load(kept.Id)!;
        Assert.Equal(Enumerable.Range(0, 30).Select(t => (float)t), Enumerable.Range(0, 30).Select(t => segment.Row(t)[0]));
        Assert.Equal("mira", segment.Jobs[0].User);
        // What was taken out is not asked for again, and the open segment goes on.
        Assert.Empty(bench.Collector.Settle(bench.Store));
        Assert.Equal(OpenFrames.BytesOf(11, 4), bench.Collector.OpenBytes);
    }

    [Theory]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.NodeFailed)]
    [InlineData(JobState.OutOfMemory)]
    public async Task A_job_that_failed_is_not_learned_from(JobState state)
    {
        using var bench = new CollectorBench();
        await bench.SegmentAsync(1, 0, 30, state);
        bench.Frames(1, 0, 0, 41);
        Assert.Equal("job failed", Assert.Single(bench.Collector.Settle(bench.Store)).Refused);
        Assert.Empty(bench.Corpus.All);
    }

    [Fact]
    public async Task What_overlaps_an_alert_is_not_learned_from_and_other_nodes_are()
    {
        using var bench = new CollectorBench();
        var alert = Told.Alert(1) with { SinceMs = CollectorBench.Zero + 12_000, RaisedMs = CollectorBench.Zero + 20_000, ClearedMs = null, Nodes = ["cn1"], NodeCount = 1 };
        Assert.Equal("c1", alert.Id.Cluster);
        await bench.SegmentAsync(1, 0, 30, alert: alert with { Id = alert.Id with { Cluster = "hpc" } });
        await bench.SegmentAsync(2, 0, 30);
        bench.Frames(1, 0, 0, 41);
        bench.Frames(2, 0, 0, 41);
        Assert.Equal([("cn1", "alert, drain, maintenance or node down"), ("cn2", null)], bench.Collector.Settle(bench.Store).Select(s => (s.Row.Node.Name, s.Refused)).OrderBy(s => s.Name));
    }

    [Theory]
    [InlineData(NodeConditions.Drained, false)]
    [InlineData(NodeConditions.Maintenance, false)]
    [InlineData(NodeConditions.Down, false)]
    [InlineData(NodeConditions.NotResponding, true)]
    public async Task What_overlaps_a_drain_maintenance_or_a_fall_is_not_learned_from(NodeConditions conditions, bool kept)
    {
        using var bench = new CollectorBench();
        await bench.SegmentAsync(1, 0, 30);
        bench.Collector.States.Add(State(10, conditions));
        bench.Collector.States.Add(State(15, NodeConditions.None));
        bench.Frames(1, 0, 0, 41);
        Assert.Equal(kept, Assert.Single(bench.Collector.Settle(bench.Store)).Refused is null);
    }

    [Fact]
    public async Task A_segment_whose_begin_nobody_saw_is_not_kept()
    {
        using var bench = new CollectorBench();
        await bench.SegmentAsync(1, 0, 30);
        bench.Frames(1, 0, 8, 41);
        Assert.Equal((0, 0), (bench.Collector.OpenNodes, bench.Collector.Settle(bench.Store).Count));
    }

    [Fact]
    public async Task Of_a_segment_without_an_end_the_first_frames_are_kept_and_no_more_is_wanted()
    {
        using var bench = new CollectorBench(new CollectOptions { CadenceMs = 1000, Settle = TimeSpan.FromSeconds(10), MostFrames = 40 });
        await bench.SegmentAsync(1, 0, null);
        bench.Frames(1, 0, 0, 45);
        Assert.Null(Assert.Single(bench.Collector.Settle(bench.Store)).Refused);
        Assert.Equal(40, Assert.Single(bench.Corpus.All).Frames);
        Assert.False(bench.Collector.Wants(CollectorBench.Node(1), CollectorBench.Zero));
        bench.Frames(1, 0, 45, 60);
        Assert.Equal(0, bench.Collector.OpenBytes);
        bench.Frames(1, 60, 60, 62);
        Assert.Equal(1, bench.Collector.OpenNodes);
    }

    [Fact]
    public void Room_is_for_whole_segments_and_what_is_like_none_takes_that_of_what_there_is_plenty_of()
    {
        var options = new CollectOptions { CadenceMs = 1000, Settle = TimeSpan.FromSeconds(10), MostFrames = 40 };
        using var bench = new CollectorBench(options with { OpenBytes = 4 * OpenFrames.BytesOf(40 + 10 + 3, 4) });
        bench.Frames(1, 0, 0, 30, common: true);
        bench.Frames(2, 0, 0, 20, common: true);
        bench.Frames(3, 0, 0, 25, common: true);
        bench.Frames(4, 0, 0, 10);
        // Full. What is common waits for its turn, what is not takes that of the youngest.
        bench.Frames(5, 0, 0, 10, common: true);
        Assert.Equal((4, OpenFrames.BytesOf(85, 4)), (bench.Collector.OpenNodes, bench.Collector.OpenBytes));
        Assert.False(bench.Collector.Wants(CollectorBench.Node(5), CollectorBench.Zero));
        bench.Frames(6, 0, 0, 10);
        Assert.Equal((4, OpenFrames.BytesOf(75, 4)), (bench.Collector.OpenNodes, bench.Collector.OpenBytes));
        bench.Frames(2, 0, 20, 22, common: true);
        Assert.False(bench.Collector.Wants(CollectorBench.Node(2), CollectorBench.Zero));
        // Half of it stays with what is common: patterns are to be tuned, too.
        bench.Frames(7, 0, 0, 10);
        Assert.False(bench.Collector.Wants(CollectorBench.Node(7), CollectorBench.Zero));
        Assert.True(bench.Collector.Wants(CollectorBench.Node(1), CollectorBench.Zero));
        Assert.Equal(3, bench.Collector.Refused.ByReason["no room"].Count);
    }

    [Fact]
    public async Task A_kill_loses_the_frames_since_the_last_save_and_a_replay_adds_none_twice()
    {
        using var bench = new CollectorBench();
        await bench.SegmentAsync(1, 0, 30);
        bench.Frames(1, 0, 0, 22);
        bench.Collector.Settle(bench.Store);
        bench.Frames(1, 0, 22, 25);
        bench.Start();
        Assert.Equal(OpenFrames.BytesOf(22, 4), bench.Collector.OpenBytes);
        bench.Frames(1, 0, 18, 41);
        bench.Collector.Settle(bench.Store);
        Assert.Equal(30, Assert.Single(bench.Corpus.All).Frames);
        // The file is the same one, should it be kept again.
        bench.Start();
        Assert.Equal(30, Assert.Single(bench.Corpus.All).Frames);
    }

    private static NodeState State(int second, NodeConditions conditions) =>
        new() { Node = CollectorBench.Node(1), AsOfMs = CollectorBench.Zero + (second * 1000), Conditions = conditions, Words = "X" };
}
