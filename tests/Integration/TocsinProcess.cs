using System.Diagnostics;

namespace Tocsin.Integration;

internal sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>Runs the built executable as a user would, with a limit on its time.</summary>
internal static class TocsinProcess
{
    public static Task<ProcessResult> RunAsync(params string[] arguments) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "tocsin.dll"), .. arguments], TimeSpan.FromMinutes(5));

    /// <param name="input">What is typed.</param>
    public static Task<ProcessResult> AnswerAsync(string input, params string[] arguments) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "tocsin.dll"), .. arguments], TimeSpan.FromMinutes(5), input);

    public static async Task<ProcessResult> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(limit);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new ProcessResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' did not end within {limit}");
        }
    }
}
