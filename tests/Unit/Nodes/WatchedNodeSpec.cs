using Tocsin.Actors.Nodes;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Nodes;

public sealed class WatchedNodeSpec : IDisposable
{
    private const long Start = 1_710_000_000_000;

    private readonly NodeBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_live_node_gives_the_scores_of_its_recorded_segments_to_the_bit()
    {
        var (idle, job) = Day(_bench, hear: 0);
        var expected = new SortedDictionary<long, string>();
        var detector = new SegmentDetector(SmallRecording.Library.Value);
        // A counter says nothing in a node's first frame.
        idle.Values[3] = float.NaN;
        foreach (var verdict in detector.Score(idle).Concat(detector.Score(job)))
            expected[verdict.Score.TimeMs] = Bits(verdict.Score);
        Assert.Equal(expected.Keys, _bench.Scores.Keys);
        Assert.All(expected, e => Assert.StartsWith(e.Value, Short(_bench.Scores[e.Key])));
    }

    [Fact]
    public void Segments_follow_the_jobs_and_say_what_they_are_like()
    {
        var (_, job) = Day(_bench, hear: 0);
        Assert.Equal([Start, job.StartMs], _bench.Table.Keys);
        var (idle, open) = (_bench.Table[Start], _bench.Table[job.StartMs]);
        Assert.Equal((job.StartMs, null), (idle.EndMs, open.EndMs));
        Assert.Equal([new JobKey($"{job.StartMs / 1000}", job.StartMs)], open.Jobs);
        Assert.Equal("solver", SmallRecording.Library.Value.Patterns.Patterns[open.Pattern!.Value].Name);
        Assert.Equal(1, open.LibraryVersion);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public void A_job_heard_of_late_is_cut_and_scored_as_one_heard_of_in_time(int late)
    {
        using var inTime = new NodeBench();
        Day(inTime, hear: 0);
        Day(_bench, hear: late);
        Assert.Equal(inTime.Table.Select(Line), _bench.Table.Select(Line));
        Assert.Equal(inTime.Scores, _bench.Scores);
    }

    [Fact]
    public void A_job_that_was_over_long_before_it_was_heard_of_cuts_frames_that_come_later_still()
    {
        // What a sender kept for an hour: the scheduler is asked sooner than it gets through.
        _bench.Say(NodeBench.Job("solver", Start + 10_000, Start + 20_000, JobEventSource.Accounting) with { AsOfMs = Start + 3_600_000 });
        _bench.Feed(SmallRecording.Of("idle", 40, 5, startMs: Start));
        Assert.Equal([Start, Start + 10_000, Start + 20_000], _bench.Table.Keys);
    }

    [Fact]
    public void A_boundary_that_the_accounting_corrects_moves_and_what_follows_is_scored_anew()
    {
        using var right = new NodeBench();
        var segment = SmallRecording.Of("solver", 40, 5, startMs: Start);
        var ends = Start + 30_000;
        foreach (var (bench, said) in new[] { (_bench, Start + 33_000), (right, ends) })
        {
            bench.Say(NodeBench.Job("solver", Start));
            bench.Feed(segment, 0, 34);
            bench.Say(NodeBench.Job("solver", Start, said));
            bench.Feed(segment, 34);
            bench.Say(NodeBench.Job("solver", Start, ends, JobEventSource.Accounting));
        }
        Assert.Equal([Start, ends], _bench.Table.Keys);
        Assert.Equal(right.Table.Select(Line), _bench.Table.Select(Line));
        Assert.Equal(right.Scores, _bench.Scores);
        Assert.Empty(_bench.Table[ends].Jobs);
    }

    /// <summary>Where there are hooks and no accounting nobody else would ever say it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_epilog_ends_the_row_of_its_prologs_run_whichever_comes_first(bool prologFirst)
    {
        const long start = 1_710_000_010_000, end = start + 60_000;
        var prolog = NodeBench.Job("solver", start, null, JobEventSource.Hook) with { AsOfMs = start };
        var epilog = prolog with { StartMs = null, EndMs = end, AsOfMs = end, State = JobState.Completed };
        _bench.Say(prologFirst ? prolog : epilog);
        _bench.Say(prologFirst ? epilog : prolog);
        var told = _bench.Jobs.Where(j => j.StartMs == start).MaxBy(j => j.AsOfMs)!;
        Assert.Equal((end, end, JobEventSource.Hook), (told.EndMs!.Value, told.AsOfMs, told.Source));
        Assert.All(_bench.Jobs, j => Assert.NotNull(j.StartMs));
    }

    [Fact]
    public void A_job_that_is_taken_back_leaves_one_segment()
    {
        var segment = SmallRecording.Of("idle", 40, 5, startMs: Start);
        _bench.Feed(segment, 0, 20);
        _bench.Say(NodeBench.Job("solver", Start + 10_000));
        Assert.Equal([Start, Start + 10_000], _bench.Table.Keys);
        _bench.Say(NodeBench.Job("solver", Start + 10_000, Start + 10_000, JobEventSource.Accounting));
        _bench.Feed(segment, 20);
        Assert.Equal([Start], _bench.Table.Keys);
        Assert.Null(_bench.Table[Start].EndMs);
    }

    [Fact]
    public void What_is_heard_of_after_the_horizon_corrects_the_table_and_is_counted()
    {
        var long_ = SmallRecording.Of("idle", 460, 5, startMs: Start);
        _bench.Feed(long_);
        _bench.Node.Apply(NodeBench.Job("solver", Start + 60_000, Start + 90_000, JobEventSource.Accounting));
        _bench.Node.Advance(_bench.Effects);
        Assert.Equal(1, _bench.Effects.LateJobEvents);
        _bench.Run();
        Assert.Equal([Start, Start + 60_000, Start + 90_000], _bench.Table.Keys);
    }

    [Fact]
    public void A_fault_is_found_named_repeated_and_over()
    {
        var segment = SmallRecording.Of("solver", 60, 31, startMs: Start, change: (t, m, v) => m == 2 && t is >= 30 and < 45 ? v + 70 : v);
        _bench.Say(NodeBench.Job("solver", Start));
        _bench.Feed(segment);
        var findings = _bench.Findings;
        Assert.All(findings.SkipLast(1), f => Assert.Equal((NodeBench.Usual, FindingSource.Model, FaultKind.Disk), (f.Node, f.Source, f.Kind)));
        Assert.True(findings.Count >= 4, $"{findings.Count} findings");
        Assert.All(findings.SkipLast(1), f => Assert.True(f.Active));
        var (first, last) = (findings[0], findings[^1]);
        Assert.InRange(first.SinceMs, Start + 30_000, Start + 33_000);
        Assert.All(findings, f => Assert.Equal(first.SinceMs, f.SinceMs));
        Assert.Equal("disk", first.Top[0].Metric);
        Assert.InRange(first.Top[0].Value, 70, 73);
        Assert.InRange(first.Top[0].Expected, -2, 4);
        Assert.Equal(new JobKey($"{Start / 1000}", Start), first.Job);
        Assert.False(last.Active);
        Assert.InRange(last.AtMs, Start + 45_000, Start + 59_000);
        Assert.Equal(NodeCondition.Normal, _bench.Node.View().Condition);
    }

    [Fact]
    public void Stale_and_down_are_said_once_each_and_taken_back_and_neither_is_anomalous()
    {
        _bench.Feed(SmallRecording.Of("idle", 20, 5, startMs: Start));
        foreach (var seconds in (int[])[30, 40, 41, 60])
            _bench.Node.Tick(Start + (seconds * 1000), silenceCounts: true);
        _bench.Run();
        Assert.Equal((NodeCondition.Stale, Start + 19_000), (_bench.Node.View().Condition, _bench.Node.View().SinceMs));
        _bench.Node.Apply(Scheduler(70, NodeConditions.Down));
        _bench.Run();
        Assert.Equal(NodeCondition.Down, _bench.Node.View().Condition);
        _bench.Node.Apply(Scheduler(80, NodeConditions.None));
        _bench.Feed(SmallRecording.Of("idle", 5, 5, startMs: Start + 90_000));
        Assert.Equal(
            [(FindingSource.Silence, true), (FindingSource.Scheduler, true), (FindingSource.Scheduler, false), (FindingSource.Silence, false)],
            _bench.Findings.Select(f => (f.Source, f.Active)));
        Assert.Equal([NodePresence.Fresh, NodePresence.Stale, NodePresence.Down, NodePresence.Stale, NodePresence.Fresh], _bench.Statuses.Select(s => s.Presence));
    }

    [Fact]
    public void Silence_while_the_shard_catches_up_or_the_node_is_powered_down_is_not_stale()
    {
        _bench.Feed(SmallRecording.Of("idle", 20, 5, startMs: Start));
        _bench.Node.Tick(Start + 60_000, silenceCounts: false);
        _bench.Node.Apply(Scheduler(61, NodeConditions.PoweredDown));
        _bench.Node.Tick(Start + 70_000, silenceCounts: true);
        _bench.Run();
        Assert.Empty(_bench.Findings);
        Assert.Equal(NodeMute.Maintenance, _bench.Statuses[^1].Mute);
        Assert.Null(_bench.Statuses[^1].Switch);
        _bench.Node.Apply(Scheduler(62, NodeConditions.PoweredDown) with { Switch = "s7" });
        _bench.Run();
        Assert.Equal("s7", _bench.Statuses[^1].Switch);
    }

    [Fact]
    public void A_node_that_booted_is_scored_and_says_nothing_while_it_warms_up()
    {
        var faulty = SmallRecording.Of("solver", 60, 31, startMs: Start, change: (t, m, v) => m == 2 && t >= 30 ? v + 70 : v);
        _bench.Node.Apply(Scheduler(-10, NodeConditions.None) with { BootMs = Start - 9_000_000 });
        _bench.Node.Apply(Scheduler(-5, NodeConditions.None) with { BootMs = Start - 60_000 });
        _bench.Say(NodeBench.Job("solver", Start));
        _bench.Feed(faulty);
        Assert.Empty(_bench.Findings);
        Assert.Equal(60, _bench.Scores.Count);
        Assert.True(_bench.Node.View().Muted);
    }

    [Fact]
    public void Without_a_library_segments_are_cut_and_nothing_is_scored()
    {
        using var bench = new NodeBench(library: false);
        var (_, job) = Day(bench, hear: 3);
        Assert.Equal([Start, job.StartMs], bench.Table.Keys);
        Assert.Empty(bench.Scores);
        Assert.Equal((NodeCondition.Unknown, 0), (bench.Node.View().Condition, bench.Node.View().LibraryVersion));
    }

    [Fact]
    public void A_library_scores_from_its_activation_on_and_a_matched_segment_stays_with_its_own()
    {
        using var bench = new NodeBench(library: false);
        var segment = SmallRecording.Of("solver", 90, 31, startMs: Start);
        LiveLibrary first = new(1, new ScoringLibrary(SmallRecording.Library.Value)), second = new(2, ScorerRun.Treated());
        bench.Say(NodeBench.Job("solver", Start));
        bench.Feed(segment, 0, 5);
        bench.Node.Activate(first);
        bench.Feed(segment, 5, 60);
        Assert.Equal(Enumerable.Range(5, 55).Select(t => segment.TimesMs[t]), bench.Scores.Keys);
        Assert.NotNull(bench.Table[Start].Pattern);
        bench.Room.Add(second);
        bench.Node.Activate(second);
        bench.Feed(segment, 60);
        // All of its frames are within the horizon, so it is scored anew as a whole.
        Assert.Equal(2, bench.Table[Start].LibraryVersion);
        bench.Say(NodeBench.Job("solver", Start, Start + 90_000));
        bench.Feed(SmallRecording.Of("idle", 10, 5, startMs: Start + 90_000));
        Assert.Equal(2, bench.Table[Start + 90_000].LibraryVersion);
    }

    [Fact]
    public void A_row_put_away_and_taken_up_again_after_any_record_changes_nothing()
    {
        using var undisturbed = new NodeBench();
        Script(undisturbed, _ => { });
        Script(_bench, cut =>
        {
            var node = _bench.Node;
            Assert.True(NodeRowWire.TryRead(NodeRowWire.Write(node.State), NodeBench.Usual, out var state, out var failure), failure.ToString());
            _bench.Node = WatchedNode.Restore(NodeBench.Usual, _bench.Room, state!);
        });
        Assert.Equal(undisturbed.Scores, _bench.Scores);
        Assert.Equal(undisturbed.Table.Select(Line), _bench.Table.Select(Line));
        Assert.Equal(undisturbed.Findings.Select(Line), _bench.Findings.Select(Line));
        Assert.Equal(undisturbed.Statuses.Select(s => (s.Presence, s.Mute, s.AtMs)), _bench.Statuses.Select(s => (s.Presence, s.Mute, s.AtMs)));
    }

    [Fact]
    public void A_torn_row_is_refused_wherever_it_is_torn()
    {
        Day(_bench, hear: 5);
        var bytes = NodeRowWire.Write(_bench.Node.State);
        for (var length = 0; length < bytes.Length; length += 7)
            Assert.False(NodeRowWire.TryRead(bytes.AsSpan(0, length), NodeBench.Usual, out _, out _));
        var random = new Random(4);
        for (var i = 0; i < 2000; i++)
        {
            var bent = (byte[])bytes.Clone();
            bent[random.Next(bent.Length)] = (byte)random.Next(256);
            NodeRowWire.TryRead(bent, NodeBench.Usual, out _, out _);
        }
    }

    private static string Line(KeyValuePair<long, SegmentRow> segment) => $"{segment.Value with { Jobs = [] }} {string.Join(' ', segment.Value.Jobs)}";

    private static string Line(Finding finding) => $"{finding with { Top = [] }} {string.Join(' ', finding.Top)}";

    /// <summary>Idle, a job with a fault that is heard of late and ends late, idle again, silence, drained; <paramref name="between"/> after each step.</summary>
    private static void Script(NodeBench bench, Action<int> between)
    {
        var step = 0;
        void Then(Action act)
        {
            act();
            bench.Run();
            between(step++);
        }

        var idle = SmallRecording.Of("idle", 70, 3, startMs: Start);
        var job = SmallRecording.Of("solver", 70, 31, startMs: Start + 40_000, change: (t, m, v) => m == 2 && t is >= 30 and < 42 ? v + 70 : t == 50 && m == 1 ? float.NaN : v);
        for (var t = 0; t < 40; t++)
            Then(() => bench.Feed(idle, t, t + 1));
        for (var t = 0; t < 70; t++)
        {
            if (t == 12)
                Then(() => bench.Say(NodeBench.Job("solver", Start + 40_000)));
            Then(() => bench.Feed(job, t, t + 1));
        }
        Then(() => bench.Say(NodeBench.Job("solver", Start + 40_000, Start + 106_000)));
        Then(() => bench.Node.Tick(Start + 140_000, silenceCounts: true));
        Then(() => bench.Node.Apply(Scheduler(150, NodeConditions.Drained)));
        var late = SmallRecording.Of("idle", 20, 8, startMs: Start + 160_000);
        for (var t = 0; t < 20; t++)
            Then(() => bench.Feed(late, t, t + 1));
    }

    /// <summary>40 idle frames, then 45 of a job that is heard of some frames late.</summary>
    private static (Segment Idle, Segment Job) Day(NodeBench bench, int hear)
    {
        var idle = SmallRecording.Of("idle", 40, 3, startMs: Start);
        var job = SmallRecording.Of("solver", 45, 31, startMs: Start + 40_000);
        bench.Feed(idle);
        bench.Feed(job, 0, hear);
        bench.Say(NodeBench.Job("solver", job.StartMs));
        bench.Feed(job, hear);
        return (idle, job);
    }

    private static NodeState Scheduler(int seconds, NodeConditions conditions) =>
        new() { Node = NodeBench.Usual, AsOfMs = Start + (seconds * 1000), Conditions = conditions, Words = conditions.ToString() };

    private static string Bits(NodeScore score) => $"{score.TimeMs} {score.Alarm} {BitConverter.SingleToInt32Bits(score.Score)} {BitConverter.SingleToInt32Bits(score.Threshold)}";

    /// <summary>Time, alarm, score and threshold of what <see cref="SegmentScorerSpec.Bits"/> wrote.</summary>
    private static string Short(string bits)
    {
        var words = bits.Split(' ');
        return $"{words[0]} {words[1]} {words[6]} {words[7]}";
    }
}
