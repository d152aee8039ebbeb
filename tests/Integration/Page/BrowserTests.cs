using System.Diagnostics;
using Xunit.Abstractions;

namespace Tocsin.Integration.Page;

/// <summary>Runs what lies in tests/Page by Node, with the packages that it needs.</summary>
internal static class BrowserTests
{
    public const string Chromium = "/usr/bin/chromium";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly SemaphoreSlim Fetching = new(1);

    /// <returns>Null: a system part is not there, which was said.</returns>
    public static async Task<string?> FolderAsync(ITestOutputHelper output)
    {
        if (!SystemPart.IsThere(Chromium, "chromium", output) || !SystemPart.IsThere(OnPath("npm"), "npm", output))
            return null;
        var folder = Path.Combine(AppContext.BaseDirectory, "Page");
        await Fetching.WaitAsync();
        try
        {
            if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
                return folder;
            var fetched = await RunAsync("npm", folder, output, [], "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=2") == 0;
            Assert.True(fetched || Environment.GetEnvironmentVariable("CI") != "true", "npm ci did not work");
            if (fetched)
                return folder;
        }
        finally
        {
            Fetching.Release();
        }
        output.WriteLine("left out: npm ci found no packages");
        return null;
    }

    public static async Task<int> RunAsync(string program, string folder, ITestOutputHelper output, (string Name, string Value)[] variables, params string[] words)
    {
        var said = new Lock();
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

        void Say(string? line)
        {
            if (line is null)
                return;
            lock (said)
                output.WriteLine(line);
        }
    }

    private static string OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists) ?? $"/usr/bin/{program}";
}
