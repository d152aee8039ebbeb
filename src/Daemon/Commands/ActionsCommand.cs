using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tocsin.Daemon.Commands.Client;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin actions</c>: jobs with their risk, what was decided and what was done; an operator's veto, force, approval.</summary>
internal static class ActionsCommand
{
    public static Command Create()
    {
        var word = new Argument<string>("WORD") { Description = "list (the default), report, veto ID, unveto ID, force ID, approve ID, close ID", DefaultValueFactory = _ => "list", Arity = ArgumentArity.ZeroOrOne };
        var id = new Argument<long?>("ID") { Description = "of the action; of unveto the veto's", Arity = ArgumentArity.ZeroOrOne };
        var node = new Option<string?>("--node") { Description = "veto: whatever is about this node" };
        var job = new Option<string?>("--job") { Description = "veto: whatever is about this job" };
        var until = new Option<string?>("--until") { Description = "of a veto: a time, or how long from now, e.g. 7d; without it until it is taken back" };
        var note = new Option<string?>("--note") { Description = "why" };
        var days = new Option<int>("--days") { Description = "of the report, back from now", DefaultValueFactory = _ => 7 };
        var json = new Option<string?>("--json") { Description = "also write what the daemon answered to this file" };
        var daemon = new DaemonOptions();
        var command = new Command("actions", "jobs with their risk, what was decided and done about them, and an operator's word on it") { word, id, node, job, until, note, days, json };
        daemon.AddTo(command);
        command.Validators.Add(r =>
        {
            var said = r.GetResult(word)?.Tokens is [{ Value: var w }, ..] ? w : "list";
            var hasId = r.GetResult(id)?.Tokens.Count > 0;
            if (said is not ("list" or "report" or "veto" or "unveto" or "force" or "approve" or "close"))
                r.AddError($"actions: '{OneLine.Of(said, 40)}', expected list, report, veto, unveto, force, approve or close");
            else if (said is "unveto" or "force" or "approve" or "close" && !hasId)
                r.AddError($"actions {said}: expected an ID");
        });
        command.SetAction(async (parsed, stop) =>
        {
            Figures.CheckTarget(parsed.GetValue(json));
            using var client = daemon.Connect(parsed);
            var (said, number) = (parsed.GetRequiredValue(word), parsed.GetValue(id));
            var answer = said switch
            {
                "list" => await ListAsync(client, stop),
                "report" => await ReportAsync(client, parsed.GetValue(days), stop),
                "unveto" => await SayAsync(client, HttpMethod.Delete, $"/api/v1/actions/vetoes/{number}", null, stop),
                _ => await SayAsync(
                    client, HttpMethod.Post, number is { } of ? string.Create(CultureInfo.InvariantCulture, $"/api/v1/actions/{of}/{said}") : "/api/v1/actions/veto",
                    OperatorBody.Of(("note", parsed.GetValue(note)), ("until", parsed.GetValue(until)), ("node", parsed.GetValue(node)), ("job", parsed.GetValue(job))), stop),
            };
            Figures.Write(parsed.GetValue(json), answer);
            return 0;
        });
        return command;
    }

    private static async Task<JsonNode> ListAsync(DaemonClient client, CancellationToken stop)
    {
        var decided = await client.JsonAsync(HttpMethod.Get, "/api/v1/decisions?limit=20", null, stop);
        var done = await client.JsonAsync(HttpMethod.Get, "/api/v1/actions?open=true&limit=1000", null, stop);
        // Whatever waits for something or somebody, however old it is, and the newest of the others.
        foreach (var over in (await client.JsonAsync(HttpMethod.Get, "/api/v1/actions?open=false&limit=20", null, stop))["actions"]!.AsArray())
            done["actions"]!.AsArray().Add(over!.DeepClone());
        var mode = decided["dry_run"]?.GetValue<bool>() == true ? "dry run: nothing is done" : $"switched on for {string.Join(", ", decided["enabled"]!.AsArray().Select(e => e!.ToString()))}";
        Say($"{mode}; policy {Text(decided, "policy")}; decided {Text(decided, "decided_at")}{(decided["held"] is { } held ? $"; held by {held}" : "")}{(decided["brake"] is { } brake ? $"; nothing now: {brake}" : "")}");
        if (decided["inputs"]?.AsArray() is { Count: > 0 } inputs)
            Say($"inputs by Brier score: {string.Join(", ", inputs.Select(i => string.Create(CultureInfo.InvariantCulture, $"{Text(i, "input")} {i!["brier"]!.GetValue<double>():0.#####}{(i["believed"]!.GetValue<bool>() ? " (believed)" : "")}")))}");
        foreach (var s in decided["spares"]?.AsArray() ?? [])
            Say($"spares {Text(s, "partition"),-12} {Text(s, "free")} free and healthy, {Text(s, "wanted")} wanted of {Text(s, "nodes")} nodes");
        foreach (var j in decided["jobs"]!.AsArray())
        {
            var suspects = j!["suspects"]!.AsArray();
            Say(string.Create(CultureInfo.InvariantCulture,
                $"job {Text(j, "job"),-12} {j["nodes"]!.AsArray().Count,4} nodes  {j["failures_per_day"]!.GetValue<double>(),8:0.####} failures/day  last {When(j["last_checkpoint"])}  next {When(j["next_planned"])}  {Text(j, "reason")}{(suspects.Count > 0 ? $"  [{string.Join(", ", suspects.Select(s => Text(s, "node")))}]" : "")}"));
        }
        if (decided["jobs_total"]?.GetValue<int>() is { } jobs && jobs > decided["jobs"]!.AsArray().Count)
            Say(string.Create(CultureInfo.InvariantCulture, $"... {decided["jobs"]!.AsArray().Count} of {jobs} jobs, those at risk first"));
        foreach (var d in decided["decisions"]!.AsArray())
            Say($"{Text(d, "at")}  {Text(d, "decision"),-10} {(d!["job"] is { } of ? $"job {of}: " : "")}{Text(d, "reason")}{(d["action"] is { } a ? $" (action {a})" : "")}");
        foreach (var a in done["actions"]!.AsArray())
            Say($"action {Text(a, "id"),-5} {Text(a, "kind"),-8} {(a!["node"] ?? a["job"])?.ToString(),-12} {Text(a, "state"),-9} {Text(a, "since")}  {(a["waits"] is { } waits ? $"waits: {waits}" : Text(a, "says"))}");
        foreach (var v in done["vetoes"]!.AsArray())
            Say($"veto {Text(v, "id")} by {Text(v, "who")}: {(v!["action"] is { } of ? $"action {of}" : v["node"] is { } n ? $"node {n}" : v["job"] is { } of2 ? $"job {of2}" : "everything")}, {(v["until"] is { } u ? $"until {u}" : "until it is taken back")}.  {Text(v, "note")}");
        return new JsonObject { ["decisions"] = decided.DeepClone(), ["actions"] = done.DeepClone() };
    }

    private static async Task<JsonNode> ReportAsync(DaemonClient client, int days, CancellationToken stop)
    {
        var report = await client.JsonAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/api/v1/actions/report?days={days}"), null, stop);
        Say($"{Text(report, "from")} to {Text(report, "until")}: {Text(report, "sentence")}; {Text(report, "signals")} checkpoints asked for, {Text(report, "requeues")} jobs moved");
        return report;
    }

    internal static async Task<JsonNode> SayAsync(DaemonClient client, HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        var answer = await client.JsonAsync(method, path, body, stop);
        Say(Text(answer, "says"));
        return answer;
    }

    /// <summary>What others wrote goes to a terminal.</summary>
    private static void Say(string text) => Console.WriteLine(OneLine.Of(text, 2000));

    private static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";

    private static string When(JsonNode? time) => time?.ToString() is { Length: > 19 } iso ? iso[11..19] : "-";
}

/// <summary>The body of an operator's word.</summary>
internal static class OperatorBody
{
    public static JsonObject Of(params IEnumerable<(string Name, string? Value)> words)
    {
        // Heard only where no tokens are asked for: else it is the token's name.
        var body = new JsonObject { ["who"] = Environment.UserName };
        foreach (var (name, value) in words)
        {
            if (value is not null)
                body[name] = value;
        }
        return body;
    }
}
