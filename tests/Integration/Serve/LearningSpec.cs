using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Tocsin.Integration.Serve;

/// <summary>The daemon learns from what it watches: a new pattern beside those that it was given, and a first library from nothing.</summary>
public sealed class LearningSpec(TrainedLibrary trained, ITestOutputHelper output) : IClassFixture<TrainedLibrary>
{
    private const string Learning = "learning: {settle: 2s, every: 1s, epochs: 2, width: 6, first_segments: 24, most_alarmed: 0.5}\ncadence: 1s\nlog: {partitions: 2}";

    [Fact]
    public async Task A_new_kind_of_job_becomes_a_pattern_that_the_next_such_job_matches_and_there_is_a_way_back()
    {
        await using var serve = await ServeProcess.StartAsync($"{Learning}\nlibrary: '{trained.Library}'");
        var feed = new LiveFeed(serve);
        await VersionAsync(serve, 1);
        await feed.RunAsync("idle", 30);
        await feed.RunAsync("burst", 50);
        await feed.RunAsync("idle", 40);
        await VersionAsync(serve, 2);
        var burst = await PatternAsync(serve, "burst");
        Assert.True(burst["provisional"]!.GetValue<bool>());
        Assert.Equal(3, burst["members"]!.GetValue<int>());
        await serve.WaitAsync(async () => (await serve.GetAsync("/metrics")).Body.Contains("tocsin_learning_trainings_total{result=\"version\"} 1\n", StringComparison.Ordinal), "the training was not counted");

        await feed.RunAsync("burst", 60, open: true);
        var id = burst["id"]!.GetValue<int>();
        await serve.WaitAsync(async () => (await NodesAsync(serve)).All(n => n!["library_version"]!.GetValue<long>() == 2 && n["match"]?["pattern"]?.GetValue<int>() == id), "the next job did not match it");

        Assert.Equal(200, (await serve.PostAsync($"/api/v1/patterns/{id}/accept", [], "application/json")).Status);
        Assert.Equal(3, (await serve.JsonAsync("/api/v1/patterns"))["library_version"]!.GetValue<long>());
        Assert.False((await PatternAsync(serve, "burst"))["provisional"]!.GetValue<bool>());

        Assert.Equal(200, (await serve.PostAsync("/api/v1/libraries/1/activate", [], "application/json")).Status);
        Assert.DoesNotContain((await serve.JsonAsync("/api/v1/patterns"))["patterns"]!.AsArray(), p => p!["name"]!.GetValue<string>() == "burst");
        var libraries = await serve.JsonAsync("/api/v1/libraries");
        Assert.Equal((1, 3), (libraries["active"]!.GetValue<int>(), libraries["libraries"]!.AsArray().Count));
        Assert.Equal(404, (await serve.PostAsync("/api/v1/libraries/9/activate", [], "application/json")).Status);
        await ShowAsync(serve);
        Assert.Equal(0, await serve.StopAsync());
    }

    [Fact]
    public async Task Jobs_that_match_confirm_a_pattern_over_a_kill_and_a_start()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        try
        {
            var yaml = $"{Learning}\nlibrary: '{trained.Library}'";
            LiveFeed feed;
            await using (var serve = await ServeProcess.StartAsync(yaml, folder))
            {
                feed = new LiveFeed(serve);
                await feed.RunAsync("idle", 30);
                await feed.RunAsync("burst", 50);
                await feed.RunAsync("idle", 40);
                await VersionAsync(serve, 2);
                await serve.SignalAsync("KILL");
                await serve.Process.WaitForExitAsync();
            }
            await using (var serve = await ServeProcess.StartAsync(yaml, folder))
            {
                await VersionAsync(serve, 2);
                feed = feed.To(serve);
                await feed.RunAsync("burst", 50);
                await feed.RunAsync("idle", 40);
                await VersionAsync(serve, 3);
                Assert.False((await PatternAsync(serve, "burst"))["provisional"]!.GetValue<bool>());
                Assert.Contains("is confirmed by 3 jobs on 3 nodes", serve.Said);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Without_any_library_the_first_one_is_made_of_what_was_watched()
    {
        await using var serve = await ServeProcess.StartAsync(Learning);
        var feed = new LiveFeed(serve);
        for (var round = 0; round < 3; round++)
        {
            foreach (var kind in (string[])["solver", "idle", "copier", "idle"])
                await feed.RunAsync(kind, 45);
        }
        await VersionAsync(serve, 1);
        Assert.True((await serve.JsonAsync("/api/v1/patterns"))["patterns"]!.AsArray().Count >= 2);
        await feed.RunAsync("solver", 45, open: true);
        await serve.WaitAsync(async () => (await NodesAsync(serve)).All(n => n!["library_version"]!.GetValue<long>() >= 1 && n["match"]?["pattern"]?.GetValue<int>() >= 0), "nodes are not scored by it");
        await ShowAsync(serve);
        Assert.Equal(0, await serve.StopAsync());
    }

    [Fact]
    public async Task What_operators_marked_as_a_fault_is_not_learned_from_whether_it_was_marked_before_it_was_kept_or_after()
    {
        await using var serve = await ServeProcess.StartAsync($"{Learning}\nlibrary: '{trained.Library}'");
        var feed = new LiveFeed(serve);
        await VersionAsync(serve, 1);
        await feed.RunAsync("idle", 30);

        // Two of four are marked while they run; the other two are too few to be a pattern.
        var first = feed.Now;
        await MarkAsync(serve, "cn0", first);
        await MarkAsync(serve, "cn1", first);
        await feed.RunAsync("burst", 50);
        await feed.RunAsync("idle", 40);
        await serve.WaitAsync(async () => await KeptAsync(serve) is ["cn2", "cn3"], "the two that nobody marked were not kept");
        await serve.WaitAsync(async () => (await serve.GetAsync("/metrics")).Body.Contains("tocsin_learning_left_out_total{reason=\"marked as a fault\"} 2\n", StringComparison.Ordinal), "that two were marked was not counted");

        // One of them is marked now that it is kept.
        await MarkAsync(serve, "cn2", first);
        await MarkAsync(serve, "cn0", feed.Now);
        await feed.RunAsync("burst", 50);
        await feed.RunAsync("idle", 40);
        await VersionAsync(serve, 2);
        // Learned from are one of the first and three of the second, of which the newest is held out; with what was marked after it was kept it were four.
        Assert.Equal(3, (await PatternAsync(serve, "burst"))["members"]!.GetValue<int>());
        await ShowAsync(serve);
        Assert.Equal(0, await serve.StopAsync());
    }

    /// <summary>The 50 s from then on, as the page does it.</summary>
    private static async Task MarkAsync(ServeProcess serve, string node, long from)
    {
        var body = new JsonObject { ["node"] = node, ["from"] = from.ToString(System.Globalization.CultureInfo.InvariantCulture), ["until"] = (from + 50).ToString(System.Globalization.CultureInfo.InvariantCulture), ["label"] = "fault", ["fault"] = "cpu", ["note"] = "a test" };
        var (status, said) = await serve.PostAsync("/api/v1/labels", System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json");
        Assert.True(status == 200, said);
    }

    /// <summary>Nodes of the bursts that are kept and match no pattern.</summary>
    private static async Task<string[]> KeptAsync(ServeProcess serve) =>
        [.. (await serve.JsonAsync("/api/v1/patterns/none"))["kept"]!.AsArray().Where(k => k!["job_name"]!.GetValue<string>() == "burst").Select(k => k!["node"]!.GetValue<string>()).Order(StringComparer.Ordinal)];

    private async Task ShowAsync(ServeProcess serve)
    {
        foreach (var line in serve.Said.Split('\n').Where(l => l.Contains(" library: ", StringComparison.Ordinal) || l.Contains(" learning: ", StringComparison.Ordinal)))
            output.WriteLine(line);
        foreach (var line in (await serve.GetAsync("/metrics")).Body.Split('\n').Where(l => l.StartsWith("tocsin_learning_", StringComparison.Ordinal) || l.StartsWith("tocsin_library_", StringComparison.Ordinal)))
            output.WriteLine(line);
    }

    private static Task VersionAsync(ServeProcess serve, long version) =>
        serve.WaitAsync(async () => (await serve.JsonAsync("/api/v1/patterns"))["library_version"]!.GetValue<long>() >= version, $"version {version} was not activated");

    private static async Task<JsonNode> PatternAsync(ServeProcess serve, string name) =>
        (await serve.JsonAsync("/api/v1/patterns"))["patterns"]!.AsArray().Single(p => p!["name"]!.GetValue<string>() == name)!;

    private static async Task<JsonArray> NodesAsync(ServeProcess serve) => (await serve.JsonAsync("/api/v1/nodes"))["nodes"]!.AsArray();
}
