using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Daemon.Benches.FaultServing;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Xunit.Abstractions;

namespace Tocsin.Integration.Serve;

/// <summary>The fault model in the running daemon: what it keeps is there after a kill, and it says why it does not serve or may not be acted on.</summary>
public sealed class FaultModelSpec(ITestOutputHelper output)
{
    private const string Settings = "cadence: 1s\nlog: {partitions: 2}\nfault_model: {interval: 1s, settle: 8s, tune_every: 10}";

    private const int Nodes = 4;

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
                await MarkAsync(serve, "cn0", feed.Now - 20, feed.Now - 10, "memory");
                await serve.WaitAsync(async () => await OperatorsAsync(serve) == 1, "the label did not come to the model");
                await serve.WaitAsync(async () => (await ModelAsync(serve))["intervals_kept"]!.GetValue<int>() >= 3, "no intervals were kept");
                var model = await ModelAsync(serve);
                Assert.False(model["serving"]!.GetValue<bool>());
                Assert.False(model["may_act"]!.GetValue<bool>());
                Assert.StartsWith("too few labels: ", model["why"]!.GetValue<string>(), StringComparison.Ordinal);
                Assert.Equal(409, (await serve.PostAsync("/api/v1/model/rollback", [], "application/json")).Status);
                kept = (await ModelAsync(serve))["intervals_kept"]!.GetValue<int>();
                await KillAsync(serve);
            }
            await using (var serve = await ServeProcess.StartAsync(Settings, folder))
            {
                await serve.WaitAsync(async () => (await ModelAsync(serve))["intervals_kept"]!.GetValue<int>() > kept, "what was kept is gone");
                Assert.Equal(1, await OperatorsAsync(serve));
                Assert.Contains("tocsin_fault_labels{class=\"ram\",origin=\"operator\"} 1\n", (await serve.GetAsync("/metrics")).Body, StringComparison.Ordinal);
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

    /// <summary>The version that serves at first knows nothing, so that what is tuned on the labels of the next minute beats it.</summary>
    [Fact]
    public async Task Killed_with_a_challenger_under_way_and_right_after_one_was_promoted_it_goes_on_with_the_same_version_all_others_and_the_labels()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        try
        {
            Seed(folder);
            JsonNode told;
            int labels;
            await using (var serve = await ServeProcess.StartAsync(Settings, folder))
            {
                await LabelAsync(serve);
                await using var feed = new Feed(serve);
                await serve.WaitAsync(async () => (await ModelAsync(serve))["contest"] is not null, "no challenger was tuned");
                told = await ModelAsync(serve);
                labels = Labels(told);
                await KillAsync(serve);
            }
            await using (var serve = await ServeProcess.StartAsync(Settings, folder))
            {
                Assert.Equal(1, await ServingAsync(serve));
                Kept(told, await ModelAsync(serve));
                await using var feed = new Feed(serve);
                await serve.WaitAsync(async () => (await ModelAsync(serve))["version"]!.GetValue<int>() > 1, "no challenger was promoted");
                told = await ModelAsync(serve);
                await KillAsync(serve);
            }
            await using (var serve = await ServeProcess.StartAsync(Settings, folder))
            {
                var version = await ServingAsync(serve);
                var model = await ModelAsync(serve);
                Assert.Equal(told["version"]!.GetValue<int>(), version);
                Kept(told, model);
                Assert.True(Labels(model) >= labels, $"{Labels(model)} labels of {labels}");
                Assert.False(model["may_act"]!.GetValue<bool>());
                var listed = await TocsinProcess.RunAsync("model", "--url", serve.Address.ToString());
                Assert.True(listed.ExitCode == 0, listed.Error);
                output.WriteLine(listed.Output);
                Assert.Contains($"version {version} serves", listed.Output, StringComparison.Ordinal);
                Assert.Matches($@"version +{version} of +1  site  promoted +experts \d+ \(\+\d+ -\d+\)  loss \d\.\d+ against \d\.\d+  served since \d", listed.Output);
                Assert.Contains("no action may rest on it: ", listed.Output, StringComparison.Ordinal);
                var back = await TocsinProcess.RunAsync("model", "--rollback", "--url", serve.Address.ToString());
                Assert.True(back.ExitCode == 0, back.Error);
                Assert.Equal(1, await ServingAsync(serve));
                await KillAsync(serve);
            }
            await using (var serve = await ServeProcess.StartAsync(Settings, folder))
                Assert.Equal(1, await ServingAsync(serve));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Every version that was told of is there with its numbers; a contest that was under way ended without a winner.</summary>
    private static void Kept(JsonNode before, JsonNode after)
    {
        var (old, now) = (before["versions"]!.AsArray(), after["versions"]!.AsArray());
        Assert.True(now.Count >= old.Count, $"{now.Count} versions of {old.Count}");
        for (var i = 0; i < old.Count; i++)
        {
            if (old[i]!["verdict"]!.GetValue<string>() == "open")
                old[i]!["verdict"] = "rejected";
            Assert.Equal(old[i]!.ToJsonString(), now[i]!.ToJsonString());
        }
    }

    /// <summary>A version of this site whose weights are by chance, as a daemon stores it.</summary>
    private static void Seed(string folder)
    {
        const int features = LiveFeatures.Count;
        var options = new FtMoeOptions();
        var scaling = new InputScaling(new float[features], [.. Enumerable.Repeat(1f, features)], new float[features], [.. Enumerable.Repeat(1f, features)]);
        var input = new HostInput(scaling, FaultModelSettings.Classes);
        var model = new FaultModel(MoeModel.Create(options.ShapeFor(input, FaultModelSettings.Classes, features), 1), scaling, Calibration.None, input.Intervals, FaultModelSettings.Classes);
        var versions = new ModelVersions(model, 20, new IntervalRange(0, 1), 1, ModelSource.Site);
        var archive = new FolderArchive(Path.Combine(folder, "data", "faults"), 1000, false, _ => { });
        archive.Load();
        archive.Save(model, versions.All[0]);
        archive.Save(StoredModels.None with { IntervalMs = 1000, Base = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, All = versions.All, Served = versions.Served });
    }

    /// <summary>Said beforehand, so that no label depends on how fast this machine is: one node is faulty in six-second turns, the others are well.</summary>
    private static async Task LabelAsync(ServeProcess serve)
    {
        string[] kinds = ["memory", "disk", "cpu"];
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var i = 0; i < 150; i++)
            await MarkAsync(serve, FaultyCluster.Name(0), now + (6 * i), now + (6 * i) + 6, kinds[i % kinds.Length]);
        for (var n = 1; n < Nodes; n++)
            await MarkAsync(serve, FaultyCluster.Name(n), now, now + 900, null);
    }

    private static Task<JsonNode> ModelAsync(ServeProcess serve) => serve.JsonAsync("/api/v1/model");

    private static async Task<int> ServingAsync(ServeProcess serve)
    {
        await serve.WaitAsync(async () => (await ModelAsync(serve))["serving"]!.GetValue<bool>(), "no version serves");
        return (await ModelAsync(serve))["version"]!.GetValue<int>();
    }

    private static async Task<int> OperatorsAsync(ServeProcess serve) => Labels(await ModelAsync(serve), "ram");

    private static int Labels(JsonNode model, string? only = null) =>
        model["labels"]!.AsArray().Where(l => l!["origin"]!.GetValue<string>() == "operator" && (only is null || l["class"]!.GetValue<string>() == only)).Sum(l => l!["faults"]!.GetValue<int>());

    private static async Task KillAsync(ServeProcess serve)
    {
        await serve.SignalAsync("KILL");
        await serve.Process.WaitForExitAsync();
    }

    private static async Task MarkAsync(ServeProcess serve, string node, long from, long until, string? kind)
    {
        var body = new JsonObject { ["node"] = node, ["from"] = $"{from}", ["until"] = $"{until}", ["label"] = kind is null ? "normal" : "fault", ["note"] = "a test" };
        if (kind is not null)
            body["fault"] = kind;
        var (status, said) = await serve.PostAsync("/api/v1/labels", Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json");
        Assert.True(status == 200, said);
    }

    /// <summary>A scrape of each node a second, by the clock, until the daemon is gone.</summary>
    private sealed class Feed : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Feed(ServeProcess serve) => _running = RunAsync(serve.Address);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }

        private async Task RunAsync(Uri address)
        {
            using var http = new HttpClient { BaseAddress = address };
            var cluster = new FaultyCluster(http, Nodes);
            using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1));
            try
            {
                while (await clock.WaitForNextTickAsync(_stop.Token))
                    await cluster.PushAsync(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), [], _stop.Token);
            }
            catch (Exception gone) when (gone is OperationCanceledException or HttpRequestException)
            {
            }
        }
    }
}
