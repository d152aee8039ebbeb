using System.Net;
using System.Text.Json.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class FrameRoutesSpec
{
    private const long Start = 1_769_850_000_000;

    [Fact]
    public async Task Metrics_are_told_in_their_units_with_what_was_expected_of_them_the_furthest_off_first()
    {
        await using var running = await RunningHost.StartAsync("cadence: 15s");
        running.Host.Nodes.Publish(0, [NodeDirectorySpec.View("cn1")]);
        var key = new NodeKey("hpc", "cn1");
        running.Host.Nodes.Frames.Keep(key, Start, 0, 0, 0);
        running.Host.Nodes.Frames.Keep(key, Start + 30_000, 2, float.NaN, 1);
        var (status, body) = await running.JsonAsync("/api/v1/nodes/cn1/frames?metrics=cpu_user_share,memory_available_bytes");
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        Assert.Equal(("2026-01-31T09:00:00.000Z", 3), (body["first"]!.GetValue<string>(), body["ticks"]!.GetValue<int>()));
        var share = body["metrics"]![0]!;
        // 0.5 + 2 x 0.25, the spread 0.2 x 0.25.
        Assert.Equal("[0.5,null,1]", share["values"]!.ToJsonString());
        Assert.Equal("[0.5,null,0.5]", share["expected"]!.ToJsonString());
        Assert.Equal("[0.4,null,0.4]", share["low"]!.ToJsonString());
        Assert.Equal("[0.6,null,0.6]", share["high"]!.ToJsonString());
        // exp(3) - 1 times the pivot of a GB.
        Assert.Equal("[19090000000,null,null]", body["metrics"]![1]!["values"]!.ToJsonString().Replace("1.909E+10", "19090000000"));
        Assert.Equal(["cpu_user_share", "page_faults_major", "memory_available_bytes"], body["ranked"]!.AsArray().Select(r => r!["metric"]!.GetValue<string>()));
        Assert.Equal(5, body["ranked"]![0]!["off"]!.GetValue<double>(), 2);
        Assert.Equal("increase", body["ranked"]![1]!["treatment"]!.GetValue<string>());

        var later = (await running.JsonAsync($"/api/v1/nodes/cn1/frames?from={(Start / 1000) + 20}")).Body;
        Assert.Equal((1, 3), (later["ticks"]!.GetValue<int>(), later["metrics"]!.AsArray().Count));
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_and_what_is_not_there_is_empty()
    {
        await using var running = await RunningHost.StartAsync();
        running.Host.Nodes.Publish(0, [NodeDirectorySpec.View("cn1")]);
        var (status, body) = await running.JsonAsync("/api/v1/nodes/cn1/frames");
        Assert.Equal((HttpStatusCode.OK, 0), (status, body["ticks"]!.GetValue<int>()));
        Assert.Equal(HttpStatusCode.NotFound, (await running.JsonAsync("/api/v1/nodes/cn2/frames")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await running.JsonAsync($"/api/v1/nodes/cn1/frames?metrics={string.Join(',', Enumerable.Range(0, 13))}")).Status);
        running.Host.Nodes.Frames.Keep(new NodeKey("hpc", "cn1"), Start, 1, 2, 3);
        Assert.Empty((await running.JsonAsync("/api/v1/nodes/cn1/frames?metrics=nonsense")).Body["metrics"]!.AsArray());
    }

    [Fact]
    public async Task The_nodes_of_a_job_are_held_against_one_another_and_the_odd_one_is_named()
    {
        await using var running = await RunningHost.StartAsync("cadence: 15s");
        running.Backend.Events.Add(Run("7", "cn[1-5]"));
        for (var n = 1; n <= 5; n++)
        {
            for (var t = -2; t < 10; t++)
                running.Host.Nodes.Frames.Keep(new NodeKey("hpc", $"cn{n}"), Start + (t * 15_000), n == 4 ? -1.6f : 0.01f * n, 0, 0);
        }
        var (status, body) = await running.JsonAsync("/api/v1/jobs/7/frames");
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        Assert.Equal(("cpu_user_share", "share", 5), (body["metric"]!.GetValue<string>(), body["unit"]!.GetValue<string>(), body["node_count"]!.GetValue<int>()));
        // Before the job's start nothing is its.
        Assert.Equal("2026-01-31T09:00:00.000Z", body["first"]!.GetValue<string>());
        Assert.Equal(10, body["median"]!.AsArray().Count);
        var odd = Assert.Single(body["nodes"]!.AsArray(), n => Math.Abs(n!["off"]!.GetValue<double>()) >= 6)!;
        Assert.Equal("cn4", odd["node"]!.GetValue<string>());
        Assert.True(odd["off"]!.GetValue<double>() < -10);
        Assert.Equal(0.1, odd["values"]![0]!.GetValue<double>(), 3);
        Assert.Equal("cn4", body["ranked"]![0]!["node"]!.GetValue<string>());
        Assert.Equal("memory_available_bytes", (await running.JsonAsync("/api/v1/jobs/7/frames?metric=memory_available_bytes")).Body["metric"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await running.JsonAsync("/api/v1/jobs/8/frames")).Status);
    }

    [Fact]
    public async Task Two_nodes_say_nothing_about_which_of_them_is_odd()
    {
        await using var running = await RunningHost.StartAsync("cadence: 15s");
        running.Backend.Events.Add(Run("7", "cn[1-2]"));
        for (var n = 1; n <= 2; n++)
            running.Host.Nodes.Frames.Keep(new NodeKey("hpc", $"cn{n}"), Start, n, 0, 0);
        var body = (await running.JsonAsync("/api/v1/jobs/7/frames")).Body;
        Assert.All(body["nodes"]!.AsArray(), n => Assert.Null(n!["off"]));
        Assert.Equal(0, body["ranked"]![0]!["off"]!.GetValue<double>());
    }

    private static JobEvent Run(string id, string nodes) => new() { Source = JobEventSource.Accounting, JobId = id, JobName = "lattice", User = "mira", StartMs = Start, State = JobState.Running, AsOfMs = Start, NodeList = nodes, NodeCount = 5 };
}
