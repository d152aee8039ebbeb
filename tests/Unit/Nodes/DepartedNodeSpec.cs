using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;
using Xunit.Abstractions;

namespace Tocsin.Unit.Nodes;

/// <summary>Nodes that the scheduler names no more. Of the day's nodes n4 leaves while it is silent and is there again, n5 leaves for good.</summary>
public sealed class DepartedNodeSpec(ITestOutputHelper output)
{
    private const int Left4 = 75, Back4 = 80, Last5 = 100, Left5 = 115;

    [Fact]
    public void A_node_that_left_is_stored_no_more_its_segment_ends_with_its_last_frame_and_its_alerts_are_to_end()
    {
        using var run = new ShardRun(Day(1)).Start().Finish(() => 20);
        Assert.DoesNotContain(run.Rows, r => r.Node.Name == "n5");
        Assert.Contains("n5", run.Hidden);
        Assert.DoesNotContain(run.ShardRows.Keys, k => k.StartsWith("head/test/n5", StringComparison.Ordinal));
        var last = run.Segments.Where(s => s.Contains("n5")).ToList();
        Assert.All(last, s => Assert.DoesNotContain("EndMs = ,", s));
        Assert.Matches($"EndMs = {(ShardDay.Start / 1000) + Last5}[0-9]{{3}},", last[^1]);
        Assert.Matches("n5, Presence .*Watched = False", run.Findings.Last(f => f.Contains("n5, Presence")));
    }

    [Fact]
    public void A_node_that_comes_again_is_a_new_one()
    {
        using var run = new ShardRun(Day(1)).Start().Finish(() => 20);
        var segments = run.Segments.Where(s => s.Contains("n4")).ToList();
        Assert.Equal(2, segments.Count);
        Assert.Matches($"EndMs = {(ShardDay.Start / 1000) + 40}[0-9]{{3}},", segments[0]);
        Assert.Matches($"StartMs = {(ShardDay.Start / 1000) + Back4}[0-9]{{3}}, EndMs = ,", segments[1]);
        var stands = run.Findings.Where(f => f.Contains("n4") && f.Contains("Presence")).ToList();
        Assert.Contains("Watched = True", stands[^1]);
        Assert.Contains(stands, s => s.Contains("Watched = False"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_sent_since_or_was_never_the_schedulers_stays(bool named)
    {
        var log = ShardDay.Make(1);
        var gone = Gone("n1", named ? Left5 : 129, named ? 50 : 128) with { GoneSinceMs = named ? ShardDay.Start + 50_000 : ShardDay.Start + 200_000 };
        if (named)
            Insert(log, 20, Named("n1", 20));
        Insert(log, 129, gone);
        using var run = new ShardRun(log).Start().Finish(() => 20);
        Assert.Contains(run.Rows, r => r.Node.Name == "n1");
        Assert.Empty(run.Hidden);
    }

    [Fact]
    public void A_crash_at_any_point_and_any_step_leave_what_an_undisturbed_run_leaves()
    {
        var crashes = 0;
        for (var seed = 1; seed <= 10; seed++)
        {
            var log = Day(seed % 5);
            using var undisturbed = new ShardRun(log).Start().Finish(() => 40);
            using var all = new ShardRun(log).Start().Finish(() => 10_000);
            var random = new Random(seed);
            using var run = new ShardRun(log).Start();
            while (!run.Done)
            {
                crashes += NodeShardSpec.Disturbed(run, random) ? 1 : 0;
                run.NowMs += random.Next(2000);
            }
            run.Finish(() => 1);
            NodeShardSpec.Same(undisturbed, all, $"seed {seed} in one step: ");
            NodeShardSpec.Same(undisturbed, run, $"seed {seed}: ");
            Assert.Equal(undisturbed.Rows.Select(r => r.Node), run.Rows.Select(r => r.Node));
        }
        output.WriteLine($"{crashes} crashes");
        Assert.True(crashes > 80);
    }

    private static ListLog Day(int seed)
    {
        var log = ShardDay.Make(seed);
        var name = NodeRecordKey.Of(new NodeKey("test", "n5"));
        log.Records.RemoveAll(r => r.TimestampMs >= ShardDay.Start + (Last5 * 1000) && r.Key.AsSpan().SequenceEqual(name));
        Insert(log, 35, Named("n4", 35));
        Insert(log, Left4, Gone("n4", Left4, 60));
        Insert(log, Left5, Gone("n5", Left5, 105));
        return log;
    }

    private static NodeState Named(string node, int t) =>
        new() { Node = new NodeKey("test", node), AsOfMs = ShardDay.Start + (t * 1000), Conditions = NodeConditions.None, Words = "IDLE" };

    private static NodeState Gone(string node, int t, int since) =>
        Named(node, t) with { Conditions = NodeConditions.Absent, Words = "", GoneSinceMs = ShardDay.Start + (since * 1000) };

    private static void Insert(ListLog log, int t, NodeState state)
    {
        var at = log.Records.FindIndex(r => r.TimestampMs >= ShardDay.Start + (t * 1000));
        log.Records.Insert(at, (ShardDay.Start + (t * 1000), NodeRecordKey.Of(state.Node), (byte)NodeRecordKind.NodeState, WireBytes.Of(state)));
    }
}
