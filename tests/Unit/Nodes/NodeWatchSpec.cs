using Tocsin.Actors.Alerts.Peers;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Nodes;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Nodes;

public sealed class NodeWatchSpec
{
    private const long Start = 1_710_000_000_000;

    private static readonly RuleSet Rules = new(
    [
        new Rule("disk-readonly", "disk", new RuleCondition.Gained(1), TimeSpan.FromSeconds(2), Severity.Critical, FaultKind.Filesystem, "{value} read-only, {was} before"),
        new Rule("oom-kill", "oom", new RuleCondition.Increase(1, TimeSpan.FromSeconds(30)), TimeSpan.Zero, Severity.Warning, FaultKind.Memory, "{value} killed"),
    ]);

    [Fact]
    public void What_is_never_right_is_found_without_a_library_and_over_when_it_ends()
    {
        using var bench = Bench();
        bench.Say(NodeBench.Job("solver", Start + 3_000));
        Feed(bench, 0, 30, t => t is >= 10 and < 20 ? 1 : 0);
        Assert.Equal([(true, Start + 12_000), (false, Start + 20_000)], bench.Findings.Select(f => (f.Active, f.AtMs)));
        var found = bench.Findings[0];
        Assert.Equal((FindingSource.Rule, "disk-readonly", FaultKind.Filesystem, Severity.Critical, "1 read-only, 0 before"), (found.Source, found.Rule, found.Kind, found.AtLeast!.Value, found.Says));
        Assert.Equal((new JobKey($"{(Start + 3_000) / 1000}", Start + 3_000), 1, Start + 3_000, Start + 10_000), (found.Job!.Value, found.JobNodes, found.SegmentStartMs, found.SinceMs));
    }

    [Fact]
    public void What_is_found_is_written_with_its_row_and_goes_on_from_there()
    {
        using var bench = Bench();
        Feed(bench, 0, 15, t => t >= 10 ? 1 : 0);
        Assert.True(bench.Node.Urgent);
        bench.Node = Again(bench, NodeRowWire.Write(bench.Node.State));
        Feed(bench, 15, 25, t => t < 20 ? 1 : 0);
        Assert.Equal([true, false], bench.Findings.Select(f => f.Active));
    }

    [Fact]
    public void A_row_from_before_there_were_rules_is_taken()
    {
        using var bench = Bench(RuleSet.None);
        Feed(bench, 0, 5, _ => 0);
        var row = NodeRowWire.Write(bench.Node.State);
        // An array of 14: the version and 13 fields, the last of them an empty list, a small number, and an empty list.
        Assert.Equal((0x9e, 0x90, 0x90), (row[0], row[^3], row[^1]));
        row[0] = 0x9b;
        bench.Node = Again(bench, row[..^3]);
        Feed(bench, 5, 10, _ => 0);
        Assert.Empty(bench.Findings);
    }

    [Fact]
    public void A_node_that_booted_is_held_against_what_it_shows_since()
    {
        using var bench = Bench();
        bench.Node.Apply(NodeIdentity.Unknown with { BootMs = Start - 9_000_000 }, Start);
        Feed(bench, 0, 10, _ => 0);
        bench.Node.Apply(NodeIdentity.Unknown with { BootMs = Start + 9_500 }, Start + 9_900);
        Feed(bench, 10, 30, _ => 1);
        Assert.Empty(bench.Findings);
    }

    [Fact]
    public void Nodes_of_a_job_are_compared_wherever_they_live_and_those_of_none_are_not()
    {
        var board = new PeerBoard(new PeerOptions { Ignore = [] });
        var benches = Enumerable.Range(1, 6).Select(n => Bench(RuleSet.None, board, $"n{n}")).ToList();
        var told = new List<Finding>();
        for (var t = 0; t < 60; t++)
        {
            foreach (var (bench, n) in benches.Select((b, n) => (b, n)))
            {
                if (t == 10 && n < 5)
                    bench.Say(NodeBench.Job("solver", Start + 10_000) with { NodeList = "n[1-5]", NodeCount = 5 });
                // The last one is idle, and as different as can be.
                var strange = n == 5 || (n == 3 && t >= 40);
                bench.Sample(Start + (t * 1000), [strange ? 5 : 50 + n, strange ? 90 : 40 + n, strange ? 80 : 10 + n, 0]);
            }
            told.AddRange(board.Step(Start + (t * 1000)));
        }
        var found = Assert.Single(told);
        Assert.Equal(("n4", FindingSource.Peer, 5), (found.Node.Name, found.Source, found.JobNodes));
        Assert.InRange(found.SinceMs, Start + 40_000, Start + 42_000);
        Assert.Equal(1, board.Jobs);
        benches.ForEach(b => b.Dispose());
    }

    [Fact]
    public void A_frame_in_which_nothing_is_found_allocates_nothing()
    {
        var metrics = new MetricSchema([.. Catalogue.Default.Metrics]);
        var watch = new RuleWatch(RuleFile.Load(null, "", null));
        var board = new PeerBoard(new PeerOptions());
        var row = new float[metrics.Count];
        long Frames(int from, int count)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var t = from; t < from + count; t++)
            {
                Assert.False(watch.Look(Start + (t * 15_000L), metrics, row));
                board.Publish(NodeBench.Usual, new JobKey("7", Start), 64, Start, Start + (t * 15_000L), metrics, row);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Frames(0, 10);
        board.Step(Start);
        Frames(10, 10);
        Assert.Equal(0, Frames(20, 1000));
    }

    private static NodeBench Bench(RuleSet? rules = null, PeerBoard? peers = null, string name = "n1") => new(
        library: false, options: new NodeOptions { Frames = NodeBench.Options, StaleMs = 20_000, Rules = rules ?? Rules, Peers = peers }, key: new NodeKey("test", name));

    private static void Feed(NodeBench bench, int from, int until, Func<int, float> disk)
    {
        for (var t = from; t < until; t++)
            bench.Sample(Start + (t * 1000), [50, 40, disk(t), 0]);
    }

    private static WatchedNode Again(NodeBench bench, byte[] row)
    {
        Assert.True(NodeRowWire.TryRead(row, bench.Key, out var state, out var failure), failure.ToString());
        return WatchedNode.Restore(bench.Key, bench.Room, state);
    }
}
