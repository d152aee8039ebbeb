using System.Net;
using System.Net.Http.Json;
using Tocsin.Actors.Learning;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class PatternEditRoutesSpec
{
    [Fact]
    public async Task What_is_kept_of_a_pattern_is_shown_with_how_it_begins()
    {
        await using var running = await RunningHost.StartAsync("cadence: 15s");
        running.Backend.Edits.Look = new PatternLook(2, true, 30, [new KeptSegment("x", new NodeKey("hpc", "cn1"), 1_769_850_000_000, 1_769_853_600_000, false, "lattice", [], 240, 1000)],
            [new ShapeCurve(MadeUpFrames.Plan.Metrics[0], ["cpu_idle_share"], [0.5f, float.NaN], [0.4f, float.NaN], [0.6f, float.NaN])]);
        foreach (var id in new[] { "3", "none" })
        {
            var (status, body) = await running.JsonAsync($"/api/v1/patterns/{id}");
            Assert.True(status == HttpStatusCode.OK, body.ToString());
            Assert.Equal((30, "cn1", 15000), (body["kept_count"]!.GetValue<int>(), body["kept"]![0]!["node"]!.GetValue<string>(), body["step_ms"]!.GetValue<int>()));
            Assert.Equal("[0.5,null]", body["shape"]![0]!["mean"]!.ToJsonString());
        }
        Assert.Equal(HttpStatusCode.NotFound, (await running.JsonAsync("/api/v1/patterns/12")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await running.JsonAsync("/api/v1/patterns/x")).Status);
    }

    [Fact]
    public async Task Segments_are_moved_and_patterns_joined_by_whoever_says_so()
    {
        await using var running = await RunningHost.StartAsync();
        using var client = new HttpClient { BaseAddress = running.Address, Timeout = TimeSpan.FromSeconds(120) };
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync("/api/v1/patterns/3/members", new { node = "cn1", start = "2026-01-31T09:00:00.000Z", who = "ada" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync("/api/v1/patterns/3/join", new { into = 1 })).StatusCode);
        Assert.Equal(["hpc/cn1 at 1769850000000 into 3 by ada", "join 3 into 1 by anyone"], running.Backend.Edits.Asked);
        running.Backend.Edits.Answer = new(409, 2, "idle segments belong to idle patterns");
        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsJsonAsync("/api/v1/patterns/3/join", new { into = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync("/api/v1/patterns/3/join", new { into = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync("/api/v1/patterns/3/members", new { node = "cn1" })).StatusCode);
        using var elsewhere = new HttpRequestMessage(HttpMethod.Post, "/api/v1/patterns/3/join") { Content = JsonContent.Create(new { into = 1 }) };
        elsewhere.Headers.Add("Origin", "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(elsewhere)).StatusCode);
        Assert.Equal(3, running.Backend.Edits.Asked.Count);
    }
}
