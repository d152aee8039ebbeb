using System.Net;
using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class HistoryRoutesSpec
{
    private const long Start = 1_769_850_000_000;

    [Fact]
    public async Task Runs_are_asked_for_by_time_and_job_and_shown()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Events.AddRange([Run("7"), Run("8"), Run("9")]);
        var (status, body) = await running.JsonAsync("/api/v1/jobs?from=1769850000&until=2026-02-01T00:00:00Z&job=7&limit=2&after=9@1769850000000");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(new JobQuery(Start, 1_769_904_000_000, "7", new JobKey("9", Start), 3), running.Backend.AskedJobs);
        Assert.Equal(["7", "8"], body["jobs"]!.AsArray().Select(j => j!["job_id"]!.GetValue<string>()));
        Assert.Equal("8@1769850000000", body["next"]!.GetValue<string>());
        Assert.Equal("timed_out", body["jobs"]![0]!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task Segments_are_asked_for_by_node_in_pages()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Segments.AddRange([Segment(1, "7"), Segment(2)]);
        var body = (await running.JsonAsync("/api/v1/segments?node=cn1&limit=1")).Body;
        Assert.Equal(new SegmentQuery(null, null, new NodeKey("hpc", "cn1"), null, 2), running.Backend.AskedSegments);
        Assert.Equal("7", body["segments"]![0]!["jobs"]![0]!["job_id"]!.GetValue<string>());
        Assert.Equal($"hpc/cn1@{Start + 1000}", body["next"]!.GetValue<string>());
        body = (await running.JsonAsync($"/api/v1/segments?node=other/cn1&limit=5&after={Uri.EscapeDataString(body["next"]!.GetValue<string>())}")).Body;
        Assert.Equal((new NodeKey("other", "cn1"), new SegmentKey(new NodeKey("hpc", "cn1"), Start + 1000)), (running.Backend.AskedSegments!.Node, running.Backend.AskedSegments.After));
        Assert.Null(body["next"]);
    }

    [Theory]
    [InlineData("/api/v1/jobs?after=7")]
    [InlineData("/api/v1/jobs?after=7@x")]
    [InlineData("/api/v1/jobs?node=cn1")]
    [InlineData("/api/v1/segments?node=../x")]
    [InlineData("/api/v1/segments?after=/@1")]
    public async Task Nonsense_is_told(string path)
    {
        await using var running = await RunningHost.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await running.JsonAsync(path)).Status);
    }

    internal static JobEvent Run(string id) => new()
    {
        Source = JobEventSource.Accounting,
        JobId = id,
        JobName = "<script>",
        StartMs = Start,
        State = JobState.TimedOut,
        AsOfMs = Start,
        NodeList = "cn[1-2]",
        NodeCount = 2,
    };

    internal static SegmentRow Segment(int number, params string[] jobs) =>
        new(new NodeKey("hpc", "cn1"), Start + (number * 1000), null, [.. jobs.Select(j => new JobKey(j, Start))], null, 0);
}
