using System.Net;
using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Serve;

public sealed class ReportRouteSpec
{
    [Fact]
    public async Task A_report_is_JSON_text_or_a_page()
    {
        await using var running = await StartAsync();
        var (status, body) = await running.JsonAsync("/api/v1/jobs/7/report", RunningHost.ReadToken);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("node", "The node: cn1: node fault likely, 5 min before the end; the job's other node shows nothing of it."), (body["blame"]!.GetValue<string>(), body["sentence"]!.GetValue<string>()));
        Assert.Equal(1, body["runs"]![0]!["watched"]!.GetValue<double>());
        Assert.Equal("c1-1", body["runs"]![0]!["nodes"]![0]!["alerts"]![0]!.GetValue<string>());
        foreach (var (format, type) in new[] { ("text", "text/plain"), ("html", "text/html") })
        {
            using var answer = await running.SendAsync("GET", $"/api/v1/jobs/7/report?format={format}", RunningHost.ReadToken);
            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains("The node: cn1: node fault likely", await answer.Content.ReadAsStringAsync());
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await running.JsonAsync("/api/v1/jobs/7/report?format=pdf", RunningHost.ReadToken)).Status);
    }

    [Fact]
    public async Task A_token_of_a_users_sees_that_users_jobs_alone_and_nothing_else()
    {
        await using var running = await StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await running.JsonAsync("/api/v1/jobs/9/report", RunningHost.ReadToken)).Status);
        var (status, own) = await running.JsonAsync("/api/v1/jobs/7/report", RunningHost.MirasToken);
        Assert.Equal(HttpStatusCode.OK, status);
        // What an alert says of other jobs on the node is none of hers.
        Assert.Equal("cn1: node fault likely.", own["runs"]![0]!["alerts"]![0]!["evidence"]!.GetValue<string>());
        Assert.Equal((HttpStatusCode.NotFound, "no job '8' is known of yours"), (await running.JsonAsync("/api/v1/jobs/8/report", RunningHost.MirasToken)) is var (none, why) ? (none, why["detail"]!.GetValue<string>()) : default);
        foreach (var other in (string[])["/api/v1/alerts", "/api/v1/jobs", "/api/v1/nodes", "/api/v1/verdicts", "/metrics", "/api/v1/alerts/stream"])
            Assert.Equal(HttpStatusCode.Forbidden, (await running.JsonAsync(other, RunningHost.MirasToken)).Status);
    }

    private static async Task<RunningHost> StartAsync()
    {
        var running = await RunningHost.StartAsync(tokens: true);
        const long Start = Scene.StartMs, End = Start + 600_000;
        foreach (var (id, user) in new[] { ("7", "mira"), ("8", "otto") })
        {
            running.Backend.Events.Add(new JobEvent
            {
                Source = JobEventSource.Accounting,
                JobId = id,
                User = user,
                StartMs = Start,
                EndMs = End,
                State = JobState.Failed,
                AsOfMs = End,
                NodeList = "cn[1-2]",
                NodeCount = 2,
            });
        }
        running.Backend.Segments.Add(new SegmentRow(new NodeKey("hpc", "cn1"), Start - 1000, null, [new JobKey("7", Start)], 2, 1));
        running.Backend.Stored.Add(Told.Alert(1, node: "cn1") with { SinceMs = End - 300_000, RaisedMs = End - 300_000, Evidence = "cn1: node fault likely. Job 6: the other 3 nodes normal." });
        return running;
    }
}
