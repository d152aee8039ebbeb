using System.CommandLine;
using Tocsin.Daemon.Commands.Client;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin hold</c>: stops every action at once, until it is released.</summary>
internal static class HoldCommand
{
    public static Command Create()
    {
        var release = new Option<bool>("--release") { Description = "lets actions go on" };
        var note = new Option<string?>("--note") { Description = "why" };
        var daemon = new DaemonOptions();
        var command = new Command("hold", "stops every action on the cluster at once; --release lets them go on") { release, note };
        daemon.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var client = daemon.Connect(parsed);
            await ActionsCommand.SayAsync(client, HttpMethod.Post, parsed.GetValue(release) ? "/api/v1/actions/resume" : "/api/v1/actions/hold", OperatorBody.Of(("note", parsed.GetValue(note))), stop);
            return 0;
        });
        return command;
    }
}
