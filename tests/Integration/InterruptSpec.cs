using System.Diagnostics;
using System.Text;

namespace Tocsin.Integration;

/// <summary>Ctrl-C in the midst of it: one line, status 1, no stack.</summary>
public sealed class InterruptSpec : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-interrupt").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_demo_that_is_interrupted_says_so_in_one_line() => Assert.Equal(
        (1, "tocsin: stopped before its end"), await InterruptedAsync(said => said.Contains("Tocsin: a cluster", StringComparison.Ordinal), "demo", "--once", "--out", Path.Combine(_folder, "out"), "--epochs", "2"));

    [Fact]
    public async Task A_backfill_that_is_interrupted_says_what_becomes_of_what_it_has()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A server that takes questions and answers none.
        using var server = new FakeExporter(_ =>
        {
            asked.TrySetResult();
            return Task.CompletedTask;
        });
        Assert.Equal(
            (1, "tocsin: stopped; what is fetched is kept, run it again to go on"), await InterruptedAsync(_ => asked.Task.IsCompleted, "backfill", "--url", $"http://127.0.0.1:{server.Port}", "--out", Path.Combine(_folder, "history")));
    }

    /// <returns>Its status and what it wrote to the channel of errors.</returns>
    private static async Task<(int Status, string Error)> InterruptedAsync(Func<string, bool> now, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tocsin.dll"), .. words]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = new StringBuilder();
            process.OutputDataReceived += (_, line) =>
            {
                lock (output)
                    output.AppendLine(line.Data);
            };
            process.BeginOutputReadLine();
            var error = process.StandardError.ReadToEndAsync();
            await Waiting.ForAsync(() =>
            {
                lock (output)
                    return process.HasExited || now(output.ToString());
            }, $"{words[0]} to be in the midst of it", Limit);
            using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])!)
                await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(Limit);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, (await error).TrimEnd());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
