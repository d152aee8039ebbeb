using System.CommandLine;
using Tocsin.Daemon.Commands.Client;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin report job ID</c>: was it the node or the code?</summary>
internal static class ReportCommand
{
    public static Command Create() => new("report", "what the daemon knows of something, as a report") { Job() };

    private static Command Job()
    {
        var id = new Argument<string>("ID") { Description = "JobID: 12, 12_3 of an array, 12+1 of a heterogeneous job" };
        var json = new Option<string?>("--json") { Description = "also write the report as JSON to this file" };
        var html = new Option<string?>("--html") { Description = "also write it as a page, with plots, to this file" };
        var daemon = new DaemonOptions();
        var command = new Command("job", "whether a job's trouble was the node or the code, and what that rests on") { id, json, html };
        daemon.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            foreach (var file in (string?[])[parsed.GetValue(json), parsed.GetValue(html)])
                Figures.CheckTarget(file);
            using var client = daemon.Connect(parsed);
            var path = $"/api/v1/jobs/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/report?format=";
            Console.Write(await client.TextAsync(HttpMethod.Get, path + "text", null, stop));
            if (parsed.GetValue(json) is { } figures)
                Figures.Write(figures, await client.JsonAsync(HttpMethod.Get, path + "json", null, stop));
            if (parsed.GetValue(html) is { } page)
                Write(page, await client.TextAsync(HttpMethod.Get, path + "html", null, stop));
            return 0;
        });
        return command;
    }

    private static void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"page '{path}' cannot be written: {e.Message}; name another file", e);
        }
    }
}
