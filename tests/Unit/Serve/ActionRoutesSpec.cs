using System.Net;
using System.Text;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class ActionRoutesSpec
{
    [Theory]
    [InlineData("2020-01-01T00:00:00Z", false)]
    [InlineData("never", false)]
    [InlineData("7d", true)]
    public async Task A_veto_that_is_over_already_is_refused_and_not_said_to_hold(string until, bool taken)
    {
        var backend = new FakeBackend();
        await using var running = await RunningHost.StartAsync(backend: backend);
        Assert.True(NodeKey.TryParse("hpc", "cn0042", out var suspect));
        backend.Acted.Begin(suspect, "500", ["cn0042"], 1_800_000_000_000);
        using var body = new StringContent($$"""{"until": "{{until}}"}""", Encoding.UTF8, "application/json");
        using var answer = await running.SendAsync("POST", "/api/v1/actions/6/veto", body: body);
        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(!taken, (await answer.Content.ReadAsStringAsync()).Contains("until: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?open=true", "6,3")]
    [InlineData("?open=false", "5,4")]
    [InlineData("", "6,5,4,3")]
    public async Task What_a_human_has_to_look_at_is_not_over(string query, string expected)
    {
        var backend = new FakeBackend();
        await using var running = await RunningHost.StartAsync(backend: backend);
        Assert.True(NodeKey.TryParse("hpc", "cn0042", out var suspect));
        backend.Acted.Begin(suspect, "500", ["cn0042"], 1_800_000_000_000);
        var (_, body) = await running.JsonAsync($"/api/v1/actions{query}");
        Assert.Equal(expected, string.Join(',', body["actions"]!.AsArray().Select(a => $"{a!["id"]}")));
    }
}
