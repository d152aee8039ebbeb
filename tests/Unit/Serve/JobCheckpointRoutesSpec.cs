using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Unit.Serve;

/// <summary>The routes behind a munge that tells what a test says; a credential of it is MUNGE:HEX: where HEX are the bytes of "uid payload".</summary>
public sealed class JobCheckpointRoutesSpec : IDisposable
{
    private readonly FakeCheckpointDesk _desk = new();
    private readonly ManualClock _clock = new();
    private readonly List<string> _lines = [];
    private readonly RefusalLimit _limit;
    private string? _retryAfter;

    private readonly MungeReader _reader = new(new MungeOptions("unmunge", null, TimeSpan.FromSeconds(5)), (command, _) =>
    {
        var text = Encoding.ASCII.GetString(Convert.FromHexString(command.Input.Trim()["MUNGE:".Length..^1]));
        var (uid, payload) = (text[..text.IndexOf(' ')], text[(text.IndexOf(' ') + 1)..]);
        return Task.FromResult(new CommandOutcome($"STATUS: 0\nUID: {uid}\nLENGTH: {payload.Length}\n\n{payload}", null, false) { ExitCode = 0 });
    });

    public JobCheckpointRoutesSpec() => _limit = new RefusalLimit(_clock, _lines.Add);

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task The_owner_is_answered_and_told_what_the_desk_says()
    {
        var (status, body) = await AskAsync("GET", "");
        Assert.Equal((200, true, 17L), (status, body["now"]!.GetValue<bool>(), body["action_id"]!.GetValue<long>()));
        Assert.StartsWith("2026-01-31T", body["next"]!.GetValue<string>());
        (status, body) = await AskAsync("POST", "");
        Assert.Equal((202, 17L), (status, body["action_id"]!.GetValue<long>()));
        Assert.Equal(200, (await AskAsync("POST", "/register", """{"signal": "USR1"}""")).Status);
        Assert.Equal(200, (await AskAsync("POST", "/ack", """{"action_id": 17, "outcome": "written", "seconds": 1.5}""")).Status);
        Assert.Equal(200, (await AskAsync("POST", "/ack", """{"action_id": "17", "outcome": "failed"}""")).Status);
        Assert.Equal(["advise", "ask", "register USR1", "ack 17 True 1.5", "ack 17 False 0"], _desk.Said);
    }

    [Fact]
    public async Task Another_users_job_an_unknown_one_and_a_desk_that_is_away_are_told_apart()
    {
        Assert.Equal(403, (await AskAsync("GET", "", job: "8")).Status);
        Assert.Equal(403, (await AskAsync("GET", "", uid: 0)).Status);
        Assert.Equal(404, (await AskAsync("GET", "", job: "10")).Status);
        Assert.Equal(503, (await AskAsync("GET", "", job: "9")).Status);
        Assert.Equal(404, (await AskAsync("GET", "", job: "7_1")).Status);
        _desk.Action = null;
        Assert.Equal(409, (await AskAsync("POST", "")).Status);
        Assert.Equal(409, (await AskAsync("POST", "/ack", """{"action_id": 16, "outcome": "written"}""")).Status);
    }

    [Fact]
    public async Task A_credential_is_for_its_own_method_path_job_and_body_alone()
    {
        const string path = "/api/v1/jobs/7/checkpoint/ack", body = """{"action_id": 17, "outcome": "written"}""";
        foreach (var (method, signed, text) in ((string, string, string)[])[
            ("GET", path, body), ("POST", "/api/v1/jobs/8/checkpoint/ack", body), ("POST", "/api/v1/jobs/7/checkpoint", body), ("POST", path, body.Replace("17", "18")), ("POST", path, "")])
        {
            var (status, answer) = await AskAsync("POST", "/ack", body, payload: MungeGate.Payload(method, signed, Encoding.UTF8.GetBytes(text)));
            Assert.Equal((401, "the credential was made for another request"), (status, answer["detail"]!.GetValue<string>()));
        }
        Assert.Empty(_desk.Said);
    }

    [Theory]
    [InlineData("/register", """{"signal": "KILL"}""", "signal")]
    [InlineData("/register", "{}", "signal")]
    [InlineData("/register", "not json", "JSON")]
    [InlineData("/ack", """{"outcome": "written"}""", "action_id")]
    [InlineData("/ack", """{"action_id": -1, "outcome": "written"}""", "action_id")]
    [InlineData("/ack", """{"action_id": 1, "outcome": "maybe"}""", "outcome")]
    [InlineData("/ack", """{"action_id": 1, "outcome": "written", "seconds": 1e9}""", "seconds")]
    [InlineData("/ack", """{"action_id": 1, "outcome": "written", "seconds": "NaN"}""", "seconds")]
    [InlineData("/ack", """{"action_id": 1, "outcome": "written", "more": 1}""", "more")]
    public async Task Nonsense_is_told_by_its_field_and_reaches_nobody(string more, string body, string word)
    {
        var (status, answer) = await AskAsync("POST", more, body);
        Assert.Equal(400, status);
        Assert.Contains(word, answer["detail"]!.GetValue<string>());
        Assert.Empty(_desk.Said);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer operate-token-0123456789")]
    [InlineData("Munge")]
    [InlineData("Munge x")]
    public async Task Without_a_credential_nobody_is_let_in(string? header)
    {
        var (status, _) = await SendAsync("GET", "7", "", "", header);
        Assert.Equal(401, status);
        Assert.Empty(_desk.Said);
    }

    [Theory]
    [InlineData("GET", "", "")]
    [InlineData("POST", "", "")]
    [InlineData("POST", "/register", "{\"signal\": \"USR1\"}")]
    [InlineData("POST", "/ack", "{\"action_id\": 17, \"outcome\": \"written\"}")]
    public async Task After_ten_refusals_within_a_minute_a_job_is_told_to_come_later_and_nobody_is_asked(string method, string more, string body)
    {
        for (var i = 0; i < 10; i++)
            Assert.Equal(403, (await AskAsync(method, more, body, job: "8")).Status);
        var (status, answer) = await AskAsync(method, more, body, job: "8");
        Assert.Equal((429, "too_many_requests", "6"), (status, answer["error"]!.GetValue<string>(), _retryAfter));
        Assert.Equal(10, _desk.Said.Count);
        // Neither the same user's other job nor the owner of this one is held up by it.
        Assert.InRange((await AskAsync(method, more, body)).Status, 200, 202);
        Assert.Equal(403, (await AskAsync(method, more, body, job: "8", uid: 1001)).Status);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(403, (await AskAsync(method, more, body, job: "8")).Status);
        Assert.Equal(429, (await AskAsync(method, more, body, job: "8")).Status);
        Assert.Single(_lines);
    }

    [Fact]
    public async Task What_succeeds_or_finds_nobody_there_counts_for_nothing()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(200, (await AskAsync("POST", "/ack", """{"action_id": 17, "outcome": "written"}""")).Status);
            Assert.Equal(503, (await AskAsync("GET", "", job: "9")).Status);
        }
        Assert.Equal((0, 0), (_limit.Users, _lines.Count));
    }

    [Fact]
    public async Task Where_munge_is_off_nobody_is_listened_to()
    {
        await using var running = await RunningHost.StartAsync();
        using var response = await running.SendAsync("GET", "/api/v1/jobs/7/checkpoint");
        Assert.Equal(503, (int)response.StatusCode);
    }

    private Task<(int Status, JsonNode Body)> AskAsync(string method, string more, string body = "", string job = "7", uint uid = 1000, string? payload = null)
    {
        payload ??= MungeGate.Payload(method, $"/api/v1/jobs/{job}/checkpoint{more}", Encoding.UTF8.GetBytes(body));
        return SendAsync(method, job, more, body, $"Munge MUNGE:{Convert.ToHexString(Encoding.ASCII.GetBytes($"{uid} {payload}"))}:");
    }

    private async Task<(int Status, JsonNode Body)> SendAsync(string method, string job, string more, string body, string? header)
    {
        var route = new JobCheckpointRoutes(_desk, new MungeGate(_reader), _limit).All().Single(r => r.Method == method && r.Path == $"/api/v1/jobs/{{id}}/checkpoint{more}");
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path) = (method, route.Path.Replace("{id}", job));
        context.SetEndpoint(new RouteEndpoint(route.Handle, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse(route.Path), 0, null, null));
        context.Request.RouteValues["id"] = job;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Response.Body = new MemoryStream();
        if (header is not null)
            context.Request.Headers.Authorization = header;
        await route.Handle(context);
        context.Response.Body.Position = 0;
        _retryAfter = context.Response.Headers.RetryAfter;
        return (context.Response.StatusCode, JsonNode.Parse(context.Response.Body)!);
    }
}
