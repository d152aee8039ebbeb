using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Tocsin.Ingest.Slurm.Commands;

/// <summary>One run of a program, within limits.</summary>
/// <param name="Program">A file's name or path; never a shell's line.</param>
/// <param name="Environment">Over the process' own; null takes a variable away.</param>
/// <param name="MaxBytes">Of its output.</param>
public sealed record CommandLimits(
    string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment, TimeSpan Limit, int MaxBytes)
{
    /// <summary>What it reads, ASCII. At most what a pipe holds (64 KiB): a program that reads nothing must not hold up who writes.</summary>
    public string Input { get; init; } = "";

    /// <summary>Where the program is one that runs another: what its failures are told under. Null = the program's own name.</summary>
    public string? Name { get; init; }
}

/// <param name="Output">Whole where <see cref="Failure"/> is null; bytes that are no UTF-8 are U+FFFD.</param>
/// <param name="Failure">One line; null = it ended with 0 in time and within its limits.</param>
/// <param name="TooMuch">It was the limit on output or on time that ended it.</param>
public sealed record CommandOutcome(string Output, string? Failure, bool TooMuch)
{
    /// <summary>Null where it was not started, or was ended.</summary>
    public int? ExitCode { get; init; }
}

/// <summary>Runs programs of the scheduler: no shell, nothing on their input but what is given, an end to their time and to their output.</summary>
public static class BoundedCommand
{
    private const int MaxErrorBytes = 16 * 1024;

    /// <summary>Failures are answers; only cancellation throws. Nothing of the program is left when it returns.</summary>
    public static async Task<CommandOutcome> RunAsync(CommandLimits command, TimeProvider time, CancellationToken stop)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return new CommandOutcome("", $"{Name(command)} cannot be started: {OneLine.Of(e.Message)}", false);
        }
        using var timer = new CancellationTokenSource(command.Limit, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            if (command.Input.Length > 0)
                await process.StandardInput.WriteAsync(command.Input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            var error = ReadAsync(process.StandardError.BaseStream, MaxErrorBytes, keepReading: true, deadline.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, command.MaxBytes, keepReading: false, deadline.Token);
            if (output is null)
                return new CommandOutcome("", $"{Name(command)} printed more than {command.MaxBytes} bytes", true);
            await process.WaitForExitAsync(deadline.Token);
            if (process.ExitCode != 0)
                return new CommandOutcome("", $"{Name(command)} ended with {process.ExitCode}: {FirstLine(await error)}", false) { ExitCode = process.ExitCode };
            return new CommandOutcome(Encoding.UTF8.GetString(output), null, false) { ExitCode = 0 };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new CommandOutcome("", $"{Name(command)} did not end within {command.Limit.TotalSeconds:F0} s", true);
        }
        catch (IOException e)
        {
            return new CommandOutcome("", $"{Name(command)} broke off: {OneLine.Of(e.Message)}", false);
        }
        finally
        {
            Kill(process);
        }
    }

    /// <summary>Null: there was more.</summary>
    private static async Task<byte[]?> ReadAsync(Stream from, int most, bool keepReading, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        using var kept = new MemoryStream();
        int read;
        while ((read = await from.ReadAsync(buffer, stop)) > 0)
        {
            if (kept.Length + read > most && !keepReading)
                return null;
            kept.Write(buffer, 0, (int)Math.Min(read, most - kept.Length));
        }
        return kept.ToArray();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException or AggregateException)
        {
            // It has ended, or a child of it has become another user's: nothing more can be done from here.
        }
    }

    private static string Name(CommandLimits command) => command.Name ?? Path.GetFileName(command.Program);

    private static string FirstLine(byte[]? error)
    {
        var text = Encoding.UTF8.GetString(error ?? []);
        return OneLine.Of(text.AsSpan(0, text.IndexOf('\n') is var end and >= 0 ? end : text.Length));
    }
}
