using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class NodeDirectorySpec
{
    [Fact]
    public void The_latest_view_of_a_node_is_the_one_that_is_seen()
    {
        var nodes = new NodeDirectory(10);
        nodes.Publish(0, [View("a"), View("b")]);
        nodes.Publish(0, [View("a") with { Score = 9 }]);
        Assert.Equal((2, 9f), (nodes.Count, nodes.Find(new NodeKey("hpc", "a"))!.Score));
    }

    [Fact]
    public void A_shard_that_begins_anew_takes_its_own_nodes_away_and_no_other()
    {
        var nodes = new NodeDirectory(10);
        nodes.Publish(0, [View("a"), View("b")]);
        nodes.Publish(1, [View("c")]);
        nodes.Remove(1, new NodeKey("hpc", "a"));
        Assert.Equal(3, nodes.Count);
        nodes.Clear(0);
        Assert.Equal("c", Assert.Single(nodes.Nodes).Node.Name);
        Assert.Equal(1, nodes.Count);
    }

    [Fact]
    public void Nodes_beyond_the_bound_are_counted_and_not_kept()
    {
        var nodes = new NodeDirectory(2);
        nodes.Publish(0, [View("a"), View("b"), View("c")]);
        Assert.Equal((2, 1L), (nodes.Count, nodes.LeftOut));
        nodes.Remove(0, new NodeKey("hpc", "a"));
        nodes.Publish(0, [View("c")]);
        Assert.NotNull(nodes.Find(new NodeKey("hpc", "c")));
    }

    [Fact]
    public void Numbers_are_written_as_Prometheus_reads_them()
    {
        var nodes = new NodeDirectory(2);
        nodes.Publish(0, [new NodeView { Node = new NodeKey("hpc", "a"), Condition = NodeCondition.Stale, Threshold = 6.25f }]);
        var text = Text(nodes);
        Assert.Contains("\ntocsin_node_score{cluster=\"hpc\",node=\"a\"} NaN\n", text);
        Assert.Contains("\ntocsin_node_threshold{cluster=\"hpc\",node=\"a\"} 6.25\n", text);
        Assert.Contains("\ntocsin_node_state{cluster=\"hpc\",node=\"a\"} 3\n", text);
        Assert.Equal(3, text.Split('\n').Count(l => l.StartsWith("# TYPE tocsin_node_", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_page_of_ten_thousand_nodes_makes_next_to_no_garbage()
    {
        var nodes = new NodeDirectory(20_000);
        nodes.Publish(0, [.. Enumerable.Range(0, 10_000).Select(i => View($"cn{i:00000}"))]);
        var buffer = new ArrayBufferWriter<byte>(4 << 20);
        var writer = new PrometheusWriter(buffer);
        nodes.Write(writer);
        Assert.Equal(30_006, Encoding.UTF8.GetString(buffer.WrittenSpan).Count(c => c == '\n'));
        buffer.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        nodes.Write(writer);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
    }

    [Fact]
    public async Task Nodes_are_listed_in_pages_by_name_and_filtered()
    {
        await using var running = await RunningHost.StartAsync();
        running.Host.Nodes.Publish(0, [.. Enumerable.Range(0, 25).Select(i => View($"cn{i:00}") with { Condition = i % 5 == 0 ? NodeCondition.Anomalous : NodeCondition.Normal })]);
        var names = new List<string>();
        string? next = null;
        do
        {
            var page = (await running.JsonAsync($"/api/v1/nodes?limit=10{(next is null ? "" : "&after=" + Uri.EscapeDataString(next))}")).Body;
            names.AddRange(page["nodes"]!.AsArray().Select(n => n!["node"]!.GetValue<string>()));
            next = page["next"]?.GetValue<string>();
            Assert.Equal(25, page["total"]!.GetValue<int>());
            Assert.Equal(5, page["by_condition"]!["anomalous"]!.GetValue<int>());
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"cn{i:00}"), names);
        Assert.Equal(5, (await running.JsonAsync("/api/v1/nodes?condition=anomalous")).Body["nodes"]!.AsArray().Count);
        Assert.Equal(25, (await running.JsonAsync("/api/v1/nodes?job=77")).Body["nodes"]!.AsArray().Count);
        Assert.Empty((await running.JsonAsync("/api/v1/nodes?job=78")).Body["nodes"]!.AsArray());
    }

    [Fact]
    public async Task One_node_is_found_by_its_name_alone_and_by_its_whole_key()
    {
        await using var running = await RunningHost.StartAsync();
        running.Host.Nodes.Publish(0, [View("cn1")]);
        foreach (var key in new[] { "cn1", "hpc/cn1", "hpc%2Fcn1" })
        {
            var (status, body) = await running.JsonAsync($"/api/v1/nodes/{key}");
            Assert.True(status == System.Net.HttpStatusCode.OK, $"{key}: {body}");
            Assert.Equal("anomalous", body["condition"]!.GetValue<string>());
            Assert.Equal("2026-01-31T09:00:00.000Z", body["jobs"]![0]!["start"]!.GetValue<string>());
            Assert.Null(body["score"]);
        }
    }

    internal static NodeView View(string name) => new()
    {
        Node = new NodeKey("hpc", name),
        Condition = NodeCondition.Anomalous,
        SinceMs = 1_769_850_000_000,
        FrameMs = 1_769_850_000_000,
        Threshold = 6,
        Top = [new MetricShare("cpu_user_share", 0.5f)],
        SegmentStartMs = 1_769_850_000_000,
        Jobs = [new JobRun("77", "<b>lattice</b>\u202e", null, 1_769_850_000_000, null, [])],
        Match = new SegmentMatch(1, 1, 0.5f, 0.9f, 40),
        LibraryVersion = 1,
    };

    private static string Text(NodeDirectory nodes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        nodes.Write(new PrometheusWriter(buffer));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
