using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class JobEventsRouteSpec
{
    private const string Start = """{"event": "start", "jobId": 12, "jobName": "a", "nodes": "cn[1-3]", "time": 1769850000}""";

    [Theory]
    [InlineData(Start, 1)]
    [InlineData($"[{Start}, {Start}]", 2)]
    [InlineData($"{Start}\n{Start}\n", 2)]
    [InlineData("[]", 0)]
    public async Task Events_are_handed_on_before_the_hook_is_told_so(string body, int accepted)
    {
        await using var running = await RunningHost.StartAsync();
        var (status, answer) = await PostAsync(running, body);
        Assert.Equal(200, status);
        Assert.Equal(accepted, answer["accepted"]!.GetValue<int>());
        Assert.Equal(accepted, running.Backend.Events.Count);
        Assert.All(running.Backend.Events, e => Assert.Equal(("12", 3, 1_769_850_000_000), (e.JobId, e.NodeCount, e.StartMs)));
    }

    [Fact]
    public async Task Bad_ones_among_good_ones_are_named_and_keep_nobody_out()
    {
        await using var running = await RunningHost.StartAsync();
        var (status, answer) = await PostAsync(running, $$"""[{"jobId": "x"}, {{Start}}]""");
        Assert.Equal((200, 1), (status, answer["accepted"]!.GetValue<int>()));
        Assert.Equal(0, answer["rejected"]![0]!["index"]!.GetValue<int>());
        Assert.StartsWith("jobId", answer["rejected"]![0]!["error"]!.GetValue<string>());
        var text = await running.TextAsync("/metrics");
        Assert.Contains("tocsin_job_events_accepted_total 1\n", text);
        Assert.Contains("tocsin_job_events_rejected_total 1\n", text);
    }

    [Theory]
    [InlineData("", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("""{"jobId": 12, "nodes": "cn[1-", "time": 1769850000, "event": "start"}""", "application/json", 400)]
    [InlineData("""{"jobId": 12, "nodes": "cn1", "start": 99999999999}""", "application/json", 400)]
    [InlineData(Start, "text/plain", 415)]
    public async Task What_is_no_event_is_not_to_be_sent_again(string body, string type, int expected)
    {
        await using var running = await RunningHost.StartAsync();
        var (status, answer) = await PostAsync(running, body, type);
        Assert.Equal(expected, status);
        Assert.NotEqual("", answer["detail"]!.GetValue<string>());
        Assert.Empty(running.Backend.Events);
    }

    [Fact]
    public async Task A_body_beyond_4_MiB_is_refused()
    {
        await using var running = await RunningHost.StartAsync();
        Assert.Equal(413, (await PostAsync(running, new string(' ', (4 << 20) + 1))).Status);
    }

    [Fact]
    public async Task While_the_log_takes_nothing_the_hook_is_asked_to_come_again()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Answer = _ => ValueTask.FromResult<AppendResult>(new Unavailable("disk full"));
        var (status, answer) = await PostAsync(running, Start);
        Assert.Equal((503, "disk full"), (status, answer["detail"]!.GetValue<string>()));
        running.Backend.Answer = _ => ValueTask.FromResult<AppendResult>(new Overloaded(TimeSpan.FromSeconds(1)));
        Assert.Equal(503, (await PostAsync(running, Start)).Status);
        running.Backend.Answer = _ => ValueTask.FromResult(AppendResult.Done);
        Assert.Equal(200, (await PostAsync(running, Start)).Status);
    }

    private static async Task<(int Status, JsonNode Answer)> PostAsync(RunningHost running, string body, string type = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await running.SendAsync("POST", "/api/v1/jobs/events", null, content);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
