using System.Net;
using System.Text.Json.Nodes;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Serve;

public sealed class AlertRoutesSpec
{
    [Theory]
    [InlineData("", "5,4,3,2,1")]
    [InlineData("node=b", "4")]
    [InlineData("kind=disk", "3")]
    [InlineData("job=8", "2")]
    [InlineData("severity=critical", "1")]
    [InlineData("open=false", "5")]
    [InlineData("open=true&kind=memory&severity=warning", "4,2,1")]
    public async Task Alerts_are_found_by_node_job_kind_and_severity(string query, string numbers)
    {
        await using var running = await RunningHost.StartAsync();
        Fill(running);
        Assert.Equal(numbers, string.Join(',', Numbers((await running.JsonAsync($"/api/v1/alerts?{query}")).Body)));
    }

    [Fact]
    public async Task From_and_until_ask_for_what_was_open_in_between()
    {
        await using var running = await RunningHost.StartAsync();
        Fill(running);
        var cleared = DateTimeOffset.FromUnixTimeMilliseconds(running.Backend.Stored[4].ClearedMs!.Value);
        var after = Uri.EscapeDataString(cleared.AddSeconds(1).ToString("yyyy-MM-ddTHH:mm:ssZ"));
        Assert.Equal([4, 3, 2, 1], Numbers((await running.JsonAsync($"/api/v1/alerts?from={after}")).Body));
        Assert.Equal([5, 4, 3, 2, 1], Numbers((await running.JsonAsync($"/api/v1/alerts?from={cleared.ToUnixTimeSeconds()}")).Body));
        Assert.Empty(Numbers((await running.JsonAsync($"/api/v1/alerts?until={Scene.StartMs / 1000}")).Body));
    }

    [Fact]
    public async Task Pages_follow_each_other_to_the_last()
    {
        await using var running = await RunningHost.StartAsync();
        Fill(running);
        var first = (await running.JsonAsync("/api/v1/alerts?limit=3")).Body;
        var second = (await running.JsonAsync($"/api/v1/alerts?limit=3&before={first["next"]}")).Body;
        Assert.Equal([5, 4, 3], Numbers(first));
        Assert.Equal([2, 1], Numbers(second));
        Assert.Null(second["next"]);
    }

    [Theory]
    [InlineData("from=yesterday")]
    [InlineData("kind=bad")]
    [InlineData("kind=1")]
    [InlineData("limit=1001")]
    [InlineData("limit=-1")]
    [InlineData("before=x")]
    [InlineData("open=1")]
    [InlineData("nodes=a")]
    public async Task Nonsense_is_told(string query)
    {
        await using var running = await RunningHost.StartAsync();
        var (status, body) = await running.JsonAsync($"/api/v1/alerts?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(query.Split('=')[0], body["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_alert_is_found_by_its_id()
    {
        await using var running = await RunningHost.StartAsync();
        Fill(running);
        Assert.Equal("b", (await running.JsonAsync("/api/v1/alerts/c1-4")).Body["labels"]!["node"]!.GetValue<string>());
        foreach (var none in new[] { "c1-99", "c1", "x", "c1-99999999999999999999" })
            Assert.Equal(HttpStatusCode.NotFound, (await running.JsonAsync($"/api/v1/alerts/{none}")).Status);
    }

    [Fact]
    public async Task While_the_store_is_away_that_is_the_answer()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.StoreTrouble = "the database does not answer";
        var (status, body) = await running.JsonAsync("/api/v1/alerts");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the database does not answer"), (status, body["detail"]!.GetValue<string>()));
    }

    [Fact]
    public async Task As_a_table_an_alert_ends_with_what_the_fault_model_expects()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Stored.AddRange([Told.Alert(1), Told.Alert(2) with { Forecast = new AlertForecast("a", ForecastClass.Ram, 0.83f, 4, Scene.StartMs) }]);
        var rows = (await running.TextAsync("/api/v1/alerts?format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith(",summary,evidence,fault_class,fault_probability,fault_node,fault_model,fault_said", rows[0]);
        Assert.EndsWith(",ram,0.83,a,4,2026-11-21T14:02:00.000Z", rows[1]);
        Assert.EndsWith(",unclassified,,,,", rows[2]);
    }

    private static void Fill(RunningHost running) => running.Backend.Stored.AddRange(
    [
        Told.Alert(1, severity: Severity.Critical),
        Told.Alert(2) with { Job = new Tocsin.Shared.JobKey("8", Scene.StartMs) },
        Told.Alert(3, kind: FaultKind.Disk),
        Told.Alert(4, node: "b"),
        Told.Cleared(5, 2).Alert,
    ]);

    private static IEnumerable<int> Numbers(JsonNode page) =>
        page["alerts"]!.AsArray().Select(a => int.Parse(a!["id"]!.GetValue<string>().Split('-')[^1]));
}
