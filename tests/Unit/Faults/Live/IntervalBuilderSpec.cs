using Tocsin.Actors.Faults.Intervals;
using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Unit.Faults.Live;

public sealed class IntervalBuilderSpec
{
    private const long Length = 300_000, Cadence = 15_000;

    private readonly IntervalBuilder _builder = new(Length, Cadence, 100);

    [Fact]
    public void A_feature_is_the_mean_of_what_its_frames_told_and_the_score_stands_beside_them()
    {
        Frames("a", 10, 20, i => i / 20f);
        _builder.Add(Score("a", 10 * Length, 0.5f), 10 * Length);
        _builder.Add(Score("a", (10 * Length) + 15_000, 0.7f), 10 * Length);
        var closed = _builder.Close(10, [Facts("a")]);
        Assert.Equal(9.5 / 20, closed.Values[HostFeatures.Cpu], 5);
        Assert.Equal(0.6f, closed.Values[HostFeatures.Anomaly], 5);
        Assert.True(float.IsNaN(closed.Values[HostFeatures.RamRead]));
        Assert.True(closed.IsPresent(0));
        Assert.True(closed.Quiet[0]);
    }

    [Fact]
    public void A_node_of_which_too_little_came_is_absent_and_never_quiet()
    {
        Frames("few", 10, 6, _ => 0.5f);
        Frames("enough", 10, 7, _ => 0.5f);
        var closed = _builder.Close(10, [Facts("enough"), Facts("few"), Facts("silent")]);
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(closed.IsPresent));
        Assert.Equal([true, false, false], closed.Quiet);
    }

    [Fact]
    public void A_node_that_is_stale_or_down_at_the_end_is_absent_whatever_it_sent()
    {
        Frames("a", 10, 20, _ => 0.5f);
        Assert.False(_builder.Close(10, [Facts("a") with { Present = false }]).IsPresent(0));
    }

    [Fact]
    public void One_score_over_the_threshold_ends_the_quiet()
    {
        Frames("a", 10, 20, _ => 0.5f);
        _builder.Add(Score("a", 10 * Length, 1.01f), 10 * Length);
        var closed = _builder.Close(10, [Facts("a")]);
        Assert.True(closed.IsPresent(0));
        Assert.False(closed.Quiet[0]);
    }

    [Fact]
    public void What_comes_after_the_end_is_counted_and_changes_nothing()
    {
        Frames("a", 10, 20, _ => 0.5f);
        _builder.Close(10, [Facts("a")]);
        Frames("a", 10, 20, _ => 0.9f);
        Assert.Equal(20, _builder.Late);
        Frames("a", 40, 1, _ => 0.9f, now: 11 * Length);
        Assert.Equal(1, _builder.Refused);
    }

    [Fact]
    public void A_requeued_job_is_an_edge_from_where_it_was_to_where_it_is()
    {
        _builder.Close(10, [Facts("a", Job("7", 1)), Facts("b", Job("7", 1)), Facts("c"), Facts("d")]);
        _builder.Close(11, [Facts("a"), Facts("b"), Facts("c"), Facts("d")]);
        var closed = _builder.Close(12, [Facts("a"), Facts("b", Job("7", 9)), Facts("c", Job("7", 9)), Facts("d")]);
        Assert.Contains(new HostEdge(0, 2, EdgeKind.Migration, 1), closed.Edges);
        Assert.Single(closed.Edges, e => e.Kind == EdgeKind.Migration);
        var again = _builder.Close(13, [Facts("a"), Facts("b", Job("7", 9)), Facts("c", Job("7", 9)), Facts("d")]);
        Assert.DoesNotContain(again.Edges, e => e.Kind == EdgeKind.Migration);
    }

    [Fact]
    public void Each_kind_of_what_nodes_share_is_an_edge_of_its_own()
    {
        Frames("a", 10, 20, _ => 0.5f, mounts: 1);
        Frames("b", 10, 20, _ => 0.5f, mounts: 1);
        var closed = _builder.Close(10, [Facts("a", Job("7", 1)) with { Switch = "s1" }, Facts("b", Job("7", 1)) with { Switch = "s1" }]);
        Assert.Equal([new HostEdge(0, 1, EdgeKind.Job, 1), new HostEdge(0, 1, EdgeKind.Switch, 1), new HostEdge(0, 1, EdgeKind.Filesystem, 1)], closed.Edges);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(1000)]
    public void A_group_of_any_size_gives_each_member_four_neighbours_at_most_and_joins_all(int size)
    {
        var edges = new GroupEdges();
        edges.Group(EdgeKind.Switch, [.. Enumerable.Range(0, size)]);
        var all = edges.ToArray();
        Assert.All(all, e => Assert.Equal(1, e.Count));
        Assert.All(Enumerable.Range(0, size), h => Assert.Equal(Math.Min(4, size - 1), all.Count(e => e.From == h || e.To == h)));
        // All of them hang together: a fault of the switch reaches each.
        var reached = new HashSet<int> { 0 };
        while (all.Where(e => reached.Contains(e.From) != reached.Contains(e.To)).ToList() is { Count: > 0 } more)
            reached.UnionWith(more.SelectMany(e => (int[])[e.From, e.To]));
        Assert.Equal(size, reached.Count);
    }

    [Fact]
    public void Memory_is_bounded_by_the_nodes_whatever_comes()
    {
        var builder = new IntervalBuilder(Length, Cadence, 3);
        for (var i = 0; i < 10; i++)
            builder.Add(Score($"n{i}", 10 * Length, 0.1f), 10 * Length);
        Assert.Equal(7, builder.Refused);
        Assert.Equal(3, builder.Close(10, [.. Enumerable.Range(0, 10).Select(i => Facts($"n{i}"))]).Nodes.Count);
    }

    internal static NodeKey Node(string name) => new("c", name);

    private static JobKey Job(string id, long start) => new(id, start);

    private static NodeFacts Facts(string name, params JobKey[] jobs) => new(Node(name), true, true, jobs, null);

    private static HostSample Score(string name, long timeMs, float ratio)
    {
        var values = HostValues.None;
        values[HostFeatures.Anomaly] = ratio;
        return new HostSample(Node(name), timeMs, values, false, 0);
    }

    private void Frames(string name, long interval, int count, Func<int, float> cpu, long? now = null, byte mounts = 0)
    {
        for (var i = 0; i < count; i++)
        {
            var values = HostValues.None;
            values[HostFeatures.Cpu] = cpu(i);
            _builder.Add(new HostSample(Node(name), (interval * Length) + (i * Cadence), values, true, mounts), now ?? (interval * Length));
        }
    }
}
