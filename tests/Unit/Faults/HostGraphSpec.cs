using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Unit.Faults;

public sealed class HostGraphSpec
{
    [Fact]
    public void An_edge_is_seen_from_both_ends_as_two_types_and_every_host_sees_itself()
    {
        var graph = new HostGraph();
        graph.Add(2, []);
        graph.Add(3, [new AgedEdge(new HostEdge(0, 2, EdgeKind.Migration, 4), 3), new AgedEdge(new HostEdge(1, 2, EdgeKind.Switch, 1), 0)]);
        Assert.Equal([0, 1, 2, 4, 6, 9], graph.Starts.ToArray());
        Assert.Equal([0, 1, 2, 4, 3, 4, 4, 2, 3], graph.Sources.ToArray());
        Assert.Equal([-1, -1, -1, 0, -1, -1, -1, 0, -1], graph.Left.ToArray());
        Assert.Equal([(2, 3)], graph.Moments.ToArray());
        Assert.Equal([0, 0, 0, 8, 0, 20, 0, 7, 19], graph.Types.ToArray());
        Assert.Equal(MathF.Log(5), graph.Amounts[7]);
        Assert.All(graph.Types.ToArray(), type => Assert.InRange(type, 0, MoeShape.EdgeTypes - 1));
    }

    [Fact]
    public void Tasks_that_left_a_host_in_one_interval_share_a_moment_and_no_others_do()
    {
        var graph = new HostGraph();
        for (var group = 0; group < 2; group++)
            graph.Add(3, [Moved(0, 1, 2), Moved(0, 2, 2), Moved(0, 1, 3), Moved(1, 2, 0), new AgedEdge(new HostEdge(0, 1, EdgeKind.Job, 1), 0)]);
        Assert.Equal([(0, 2), (0, 3), (1, 0), (3, 2), (3, 3), (4, 0)], graph.Moments.ToArray());
        Assert.Equal([-1, 0, 0, 1, -1], graph.Left[..5].ToArray());
        graph.Clear();
        Assert.Equal(0, graph.MomentCount);

        static AgedEdge Moved(int from, int to, int age) => new(new HostEdge(from, to, EdgeKind.Migration, 1), age);
    }

    [Fact]
    public void More_edges_than_the_bound_are_left_out_and_counted()
    {
        AgedEdge[] edges = [.. Enumerable.Repeat(new AgedEdge(new HostEdge(0, 1, EdgeKind.Job, 1), 0), (2 * HostGraph.MostEdgesPerHost) + 5)];
        var graph = new HostGraph();
        graph.Add(2, edges);
        Assert.Equal(5, graph.LeftOut);
        Assert.Equal(2 + (4 * HostGraph.MostEdgesPerHost), graph.Count);
        graph.Clear();
        Assert.Equal((0, 0, 0), (graph.LeftOut, graph.Rows, graph.Count));
    }
}
