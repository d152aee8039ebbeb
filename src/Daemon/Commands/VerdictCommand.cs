using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tocsin.Daemon.Commands.Client;
using Tocsin.Daemon.Config;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin verdict</c>: says of an alert what it was, after a look at what that would remove; lists verdicts; undoes one.</summary>
internal static class VerdictCommand
{
    public static Command Create()
    {
        var alert = new Argument<string?>("ALERT") { Description = "its id, e.g. hpc-17", Arity = ArgumentArity.ZeroOrOne };
        var word = new Argument<string?>("WORD") { Description = "fault (it was right), expected (it is known), false (a false alarm)", Arity = ArgumentArity.ZeroOrOne };
        var scope = new Option<string?>("--scope") { Description = "how far it reaches: node (the default), pattern, metric, site" };
        var metric = new Option<string?>("--metric") { Description = "of scope metric; without it the one that carries most of the alert" };
        var until = new Option<string?>("--until") { Description = "a time, or how long from now, e.g. 7d; without it until it is undone" };
        var note = new Option<string?>("--note") { Description = "why" };
        var yes = new Option<bool>("--yes") { Description = "give it without asking" };
        var undo = new Option<long?>("--undo") { Description = "number of a verdict to undo" };
        var list = new Option<bool>("--list") { Description = "list the verdicts, the newest first" };
        var json = new Option<string?>("--json") { Description = "also write what the daemon answered to this file" };
        var daemon = new DaemonOptions();
        var command = new Command("verdict", "says of an alert what it was; first shows what that would remove") { alert, word, scope, metric, until, note, yes, undo, list, json };
        daemon.AddTo(command);
        command.Validators.Add(r =>
        {
            var words = new[] { r.GetResult(alert), r.GetResult(word) }.Sum(a => a?.Tokens.Count ?? 0);
            var others = (r.GetResult(undo) is null ? 0 : 1) + (r.GetResult(list) is { Implicit: false } ? 1 : 0);
            if (words != (others == 0 ? 2 : 0) || others > 1)
                r.AddError("verdict: expected ALERT and WORD, or --undo NUMBER, or --list");
            OptionChecks.OneOf<VerdictWord>(r, "WORD", r.GetResult(word)?.Tokens);
            OptionChecks.OneOf<VerdictScope>(r, "--scope", r.GetResult(scope)?.Tokens);
        });
        command.SetAction(async (parsed, stop) =>
        {
            Figures.CheckTarget(parsed.GetValue(json));
            using var client = daemon.Connect(parsed);
            var answer = parsed.GetValue(undo) is { } number ? await UndoAsync(client, number, stop)
                : parsed.GetValue(list) ? await ListAsync(client, stop)
                : await GiveAsync(client, parsed.GetValue(alert)!, Body(parsed.GetValue(word)!, parsed.GetValue(scope), parsed.GetValue(metric), parsed.GetValue(until), parsed.GetValue(note)), parsed.GetValue(yes), stop);
            Figures.Write(parsed.GetValue(json), answer);
            return 0;
        });
        return command;
    }

    private static JsonObject Body(string word, string? scope, string? metric, string? until, string? note)
    {
        // Heard only where no tokens are asked for: else it is the token's name.
        var body = new JsonObject { ["verdict"] = word, ["who"] = Environment.UserName };
        foreach (var (name, value) in new[] { ("scope", scope), ("metric", metric), ("until", until), ("note", note) })
        {
            if (value is not null)
                body[name] = value;
        }
        return body;
    }

    private static async Task<JsonNode> GiveAsync(DaemonClient client, string alert, JsonObject body, bool yes, CancellationToken stop)
    {
        var path = $"/api/v1/alerts/{Uri.EscapeDataString(alert)}/verdict";
        var preview = await client.JsonAsync(HttpMethod.Post, path + "?preview=true", body, stop);
        Say(Text(preview["verdict"], "does"));
        Say(Text(preview["preview"], "summary"));
        if (preview["preview"]?["removed"] is JsonArray { Count: > 0 } removed)
            Say($"removed: {string.Join(", ", removed.Take(20).Select(r => r?.ToString()))}{(removed.Count > 20 ? " ..." : "")}");
        if (!yes)
        {
            Console.Write("give it? [y/N] ");
            if (await Console.In.ReadLineAsync(stop) is not ("y" or "Y" or "yes"))
                throw new BadDataException("not given; --yes gives it without asking");
        }
        var given = await client.JsonAsync(HttpMethod.Post, path, body, stop);
        Say($"verdict {Text(given["verdict"], "id")} by {Text(given["verdict"], "who")}; tocsin verdict --undo {Text(given["verdict"], "id")} takes it back");
        return given;
    }

    private static async Task<JsonNode> UndoAsync(DaemonClient client, long number, CancellationToken stop)
    {
        var undone = await client.JsonAsync(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"/api/v1/verdicts/{number}"), null, stop);
        var muted = Text(undone["verdict"], "muted");
        Say($"verdict {number} on {Text(undone["verdict"], "alert")} is undone; it muted {muted} finding{(muted == "1" ? "" : "s")}");
        return undone;
    }

    private static async Task<JsonNode> ListAsync(DaemonClient client, CancellationToken stop)
    {
        var all = await client.JsonAsync(HttpMethod.Get, "/api/v1/verdicts?limit=1000", null, stop);
        foreach (var v in all["verdicts"]?.AsArray() ?? [])
        {
            var ends = v?["undone"] is { } undone ? $"undone {undone} by {Text(v, "undone_by")}" : v?["until"] is { } until ? $"until {until}" : "until it is undone";
            Say($"{Text(v, "id"),5}  {Text(v, "alert")}  {Text(v, "verdict")}, {Text(v, "scope")}  {Text(v, "given")} by {Text(v, "who")}, {ends}; muted {Text(v, "muted")}.  {Text(v, "note")}");
        }
        return all;
    }

    /// <summary>What others wrote goes to a terminal.</summary>
    private static void Say(string text) => Console.WriteLine(OneLine.Of(text, 2000));

    private static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";
}
