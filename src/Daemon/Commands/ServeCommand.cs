using System.CommandLine;
using System.Runtime.InteropServices;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin serve</c>: the daemon. Signals are its own: SIGTERM and SIGINT end it in order, SIGHUP reads the tokens again.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "YAML file; deploy/tocsin.yaml lists and explains every key", Required = true };
        var set = new Option<string[]>("--set") { Description = "key=value over file and environment, e.g. --set listen.address=127.0.0.1:9000; may be repeated" };
        var check = new Option<bool>("--check") { Description = "only say whether the options are right" };
        var command = new Command(Name, "the daemon: watches a cluster live") { config, set, check };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(config), parsed.GetValue(set) ?? [], parsed.GetValue(check)));
        return command;
    }

    private static async Task<int> RunAsync(string file, string[] words, bool checkOnly)
    {
        var problems = new List<string>();
        if (ConfigLayers.Read(file, words, problems) is not { } options)
            throw new BadDataException($"{problems.Count} {(problems.Count == 1 ? "option is" : "options are")} not right:\n{string.Join('\n', problems.Select(p => "  " + p))}");
        if (checkOnly)
        {
            Console.WriteLine($"{file}: all options are right");
            return 0;
        }
        var log = new OwnLog(Console.Error, options.Log, TimeProvider.System);
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var starting = new CancellationTokenSource();
        await using var host = new ServeHost(options, (nodes, sinks) => new StorageBackend(options, nodes, sinks, log, TimeProvider.System), log, TimeProvider.System);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => End(c, "SIGTERM"));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => End(c, "SIGINT"));
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, c =>
        {
            c.Cancel = true;
            host.Reload();
        });
        try
        {
            await host.StartAsync(starting.Token);
        }
        catch (OperationCanceledException) when (ended.Task.IsCompleted)
        {
            log.Info(Name, $"{await ended.Task} while starting");
            return 0;
        }
        var why = await ended.Task;
        log.Info(Name, $"{why}: stopping");
        var clean = await host.StopAsync();
        log.Info(Name, clean ? "stopped" : "stopped, not in order");
        return clean ? 0 : 1;

        void End(PosixSignalContext context, string signal)
        {
            context.Cancel = true;
            // The second one does not wait for manners.
            if (!ended.TrySetResult(signal))
                Environment.Exit(1);
            starting.Cancel();
        }
    }
}
