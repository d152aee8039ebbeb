using System.Net;
using System.Text.Json.Nodes;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class LiveRoutesSpec
{
    [Fact]
    public async Task Only_what_changed_is_told_again()
    {
        await using var running = await RunningHost.StartAsync();
        var nodes = running.Host.Nodes;
        nodes.Publish(0, [NodeDirectorySpec.View("a"), NodeDirectorySpec.View("b")]);
        var first = (await running.JsonAsync("/api/v1/nodes/changes")).Body;
        Assert.True(first["all"]!.GetValue<bool>());
        Assert.Equal(["a", "b"], Names(first).Order());
        var second = await After(running, first);
        Assert.False(second["all"]!.GetValue<bool>());
        Assert.Empty(Names(second));
        nodes.Publish(1, [NodeDirectorySpec.View("b") with { Score = 9 }]);
        var third = await After(running, second);
        Assert.Equal("b", Assert.Single(Names(third)));
        Assert.Equal(9, third["nodes"]![0]!["score"]!.GetValue<double>());
        Assert.Equal("<b>lattice</b>\u202e", third["nodes"]![0]!["jobs"]![0]!["job_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task When_a_node_has_gone_all_are_told()
    {
        await using var running = await RunningHost.StartAsync();
        running.Host.Nodes.Publish(0, [NodeDirectorySpec.View("a"), NodeDirectorySpec.View("b")]);
        var first = (await running.JsonAsync("/api/v1/nodes/changes")).Body;
        running.Host.Nodes.Remove(0, new NodeKey("hpc", "a"));
        var second = await After(running, first);
        Assert.Equal((true, "b"), (second["all"]!.GetValue<bool>(), Assert.Single(Names(second))));
        Assert.Empty(Names(await After(running, second)));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("x")]
    [InlineData("99999999999999999999.1")]
    public async Task A_version_of_another_process_asks_for_everything(string since)
    {
        await using var running = await RunningHost.StartAsync();
        running.Host.Nodes.Publish(0, [NodeDirectorySpec.View("a")]);
        Assert.Equal("a", Assert.Single(Names((await running.JsonAsync($"/api/v1/nodes/changes?since={since}")).Body)));
    }

    [Fact]
    public async Task Scores_of_a_node_are_told_on_the_grid()
    {
        await using var running = await RunningHost.StartAsync("cadence: 15s");
        running.Host.Nodes.Publish(0, [NodeDirectorySpec.View("cn1")]);
        var key = new NodeKey("hpc", "cn1");
        running.Host.Nodes.Scores.Keep(key, 1_769_850_000_000, 1.25f, 6);
        running.Host.Nodes.Scores.Keep(key, 1_769_850_030_000, 7.5f, float.NaN);
        foreach (var path in new[] { "/api/v1/nodes/cn1/scores", "/api/v1/nodes/hpc%2Fcn1/scores?from=2026-01-31T09:00:00Z" })
        {
            var (status, body) = await running.JsonAsync(path);
            Assert.True(status == HttpStatusCode.OK, $"{path}: {body}");
            Assert.Equal("2026-01-31T09:00:00.000Z", body["first"]!.GetValue<string>());
            Assert.Equal("[1.25,null,7.5]", body["scores"]!.ToJsonString());
            Assert.Equal("[6,null,null]", body["thresholds"]!.ToJsonString());
        }
        Assert.Equal(HttpStatusCode.NotFound, (await running.JsonAsync("/api/v1/nodes/cn2/scores")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await running.JsonAsync("/api/v1/nodes/cn1/scores?from=tomorrow")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await running.JsonAsync("/api/v1/nodes/a%20b/scores")).Status);
    }

    [Fact]
    public async Task Scores_outlive_their_shards_memory()
    {
        await using var running = await RunningHost.StartAsync();
        var nodes = running.Host.Nodes;
        nodes.Publish(0, [NodeDirectorySpec.View("cn1")]);
        nodes.Scores.Keep(new NodeKey("hpc", "cn1"), 1_769_850_000_000, 1, 6);
        nodes.Clear(0);
        Assert.Equal(0, nodes.Count);
        nodes.Publish(0, [NodeDirectorySpec.View("cn1")]);
        Assert.Single((await running.JsonAsync("/api/v1/nodes/cn1/scores")).Body["scores"]!.AsArray());
        nodes.Remove(0, new NodeKey("hpc", "cn1"));
        Assert.Empty(nodes.Scores.Read(new NodeKey("hpc", "cn1")).Scores);
    }

    private static async Task<JsonNode> After(RunningHost running, JsonNode before) =>
        (await running.JsonAsync($"/api/v1/nodes/changes?since={before["as_of"]!.GetValue<string>()}")).Body;

    private static IEnumerable<string> Names(JsonNode answer) => answer["nodes"]!.AsArray().Select(n => n!["node"]!.GetValue<string>());
}
