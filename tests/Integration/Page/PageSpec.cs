using System.Diagnostics;
using Xunit.Abstractions;

namespace Tocsin.Integration.Page;

/// <summary>The page in a real Chromium: tests/Page, run by Node.</summary>
public sealed class PageSpec(ITestOutputHelper output)
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task The_page_does_in_a_browser_what_it_should()
    {
        if (!SystemPart.IsThere(Chromium, "chromium", output) || !SystemPart.IsThere(OnPath("npm"), "npm", output))
            return;
        var folder = Path.Combine(AppContext.BaseDirectory, "Page");
        if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            var fetched = await RunAsync("npm", folder, [], "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=2") == 0;
            Assert.True(fetched || Environment.GetEnvironmentVariable("CI") != "true", "npm ci did not work");
            if (!fetched)
            {
                output.WriteLine("left out: npm ci found no packages");
                return;
            }
        }
        await using var large = await PageCluster.StartAsync(1000);
        await using var closed = await PageCluster.StartAsync(1, tokens: true);
        await using var empty = await PageCluster.StartAsync(0);
        using var controls = new PageControls(large);
        var status = await RunAsync("node", folder,
            [("PAGE", large.Host.Address.ToString()), ("CLOSED", closed.Host.Address.ToString()), ("EMPTY", empty.Host.Address.ToString()), ("CONTROLS", controls.Address.ToString()), ("TOKEN", PageCluster.Token), ("CHROMIUM", Chromium)],
            "--test", "--test-reporter=spec", "page.test.mjs");
        Assert.True(status == 0, "a test of the page failed; the output says which");
    }

    private async Task<int> RunAsync(string program, string folder, (string Name, string Value)[] variables, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        foreach (var begin in (Action[])[process.BeginOutputReadLine, process.BeginErrorReadLine])
            begin();
        process.OutputDataReceived += (_, e) => Say(e.Data);
        process.ErrorDataReceived += (_, e) => Say(e.Data);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        return process.ExitCode;
    }

    private void Say(string? line)
    {
        if (line is not null)
        {
            lock (output)
                output.WriteLine(line);
        }
    }

    private static string OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists) ?? $"/usr/bin/{program}";
}
