using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace Tocsin.Daemon.Commands;

/// <summary>A command from its words to its exit status, and what Ctrl-C and SIGTERM do to it.</summary>
internal static class Invocation
{
    /// <summary>As long as a command may take to end in its own way; the second signal ends it at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Ends with 130 (SIGINT) or 143 (SIGTERM) where the command did not end by itself in time.</summary>
    public static async Task<int> RunAsync(ParseResult parsed)
    {
        var plain = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        // The daemon ends in its own order and time; a command that takes no token has nothing to tidy and is ended by the signal itself.
        if (parsed.CommandResult.Command.Name == ServeCommand.Name || parsed.Action is not AsynchronousCommandLineAction)
            return await parsed.InvokeAsync(plain);

        // The library listens only from the command's first await on: what came earlier would end it without a word, so the signals are taken here before it begins.
        using var stop = new CancellationTokenSource();
        var late = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Signalled(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested)
                return;
            signal.Cancel = true;
            _ = Task.Delay(Patience, CancellationToken.None).ContinueWith(_ => late.TrySetResult(signal.Signal == PosixSignal.SIGINT ? 130 : 143), TaskScheduler.Default);
            _ = stop.CancelAsync();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Signalled);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Signalled);
        var command = Task.Run(() => parsed.InvokeAsync(plain, stop.Token));
        return await await Task.WhenAny(command, late.Task);
    }
}
