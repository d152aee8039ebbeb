using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Serve;

/// <summary>The daemon as those who send to it see it.</summary>
public sealed class SenderSpec
{
    [Fact]
    public async Task Samples_and_job_events_are_taken_and_counted_and_a_restart_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        try
        {
            for (var start = 0; start < 2; start++)
            {
                await using var serve = await ServeProcess.StartAsync(folder: folder);
                var encoder = new RemoteWriteEncoder();
                var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                for (var node = 0; node < 50; node++)
                    encoder.Add($"cn{node:00}:9100", new SeriesId("node_load1", []), now, node);
                Assert.Equal((204, ""), await serve.PostAsync("/api/v1/write", encoder.Take(), "application/x-protobuf", "snappy"));
                var (status, body) = await serve.PostAsync("/api/v1/jobs/events", Encoding.UTF8.GetBytes("""{"event": "start", "jobId": 7, "nodes": "cn[00-49]", "time": 1769850000}"""), "application/json");
                Assert.Equal((200, 1), (status, JsonNode.Parse(body)!["accepted"]!.GetValue<int>()));
                var metrics = (await serve.GetAsync("/metrics")).Body;
                Assert.Contains("tocsin_samples_accepted_total{source=\"remote_write\"} 50\n", metrics);
                Assert.Contains($"tocsin_shard_epoch{{shard=\"0\",topic=\"tocsin.findings\"}} {start + 1}\n", metrics);
                Assert.Equal(0, await serve.StopAsync());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_disk_that_is_full_is_answered_503_and_told_by_the_probe()
    {
        await using var serve = await ServeProcess.StartAsync("log: {partitions: 1, segment_size: 64KiB, keep_size: 128KiB, max_record: 64KiB, max_waiting: 64KiB}");
        var encoder = new RemoteWriteEncoder();
        var status = 204;
        for (var i = 0; i < 200 && status == 204; i++)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            for (var node = 0; node < 50; node++)
                encoder.Add($"cn{node:00}:9100", new SeriesId("node_load1", []), now, i);
            (status, _) = await serve.PostAsync("/api/v1/write", encoder.Take(), "application/x-protobuf", "snappy");
        }
        Assert.Equal(503, status);
        var (ready, body) = await serve.GetAsync("/-/ready");
        Assert.Equal(503, ready);
        var log = JsonNode.Parse(body)!["checks"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == "log")!;
        Assert.False(log["ok"]!.GetValue<bool>());
        Assert.Contains("refused since", log["detail"]!.GetValue<string>());
        Assert.Equal(200, (await serve.GetAsync("/-/healthy")).Status);
        Assert.Equal(0, await serve.StopAsync());
    }

    [Fact]
    public async Task A_log_made_with_other_partitions_is_refused_in_one_line()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        try
        {
            await using (var serve = await ServeProcess.StartAsync("log: {partitions: 2}", folder))
                Assert.Equal(0, await serve.StopAsync());
            var result = await TocsinProcess.RunAsync("serve", "--config", Path.Combine(folder, "tocsin.yaml"), "--set", "log.partitions=3");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("partitions", Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
