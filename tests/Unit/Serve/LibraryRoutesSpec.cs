using System.Net;
using System.Text.Json.Nodes;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Serve;

public sealed class LibraryRoutesSpec
{
    [Fact]
    public async Task Versions_are_listed_with_the_one_that_is_scored_by()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Desk.Active = (1, SmallRecording.Library.Value);
        running.Backend.Desk.Rows.AddRange([new LibraryRow(1, "/nowhere/1", 1_769_850_000_000), new LibraryRow(2, "/nowhere/2", null)]);
        var body = (await running.JsonAsync("/api/v1/libraries")).Body;
        Assert.Equal(1, body["active"]!.GetValue<long>());
        Assert.Equal(["true 2026-01-31T09:00:00.000Z", "false "], body["libraries"]!.AsArray().Select(l => $"{l!["active"]} {l["activated"]}"));
    }

    [Theory]
    [InlineData("/api/v1/libraries/2/activate", "activate 2")]
    [InlineData("/api/v1/patterns/7/accept", "accept 7")]
    public async Task Only_an_operator_changes_what_is_scored_by(string path, string asked)
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        foreach (var token in (string?[])[null, RunningHost.ReadToken, RunningHost.IngestToken])
        {
            using var refused = await running.SendAsync("POST", path, token);
            Assert.Equal(token is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, refused.StatusCode);
        }
        Assert.Empty(running.Backend.Desk.Asked);
        using var done = await running.SendAsync("POST", path, RunningHost.OperateToken);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(2, JsonNode.Parse(await done.Content.ReadAsStringAsync())!["library_version"]!.GetValue<long>());
        Assert.Equal([asked], running.Backend.Desk.Asked);
    }

    [Theory]
    [InlineData("/api/v1/libraries/2/activate")]
    [InlineData("/api/v1/patterns/7/accept")]
    public async Task A_page_of_another_origin_changes_nothing(string path)
    {
        await using var running = await RunningHost.StartAsync();
        using var client = new HttpClient();
        foreach (var (origin, status) in ((string, HttpStatusCode)[])[("https://evil.example.org", HttpStatusCode.Forbidden), ("null", HttpStatusCode.Forbidden), (running.Address.GetLeftPart(UriPartial.Authority), HttpStatusCode.OK)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(running.Address, path));
            request.Headers.Add("Origin", origin);
            using var response = await client.SendAsync(request);
            Assert.Equal(status, response.StatusCode);
        }
        Assert.Single(running.Backend.Desk.Asked);
    }

    [Theory]
    [InlineData("/api/v1/libraries/x/activate", 400)]
    [InlineData("/api/v1/patterns/-1/accept", 400)]
    [InlineData("/api/v1/libraries/9/activate", 404)]
    public async Task What_cannot_be_done_is_answered_with_the_reason(string path, int status)
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Desk.Answer = new DeskAnswer(404, 1, "there is none");
        using var response = await running.SendAsync("POST", path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.NotEmpty(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>());
    }
}
