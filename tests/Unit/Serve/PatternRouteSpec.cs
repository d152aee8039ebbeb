using System.Net;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Serve;

public sealed class PatternRouteSpec
{
    [Fact]
    public async Task Before_there_is_a_library_there_are_no_patterns()
    {
        await using var running = await RunningHost.StartAsync();
        var (status, body) = await running.JsonAsync("/api/v1/patterns");
        Assert.Equal((HttpStatusCode.OK, 0L), (status, body["library_version"]!.GetValue<long>()));
        Assert.Empty(body["patterns"]!.AsArray());
    }

    [Fact]
    public async Task Patterns_are_shown_with_their_jobs_and_the_nodes_that_run_as_them_now()
    {
        await using var running = await RunningHost.StartAsync();
        var library = SmallRecording.Library.Value;
        running.Backend.Desk.Active = (3, library);
        running.Host.Nodes.Publish(0, [Matched("cn1", 1, 3), Matched("cn2", 1, 3), Matched("cn3", 1, 2), Matched("cn4", -1, 3)]);
        var body = (await running.JsonAsync("/api/v1/patterns")).Body;
        Assert.Equal(3, body["library_version"]!.GetValue<long>());
        var patterns = body["patterns"]!.AsArray();
        Assert.Equal(library.Patterns.Patterns.Count, patterns.Count);
        for (var p = 0; p < patterns.Count; p++)
        {
            Assert.Equal(p, patterns[p]!["id"]!.GetValue<int>());
            Assert.Equal(library.Patterns.Patterns[p].Name, patterns[p]!["name"]!.GetValue<string>());
            Assert.Equal(library.Patterns.Patterns[p].Members.Length, patterns[p]!["members"]!.GetValue<int>());
            Assert.Equal(p == 1 ? 2 : 0, patterns[p]!["nodes_now"]!.GetValue<int>());
            var segments = patterns[p]!["jobs"]!.AsArray().Sum(j => j!["segments"]!.GetValue<int>());
            Assert.Equal(library.Patterns.Patterns[p].Idle ? 0 : library.Patterns.Patterns[p].Members.Length, segments);
        }
    }

    [Fact]
    public async Task Only_who_may_read_sees_them()
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        Assert.Equal(HttpStatusCode.Forbidden, (await running.JsonAsync("/api/v1/patterns", RunningHost.IngestToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await running.JsonAsync("/api/v1/patterns", RunningHost.ReadToken)).Status);
    }

    private static NodeView Matched(string node, int pattern, long version) => new()
    {
        Node = new NodeKey("hpc", node),
        Condition = NodeCondition.Normal,
        Match = new SegmentMatch(pattern, 1, 0.5f, 0.9f, 10),
        LibraryVersion = version,
    };
}
