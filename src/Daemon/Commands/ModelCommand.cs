using System.CommandLine;
using System.Text.Json.Nodes;
using Tocsin.Daemon.Commands.Client;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin model</c>: how the fault model of the running daemon stands; with <c>--rollback</c> the version before serves again.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var back = new Option<bool>("--rollback") { Description = "the version that served before serves again" };
        var json = new Option<string?>("--json") { Description = "also write what the daemon answered to this file" };
        var daemon = new DaemonOptions();
        var command = new Command("model", "how the fault model stands: versions, experts, labels, how its predictions did; and the way back") { back, json };
        daemon.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            Figures.CheckTarget(parsed.GetValue(json));
            using var client = daemon.Connect(parsed);
            if (parsed.GetValue(back))
            {
                var went = await client.JsonAsync(HttpMethod.Post, "/api/v1/model/rollback", new JsonObject(), stop);
                Say($"version {went["version"]} serves again");
            }
            var model = await client.JsonAsync(HttpMethod.Get, "/api/v1/model", null, stop);
            Show(model);
            Figures.Write(parsed.GetValue(json), model);
            return 0;
        });
        return command;
    }

    private static void Show(JsonNode model)
    {
        Say(model["serving"]?.GetValue<bool>() == true ? $"version {model["version"]} serves" : $"no model serves: {model["why"]}");
        Say(model["may_act"]?.GetValue<bool>() == true ? "actions may rest on it" : $"no action may rest on it: {model["why_not_act"]}");
        if (model["quality"] is { } quality)
            Say($"quality of version {model["version"]} on labels that came later: {quality["faults"]} faults of {quality["labelled"]} host-intervals, Brier {Small(quality["brier"])} against {Small(quality["base_brier"])} of the base rate, skill {Share(quality["skill"])} +- {Share(quality["skill_error"])}, miscalibration {Share(quality["miscalibration"])}");
        foreach (var label in model["labels"]!.AsArray())
            Say($"labels  {label!["origin"],-10} {label["class"],-8} {label["faults"],6} faults {label["intervals"],7} host-intervals");
        if (model["experts"]!.AsArray() is { Count: > 0 } experts)
            Say($"experts {string.Join(' ', experts.Select(e => e!["awake"]))} of {model["inputs"]} inputs; {model["unwanted"]} wanted by none");
        foreach (var day in model["days"]!.AsArray().TakeLast(14))
            Say($"{day!["day"]}  version {day["version"]}  {day["labelled"]} labelled, {day["faults"]} faults  accuracy {Share(day["accuracy"])}  precision {Share(day["precision"])}  recall {Share(day["recall"])}  class {Share(day["class_accuracy"])}");
        if (model["contest"] is { } contest)
            Say($"version {contest["challenger"]} against {contest["champion"]}: {contest["intervals"]} of {contest["intervals_wanted"]} intervals, {contest["faults"]} faults, loss {Number(contest["loss"])} against {Number(contest["champion_loss"])}");
        foreach (var version in model["versions"]!.AsArray().TakeLast(20))
            Say($"version {version!["version"],3} of {version["parent"],3}  {version["source"]}  {version["verdict"],-8} experts {version["experts"]} (+{version["added"]} -{version["removed"]})  {(version["loss"] is { } loss ? $"loss {Number(loss)} against {Number(version["champion_loss"])}  " : "")}{(version["served_since"] is { } since ? $"served since {since}" : "")}");
        Say($"{model["intervals_kept"]} intervals kept, the newest {model["last_interval"]?.ToString() ?? "none yet"}; {model["waiting"]} wait, {model["dropped"]} were not learned from{(model["trouble"] is { } why ? $"; learning waits: {why}" : "")}");
    }

    private static string Share(JsonNode? value) => value is null ? "-" : value.GetValue<double>().ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);

    private static string Number(JsonNode? value) => value is null ? "-" : value.GetValue<double>().ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture);

    private static string Small(JsonNode? value) => value is null ? "-" : value.GetValue<double>().ToString("G3", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What others wrote goes to a terminal.</summary>
    private static void Say(string text) => Console.WriteLine(OneLine.Of(text, 2000));
}
