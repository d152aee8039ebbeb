using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Serve;

public sealed class VerdictRoutesSpec
{
    [Fact]
    public async Task A_preview_says_what_it_would_remove_and_changes_nothing()
    {
        await using var running = await StartAsync();
        var (status, body) = await GiveAsync(running, "c1-1", """{"verdict": "false", "scope": "site"}""", "?preview=true");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((2, 2, 0), ((int)body["preview"]!["removes"]!, (int)body["preview"]!["seen"]!, (int)body["preview"]!["hides_faults"]!));
        Assert.Equal("removes 2 of 2 alerts of the last 7 days (2 open), hides 0 confirmed faults", body["preview"]!["summary"]!.GetValue<string>());
        Assert.Null(body["verdict"]!["id"]);
        Assert.Empty((await running.JsonAsync("/api/v1/verdicts", RunningHost.ReadToken)).Body["verdicts"]!.AsArray());
        Assert.Empty(running.Backend.Judged.Logged);
    }

    [Fact]
    public async Task A_verdict_is_listed_with_who_when_and_why_shown_with_its_alert_and_undone_once()
    {
        await using var running = await StartAsync();
        var (_, given) = await GiveAsync(running, "c1-1", """{"verdict": "false", "until": "7d", "note": "a <b>known</b> leak"}""");
        Assert.Equal(1, (int)given["verdict"]!["id"]!);
        Assert.True(given["verdict"]!["in_force"]!.GetValue<bool>());
        Assert.StartsWith("token-", given["verdict"]!["who"]!.GetValue<string>());
        Assert.Equal(1, (int)given["preview"]!["removes"]!);
        var listed = (await running.JsonAsync("/api/v1/verdicts?alert=c1-1&stands=true&verdict=false", RunningHost.ReadToken)).Body["verdicts"]!.AsArray();
        Assert.Equal("a <b>known</b> leak", Assert.Single(listed)!["note"]!.GetValue<string>());
        var alert = (await running.JsonAsync("/api/v1/alerts/c1-1", RunningHost.ReadToken)).Body;
        Assert.Equal(("false", 1), (alert["verdict"]!["verdict"]!.GetValue<string>(), (int)alert["verdict"]!["id"]!));
        var all = (await running.JsonAsync("/api/v1/alerts", RunningHost.ReadToken)).Body["alerts"]!.AsArray();
        Assert.Equal([false, true], all.Select(a => a!["verdict"] is not null));

        // The same again is the one that stands; another word on the same alert is not.
        Assert.Equal(1, (int)(await GiveAsync(running, "c1-1", """{"verdict": "false"}""")).Body["verdict"]!["id"]! - 1);
        Assert.Equal(HttpStatusCode.Conflict, (await GiveAsync(running, "c1-1", """{"verdict": "fault"}""")).Status);

        using (var undone = await running.SendAsync("DELETE", "/api/v1/verdicts/1", RunningHost.OperateToken))
            Assert.False(JsonNode.Parse(await undone.Content.ReadAsStringAsync())!["verdict"]!["stands"]!.GetValue<bool>());
        using (var again = await running.SendAsync("DELETE", "/api/v1/verdicts/1", RunningHost.OperateToken))
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal([(1L, false), (2L, false), (1L, true)], running.Backend.Judged.Logged.Select(v => (v.Number, v.UndoneMs is not null)));
        using var none = await running.SendAsync("DELETE", "/api/v1/verdicts/99", RunningHost.OperateToken);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task What_would_hide_a_confirmed_fault_is_refused()
    {
        await using var running = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await GiveAsync(running, "c1-2", """{"verdict": "fault"}""")).Status);
        var (_, preview) = await GiveAsync(running, "c1-1", """{"verdict": "false", "scope": "site"}""", "?preview=true");
        Assert.Equal((1, 1), ((int)preview["preview"]!["removes"]!, (int)preview["preview"]!["hides_faults"]!));
        var (status, body) = await GiveAsync(running, "c1-1", """{"verdict": "false", "scope": "site"}""");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("it would hide 1 confirmed faults, the first of them alert c1-2 (verdict 1)", body["detail"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await GiveAsync(running, "c1-1", """{"verdict": "false"}""")).Status);
    }

    [Fact]
    public async Task A_log_that_does_not_take_it_is_told_later()
    {
        await using var running = await StartAsync();
        running.Backend.Judged.LogTrouble = "disk full";
        var (status, body) = await GiveAsync(running, "c1-1", """{"verdict": "false"}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("disk full", body["detail"]!.GetValue<string>());
        var listed = (await running.JsonAsync("/api/v1/verdicts", RunningHost.ReadToken)).Body["verdicts"]![0]!;
        Assert.False(listed["in_force"]!.GetValue<bool>());
        running.Backend.Judged.LogTrouble = null;
        using var stop = new CancellationTokenSource();
        var telling = running.Backend.Judged.Desk.RunAsync(stop.Token);
        while (running.Backend.Judged.Store.Verdict(1)!.Told == false)
            await Task.Yield();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => telling);
        Assert.Equal(1, Assert.Single(running.Backend.Judged.Logged).Number);
    }

    [Theory]
    [InlineData("c1-1", "[]", 400)]
    [InlineData("c1-1", "{", 400)]
    [InlineData("c1-1", """{"scope": "node"}""", 400)]
    [InlineData("c1-1", """{"verdict": "wrong"}""", 400)]
    [InlineData("c1-1", """{"verdict": "false", "scope": "rack"}""", 400)]
    [InlineData("c1-1", """{"verdict": "false", "until": "yesterday"}""", 400)]
    [InlineData("c1-1", """{"verdict": "false", "until": "2020-01-01T00:00:00Z"}""", 400)]
    [InlineData("c1-1", """{"verdict": "false", "scope": "pattern"}""", 400)]
    [InlineData("c1-1", """{"verdict": "false", "level": 1}""", 400)]
    [InlineData("c1-1", """{"verdict": true}""", 400)]
    [InlineData("c1-9", """{"verdict": "false"}""", 404)]
    [InlineData("c1", """{"verdict": "false"}""", 404)]
    public async Task Nonsense_is_told(string alert, string words, int expected)
    {
        await using var running = await StartAsync();
        var (status, body) = await GiveAsync(running, alert, words);
        Assert.Equal(expected, (int)status);
        Assert.NotEmpty(body["detail"]!.GetValue<string>());
        Assert.Empty(running.Backend.Judged.Logged);
    }

    [Fact]
    public async Task It_takes_the_role_operate_JSON_and_no_page_of_another_origin()
    {
        await using var running = await StartAsync();
        const string Path = "/api/v1/alerts/c1-1/verdict", Words = """{"verdict": "false"}""";
        using (var read = await running.SendAsync("POST", Path, RunningHost.ReadToken, Json(Words)))
            Assert.Equal(HttpStatusCode.Forbidden, read.StatusCode);
        using (var text = await running.SendAsync("POST", Path, RunningHost.OperateToken, new StringContent(Words)))
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        using (var undo = await running.SendAsync("DELETE", "/api/v1/verdicts/1", RunningHost.ReadToken))
            Assert.Equal(HttpStatusCode.Forbidden, undo.StatusCode);
        using var large = await running.SendAsync("POST", Path, RunningHost.OperateToken, Json($$"""{"verdict": "false", "note": "{{new string('x', 20_000)}}"}"""));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    private static async Task<RunningHost> StartAsync()
    {
        var running = await RunningHost.StartAsync(tokens: true);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Alert[] alerts = [.. ((string[])["a", "b"]).Select((n, i) => Told.Alert(i + 1, node: n) with { Score = 6, Threshold = 4, SinceMs = now, RaisedMs = now, UpdatedMs = now })];
        running.Backend.Judged.Keep(alerts);
        running.Backend.Stored.AddRange(alerts);
        return running;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<(HttpStatusCode Status, JsonNode Body)> GiveAsync(RunningHost running, string alert, string words, string query = "")
    {
        using var response = await running.SendAsync("POST", $"/api/v1/alerts/{alert}/verdict{query}", RunningHost.OperateToken, Json(words));
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
