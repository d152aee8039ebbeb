using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Tocsin.Integration.Serve;

/// <summary>A false alarm that comes again and again, and what a verdict on it changes, through the process, its command line and kill -9.</summary>
public sealed class VerdictSpec(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_false_alarm_is_dismissed_with_what_it_removes_stays_away_over_kill_9_and_comes_back_when_that_is_undone()
    {
        var library = Path.Combine(_folder, "a.library");
        var trained = await TocsinProcess.RunAsync("train", "--data", new TinyRecording { Node = "cn0" }.Write(Path.Combine(_folder, "recorded")), "--out", library, "--seed", "1");
        Assert.True(trained.ExitCode == 0, trained.Error);
        var yaml = $"cadence: 1s\nlibrary: '{library}'\nlearning: {{enabled: false}}\nalerts: {{hold: 0s, gather: 0s, linger: 0s, clear_after: 10s}}";
        string first;
        LiveFeed feed;
        await using (var serve = await ServeProcess.StartAsync(yaml, _folder))
        {
            feed = new LiveFeed(serve);
            await feed.RunAsync("idle", 30);
            first = await LeakAsync(serve, feed, 1);
            var preview = await CliAsync(serve, "no\n", "verdict", first, "false", "--scope", "node", "--note", "leaks by design");
            Assert.Equal(1, preview.ExitCode);
            Assert.Contains("removes 1 of 1 alerts of the last 7 days (1 open), hides 0 confirmed faults", preview.Output);
            Assert.Contains("Not told of on cn1: scores (memory", preview.Output);
            Assert.Single((await serve.JsonAsync("/api/v1/alerts?open=true"))["alerts"]!.AsArray());
            var given = await CliAsync(serve, "y\n", "verdict", first, "false", "--note", "leaks by design");
            output.WriteLine(given.Output);
            Assert.True(given.ExitCode == 0, given.Error);
            await serve.WaitAsync(async () => (await AlertAsync(serve, first))["clear_reason"]?.GetValue<string>() == "muted", "the alert was not cleared");
            Assert.Contains("by verdict 1 (false, ", (await AlertAsync(serve, first))["evidence"]!.GetValue<string>());
            Assert.Equal("false", (await AlertAsync(serve, first))["verdict"]!["verdict"]!.GetValue<string>());
            serve.Process.Kill();
            await serve.Process.WaitForExitAsync();
        }

        await using (var serve = await ServeProcess.StartAsync(yaml, _folder))
        {
            feed = feed.To(serve);
            await feed.RunAsync("idle", 30);
            await feed.RunAsync("solver", 60, leaking: "cn1");
            await serve.WaitAsync(async () => (await VerdictAsync(serve))["muted"]!.GetValue<long>() > 0, "what was muted was not counted");
            await serve.WaitAsync(async () => (await serve.GetAsync("/metrics")).Body.Contains("tocsin_findings_muted ", StringComparison.Ordinal), "the metrics do not tell of it");
            // Scored as ever: the threshold is the same, and the score is over it.
            var scores = await serve.JsonAsync($"/api/v1/nodes/cn1/scores?from={feed.Now - 25}");
            Assert.Contains(scores["scores"]!.AsArray().Zip(scores["thresholds"]!.AsArray()), p => p.First?.GetValue<double>() > p.Second?.GetValue<double>());
            Assert.Equal([first], await IdsAsync(serve));
            await feed.RunAsync("idle", 60);

            var undone = await CliAsync(serve, "", "verdict", "--undo", "1");
            Assert.True(undone.ExitCode == 0, undone.Error);
            output.WriteLine(undone.Output);
            var second = await LeakAsync(serve, feed, 2);
            Assert.NotEqual(first, second);
            Assert.Null((await AlertAsync(serve, second))["verdict"]);
            var listed = await CliAsync(serve, "", "verdict", "--list");
            Assert.Contains("leaks by design", listed.Output);
            Assert.Contains("undone", listed.Output);

            // The node or the code? On a job of one node a score alone does not say; of one that ran beside it nothing is known to have been wrong.
            var page = Path.Combine(_folder, "report.html");
            var jobs = (await serve.JsonAsync("/api/v1/jobs?limit=1000"))["jobs"]!.AsArray();
            string JobOn(string node) => jobs.First(j => j!["nodes"]!.GetValue<string>() == node && j["job_name"]!.GetValue<string>() == "solver")!["job_id"]!.GetValue<string>();
            var report = await CliAsync(serve, "", "report", "job", JobOn("cn1"), "--html", page);
            output.WriteLine(report.Output);
            Assert.Contains("Unknown: cn1: fault of the node or of its job (memory)", report.Output);
            Assert.Contains($"Alert {second}: ", report.Output);
            Assert.Contains("<svg ", await File.ReadAllTextAsync(page));
            Assert.DoesNotContain("alert hpc-", (await CliAsync(serve, "", "report", "job", JobOn("cn2"))).Output);
            var unknown = await CliAsync(serve, "", "report", "job", "no-such-job");
            Assert.Equal((1, true), (unknown.ExitCode, unknown.Error.Contains("no job 'no-such-job' is known", StringComparison.Ordinal)));

            // A confirmed fault is not dismissed with all that is like it.
            Assert.Equal(0, (await CliAsync(serve, "", "verdict", second, "fault", "--yes")).ExitCode);
            var refused = await CliAsync(serve, "", "verdict", first, "false", "--scope", "site", "--yes");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("it would hide 1 confirmed faults", refused.Error);
            Assert.Equal(0, await serve.StopAsync());
        }
    }

    [Theory]
    [InlineData("hpc-1")]
    [InlineData("hpc-1 wrong")]
    [InlineData("hpc-1 false --scope rack")]
    [InlineData("hpc-1 false --undo 1")]
    [InlineData("--list --undo 1")]
    public async Task Wrong_words_are_told_as_such(string words) => Assert.Equal(2, (await TocsinProcess.RunAsync(["verdict", .. words.Split(' ')])).ExitCode);

    [Fact]
    public async Task A_daemon_that_is_not_there_is_one_line()
    {
        var result = await TocsinProcess.RunAsync("verdict", "--list", "--url", "http://127.0.0.1:1");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("tocsin: http://127.0.0.1:1/ cannot be asked: ", result.Error);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>One node's solver takes more memory than any before; its alert.</summary>
    private static async Task<string> LeakAsync(ServeProcess serve, LiveFeed feed, int alerts)
    {
        await feed.RunAsync("solver", 60, leaking: "cn1");
        await serve.WaitAsync(async () => (await IdsAsync(serve)).Count == alerts, $"there are not {alerts} alerts");
        return (await IdsAsync(serve))[0];
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(ServeProcess serve) =>
        [.. (await serve.JsonAsync("/api/v1/alerts"))["alerts"]!.AsArray().Select(a => a!["id"]!.GetValue<string>())];

    private static Task<JsonNode> AlertAsync(ServeProcess serve, string id) => serve.JsonAsync($"/api/v1/alerts/{id}");

    private static async Task<JsonNode> VerdictAsync(ServeProcess serve) => (await serve.JsonAsync("/api/v1/verdicts"))["verdicts"]![0]!;

    private static Task<ProcessResult> CliAsync(ServeProcess serve, string said, params string[] words) =>
        TocsinProcess.AnswerAsync(said, [.. words, "--url", serve.Address.ToString()]);
}
