using Tocsin.Actors.Alerts.Peers;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class PeerSpec
{
    private static readonly MetricSchema Schema = Frames.Schema("cpu_user_share", "memory_used_bytes", "memory_anon_bytes", "memory_committed_bytes", "net_receive_bytes", "context_switches", "fs_used_bytes", "temperature_max");

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    public void A_node_whose_memory_grows_is_found_in_a_minute_and_the_evidence_names_its_peers(int nodes)
    {
        var (watch, random, told) = (new PeerWatch(Scene.Job("7"), nodes, new PeerOptions()), new Random(nodes), new List<Finding>());
        for (var t = 0; t < 80; t++)
            told.AddRange(watch.Step(Job(random, nodes, t, (n, v) =>
            {
                if (n == nodes - 1 && t >= 60)
                    (v[1], v[2], v[3]) = (v[1] * 2.2f, v[2] * 2.4f, v[3] * 2.2f);
            }), 0));
        var found = Assert.Single(told);
        Assert.Equal(($"cn{nodes - 1:D4}", FindingSource.Peer, FaultKind.Memory), (found.Node.Name, found.Source, found.Kind));
        Assert.InRange((found.SinceMs - Scene.StartMs) / 1000, 60 * 15, 64 * 15);
        Assert.All(found.Top.Take(3), t => Assert.InRange(t.Expected / t.Value, 0.3, 0.6));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    public void Nodes_that_do_the_same_are_never_found_whatever_the_job_does(int nodes)
    {
        var (watch, random) = (new PeerWatch(Scene.Job("7"), nodes, new PeerOptions()), new Random(nodes + 1));
        for (var t = 0; t < 600; t++)
        {
            // Phases: all of them change at once, none of them is to blame.
            var phase = 1 + (t / 50 % 4);
            Assert.Empty(watch.Step(Job(random, nodes, t, (_, v) =>
            {
                for (var m = 0; m < v.Length; m++)
                    v[m] *= phase;
            }), 0));
        }
    }

    [Fact]
    public void Three_nodes_have_no_middle_that_says_anything() =>
        Assert.Empty(PeerComparison.Compare(Job(new Random(1), 3, 0), new PeerSpread(), new PeerOptions()));

    [Fact]
    public void One_metric_alone_however_far_is_a_third_of_the_score_that_thirty_deviations_make()
    {
        var verdicts = PeerComparison.Compare(Job(new Random(1), 16, 0, (n, v) => v[4] = n == 5 ? 1e12f : v[4]), new PeerSpread(), new PeerOptions());
        Assert.InRange(verdicts[5].Score, 10, 14);
        Assert.Equal("net_receive_bytes", verdicts[5].Top[0].Metric);
    }

    [Fact]
    public void The_first_node_of_a_job_may_differ_more()
    {
        var verdicts = PeerComparison.Compare(Job(new Random(1), 8, 0), new PeerSpread(), new PeerOptions());
        Assert.Equal((16f, 8f), (verdicts[0].Threshold, verdicts[1].Threshold));
    }

    [Fact]
    public void How_full_a_disk_is_and_how_warm_a_rack_are_not_compared()
    {
        var verdicts = PeerComparison.Compare(Job(new Random(1), 8, 0, (n, v) => (v[6], v[7]) = n == 3 ? (1e15f, 95) : (v[6], v[7])), new PeerSpread(), new PeerOptions());
        Assert.All(verdicts, v => Assert.InRange(v.Score, 0, 6));
    }

    [Fact]
    public void A_node_whose_frame_is_old_is_left_out_and_missing_values_are_not_compared()
    {
        var frames = Job(new Random(1), 8, 10, (n, v) => v[1] = n == 2 ? float.NaN : v[1]);
        frames[3] = frames[3] with { TimeMs = frames[3].TimeMs - 60_000 };
        var verdicts = PeerComparison.Compare(frames, new PeerSpread(), new PeerOptions());
        Assert.Equal(7, verdicts.Count);
        Assert.DoesNotContain("cn0003", verdicts.Select(v => v.Node.Name));
        Assert.All(verdicts, v => Assert.True(float.IsFinite(v.Score)));
    }

    [Fact]
    public void The_same_frame_seen_twice_is_one_frame()
    {
        var watch = new PeerWatch(Scene.Job("7"), 8, new PeerOptions());
        var frames = Job(new Random(1), 8, 0, (n, v) => (v[1], v[2], v[3]) = n == 7 ? (1e12f, 1e12f, 1e12f) : (v[1], v[2], v[3]));
        for (var i = 0; i < 20; i++)
            Assert.Empty(watch.Step(frames, 0));
    }

    [Fact]
    public void The_end_of_the_job_ends_what_was_found()
    {
        var watch = new PeerWatch(Scene.Job("7"), 8, new PeerOptions());
        for (var t = 0; t < 10; t++)
            watch.Step(Job(new Random(t), 8, t, (n, v) => (v[1], v[2], v[3]) = n == 7 ? (1e12f, 1e12f, 1e12f) : (v[1], v[2], v[3])), 0);
        Assert.False(Assert.Single(watch.End(Scene.StartMs + 200_000)).Active);
    }

    [Fact]
    public void A_board_compares_each_job_by_itself_and_ends_what_it_found_when_the_job_is_gone()
    {
        var (board, random, told) = (new PeerBoard(new PeerOptions()), new Random(1), new List<Finding>());
        for (var t = 0; t < 40; t++)
        {
            // Two jobs that have nothing in common but the machine; in the second one node is another.
            foreach (var (job, offset, factor) in new[] { ("7", 0, 1f), ("8", 100, 3f) })
            {
                foreach (var frame in Job(random, 8, t, (n, v) =>
                {
                    for (var m = 0; m < v.Length; m++)
                        v[m] *= factor * (job == "8" && n == 5 && t >= 20 ? 1.9f : 1);
                }))
                    board.Publish(Scene.Node($"cn{int.Parse(frame.Node.Name[2..]) + offset:D4}"), Scene.Job(job), 8, 0, frame.TimeMs, frame.Metrics, frame.Values);
            }
            told.AddRange(board.Step(Scene.StartMs + (t * 15_000L)));
        }
        Assert.Equal("cn0105", Assert.Single(told).Node.Name);
        Assert.Equal(2, board.Jobs);
        for (var n = 0; n < 8; n++)
            board.Publish(Scene.Node($"cn{n + 100:D4}"), null, 0, 0, 0, Schema, []);
        Assert.False(Assert.Single(board.Step(Scene.StartMs + 700_000)).Active);
        Assert.Equal(1, board.Jobs);
    }

    private static List<Frame> Job(Random random, int nodes, int tick, Action<int, float[]>? change = null) =>
        [.. Enumerable.Range(0, nodes).Select(n =>
        {
            float[] values = [0.9f, 40e9f, 30e9f, 60e9f, 5e6f, 4000, 1e9f, 60];
            for (var m = 0; m < values.Length; m++)
                values[m] *= (float)(1 + (0.05 * Gauss(random)));
            change?.Invoke(n, values);
            return new Frame(Scene.Node($"cn{n:D4}"), Scene.StartMs + tick * 15_000L, Schema, values);
        })];

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
