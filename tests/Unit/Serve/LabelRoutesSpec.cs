using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class LabelRoutesSpec
{
    private const string Fault = """{"node": "cn1", "from": "2026-01-31T14:02:15Z", "until": "2026-01-31T14:20:00Z", "label": "fault", "fault": "memory", "note": "=HYPERLINK(\"x\"), \"a DIMM\""}""";

    [Fact]
    public async Task A_label_is_kept_with_the_name_of_the_token_and_exported_and_undone()
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        var (status, body) = await Send(running, HttpMethod.Post, "/api/v1/labels", Fault, RunningHost.OperateToken);
        Assert.True(status == HttpStatusCode.OK, body);
        var label = JsonNode.Parse(body)!;
        Assert.Equal((1, "memory"), (label["id"]!.GetValue<int>(), label["fault"]!.GetValue<string>()));
        Assert.StartsWith("token-", label["who"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await Send(running, HttpMethod.Post, "/api/v1/labels", Fault.Replace("\"fault\": \"memory\", ", "").Replace("\"label\": \"fault\"", "\"label\": \"normal\""), RunningHost.OperateToken)).Status);

        var (_, csv) = await Send(running, HttpMethod.Get, "/api/v1/labels?format=csv", null, RunningHost.ReadToken);
        var lines = csv.Split("\r\n");
        Assert.Equal("id,cluster,node,from,until,label,fault,who,note,given", lines[0]);
        // A sheet must not take a note for a formula.
        Assert.StartsWith("1,hpc,cn1,2026-01-31T14:02:15.000Z,2026-01-31T14:20:00.000Z,fault,memory,token-", lines[1]);
        Assert.Contains(",\"'=HYPERLINK(\"\"x\"\"), \"\"a DIMM\"\"\",", lines[1]);
        Assert.Contains(",normal,,", lines[2]);
        Assert.Equal(4, lines.Length);

        Assert.Equal(HttpStatusCode.OK, (await Send(running, HttpMethod.Delete, "/api/v1/labels/1", null, RunningHost.OperateToken)).Status);
        var left = JsonNode.Parse((await Send(running, HttpMethod.Get, "/api/v1/labels", null, RunningHost.ReadToken)).Body)!["labels"]!.AsArray();
        Assert.Null(Assert.Single(left)!["fault"]);
    }

    [Fact]
    public async Task Who_may_only_read_marks_nothing_and_nobody_marks_nonsense()
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(running, HttpMethod.Post, "/api/v1/labels", Fault, RunningHost.ReadToken)).Status);
        foreach (var (wrong, right) in new[]
        {
            ("2026-01-31T14:20:00Z", "2026-01-31T13:20:00Z"), ("2026-01-31T14:20:00Z", "2026-09-31T14:20:00Z"), ("\"memory\"", "\"gremlins\""), ("\"fault\", \"fault\"", "\"normal\", \"fault\""), ("\"cn1\"", "\"../cn1\""), ("note", "nota"),
        })
        {
            var (status, body) = await Send(running, HttpMethod.Post, "/api/v1/labels", Fault.Replace(wrong, right), RunningHost.OperateToken);
            Assert.True(status == HttpStatusCode.BadRequest, $"{right}: {status} {body}");
        }
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Send(running, HttpMethod.Post, "/api/v1/labels", Fault, RunningHost.OperateToken, "text/plain")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(running, HttpMethod.Delete, "/api/v1/labels/7", null, RunningHost.OperateToken)).Status);
    }

    [Fact]
    public async Task Detectors_suggest_where_the_score_was_over_its_threshold_and_where_a_metric_was_far_off()
    {
        await using var running = await RunningHost.StartAsync("cadence: 15s");
        running.Host.Nodes.Publish(0, [NodeDirectorySpec.View("cn1")]);
        var key = new NodeKey("hpc", "cn1");
        const long start = 1_769_850_000_000;
        for (var t = 0; t < 100; t++)
        {
            running.Host.Nodes.Scores.Keep(key, start + (t * 15_000), t is >= 20 and < 30 ? 9 : t == 50 ? 20 : 1, 6);
            running.Host.Nodes.Frames.Keep(key, start + (t * 15_000), 0.01f * (t % 3), t is >= 22 and < 28 ? 4 : 0, t is >= 70 and < 75 ? -3 : 0);
        }
        var found = (await running.JsonAsync("/api/v1/nodes/cn1/suggestions")).Body["suggestions"]!.AsArray();
        Assert.Equal(2, found.Count);
        Assert.Equal(("score", "2026-01-31T09:05:00.000Z", "2026-01-31T09:07:30.000Z", 1.5), (found[0]!["by"]!.GetValue<string>(), found[0]!["from"]!.GetValue<string>(), found[0]!["until"]!.GetValue<string>(), found[0]!["peak"]!.GetValue<double>()));
        Assert.Equal(("k-sigma", "page_faults_major"), (found[1]!["by"]!.GetValue<string>(), found[1]!["metric"]!.GetValue<string>()));
    }

    private static async Task<(HttpStatusCode Status, string Body)> Send(RunningHost running, HttpMethod method, string path, string? body, string token, string type = "application/json")
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(120) };
        using var request = new HttpRequestMessage(method, new Uri(running.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
