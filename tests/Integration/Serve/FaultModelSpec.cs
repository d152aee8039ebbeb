using System.Text;
using System.Text.Json.Nodes;

namespace Tocsin.Integration.Serve;

/// <summary>The fault model in the running daemon: what it keeps is there after a kill, it says why it does not serve, and alerts are unclassified until it does.</summary>
public sealed class FaultModelSpec
{
    private const string Settings = "cadence: 1s\nlog: {partitions: 2}\nfault_model: {interval: 1s, settle: 8s}";

    [Fact]
    public async Task Labels_and_intervals_outlive_a_kill_and_a_model_that_is_not_there_is_said_and_not_gone_back_to()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        try
        {
            int kept;
            await using (var serve = await ServeProcess.StartAsync(Settings, folder))
            {
                var feed = new LiveFeed(serve);
                await feed.RunAsync("idle", 30);
                await MarkAsync(serve, "cn0", feed.Now - 20);
                await serve.WaitAsync(async () => await OperatorsAsync(serve) == 1, "the label did not come to the model");
                await serve.WaitAsync(async () => (await ModelAsync(serve))["intervals_kept"]!.GetValue<int>() >= 3, "no intervals were kept");
                var model = await ModelAsync(serve);
                Assert.False(model["serving"]!.GetValue<bool>());
                Assert.False(model["may_act"]!.GetValue<bool>());
                Assert.StartsWith("too few labels: ", model["why"]!.GetValue<string>(), StringComparison.Ordinal);
                Assert.Equal(409, (await serve.PostAsync("/api/v1/model/rollback", [], "application/json")).Status);
                kept = (await ModelAsync(serve))["intervals_kept"]!.GetValue<int>();
                await serve.SignalAsync("KILL");
                await serve.Process.WaitForExitAsync();
            }
            await using (var serve = await ServeProcess.StartAsync(Settings, folder))
            {
                await serve.WaitAsync(async () => (await ModelAsync(serve))["intervals_kept"]!.GetValue<int>() > kept, "what was kept is gone");
                Assert.Equal(1, await OperatorsAsync(serve));
                Assert.Contains("tocsin_fault_labels{class=\"ram\",origin=\"operator\"} 1\n", Sorted((await serve.GetAsync("/metrics")).Body), StringComparison.Ordinal);
                var told = await TocsinProcess.RunAsync("model", "--url", serve.Address.ToString());
                Assert.True(told.ExitCode == 0, told.Error);
                Assert.Contains("no model serves: too few labels", told.Output, StringComparison.Ordinal);
                var back = await TocsinProcess.RunAsync("model", "--rollback", "--url", serve.Address.ToString());
                Assert.Equal(1, back.ExitCode);
                Assert.Contains("there is no earlier version", back.Error, StringComparison.Ordinal);
                Assert.Equal(0, await serve.StopAsync());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Labels stand in the order in which they were given; here they are put in that of their names.</summary>
    private static string Sorted(string metrics) => metrics.Replace("tocsin_fault_labels{origin=\"operator\",class=\"ram\"}", "tocsin_fault_labels{class=\"ram\",origin=\"operator\"}", StringComparison.Ordinal);

    private static Task<JsonNode> ModelAsync(ServeProcess serve) => serve.JsonAsync("/api/v1/model");

    private static async Task<int> OperatorsAsync(ServeProcess serve) =>
        (await ModelAsync(serve))["labels"]!.AsArray().Where(l => l!["origin"]!.GetValue<string>() == "operator" && l["class"]!.GetValue<string>() == "ram").Sum(l => l!["faults"]!.GetValue<int>());

    private static async Task MarkAsync(ServeProcess serve, string node, long from)
    {
        var body = new JsonObject { ["node"] = node, ["from"] = $"{from}", ["until"] = $"{from + 10}", ["label"] = "fault", ["fault"] = "memory", ["note"] = "a test" };
        var (status, said) = await serve.PostAsync("/api/v1/labels", Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json");
        Assert.True(status == 200, said);
    }
}
