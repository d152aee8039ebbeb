using System.Net;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class DecisionRoutesSpec
{
    [Fact]
    public async Task Of_many_jobs_those_at_risk_come_first_and_all_are_counted()
    {
        var backend = new FakeBackend();
        await using var running = await RunningHost.StartAsync(backend: backend);
        Assert.True(NodeKey.TryParse("hpc", "cn0042", out var suspect));
        backend.Acted.Begin(suspect, "500", ["cn0042"], 1_800_000_000_000);
        backend.Acted.AlsoRuns(300, "500");
        var (status, body) = await running.JsonAsync("/api/v1/decisions");
        Assert.Equal((HttpStatusCode.OK, 200, 301), (status, body["jobs"]!.AsArray().Count, (int)body["jobs_total"]!));
        // 500 has a suspect; of the others 10299 fails most often.
        Assert.Equal(["500", "10299", "10298"], body["jobs"]!.AsArray().Take(3).Select(j => j!["job"]!.GetValue<string>()));
        Assert.Equal(3, (await running.JsonAsync("/api/v1/decisions?jobs=3")).Body["jobs"]!.AsArray().Count);
        Assert.Equal(1, (int)(await running.JsonAsync("/api/v1/decisions?jobs=3&job=10001")).Body["jobs_total"]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await running.JsonAsync("/api/v1/decisions?jobs=1001")).Status);
    }
}
