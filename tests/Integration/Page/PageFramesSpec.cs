using System.Text.Json;
using Xunit.Abstractions;

namespace Tocsin.Integration.Page;

/// <summary>How smoothly 5,000 nodes move on the page, by Chromium's own trace. What is held here is that the measurement works; its figures belong to the machine,
/// and <c>tests/Page/frames</c> prints them.</summary>
public sealed class PageFramesSpec(ITestOutputHelper output)
{
    private const int Nodes = 5000;

    /// <summary>Of the nodes, in a second.</summary>
    private const double Changing = 0.01;

    [Fact]
    public async Task The_browser_s_trace_says_what_each_frame_of_5000_nodes_took()
    {
        if (await BrowserTests.FolderAsync(output) is not { } folder)
            return;
        // FRAMES_JSON, FRAMES_PNG and FRAMES_SECONDS: of tests/Page/frames.
        var own = Path.Combine(Path.GetTempPath(), $"tocsin-frames-{Environment.ProcessId}.json");
        var file = Environment.GetEnvironmentVariable("FRAMES_JSON") ?? own;
        await using var cluster = await PageCluster.StartAsync(Nodes);
        using var stop = new CancellationTokenSource();
        var living = cluster.LiveAsync(Changing, stop.Token);
        try
        {
            var status = await BrowserTests.RunAsync("node", folder, output,
                [("PAGE", cluster.Host.Address.ToString()), ("CHROMIUM", BrowserTests.Chromium), ("SECONDS", Environment.GetEnvironmentVariable("FRAMES_SECONDS") ?? "2"), ("JSON", file), ("PNG", Environment.GetEnvironmentVariable("FRAMES_PNG") ?? "")],
                "frames.mjs");
            Assert.Equal(0, status);
            using var told = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            Assert.Equal(Nodes, told.RootElement.GetProperty("nodes").GetInt32());
            var scenes = told.RootElement.GetProperty("scenes").EnumerateArray().ToArray();
            Assert.Equal(["rest", "pointer", "keys", "state", "node"], scenes.Select(s => s.GetProperty("scene").GetString()));
            Assert.All(scenes, s =>
            {
                Assert.True(s.GetProperty("frames").GetInt32() > 0);
                // The figures are of the page's own thread: scripts ran on it, and it was busy at least as long.
                Assert.True(s.GetProperty("script").GetProperty("max").GetDouble() > 0);
                Assert.True(s.GetProperty("main_thread").GetProperty("max").GetDouble() >= s.GetProperty("script").GetProperty("p50").GetDouble());
            });
        }
        finally
        {
            await stop.CancelAsync();
            await living;
            File.Delete(own);
        }
    }
}
