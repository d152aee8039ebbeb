using System.CommandLine;
using Tocsin.Daemon.Checking;
using Tocsin.Daemon.Config;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin check</c>: what will work, and what will not and why, before the first start. 1 where a line is an error.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "YAML file; tocsin init writes one", Required = true };
        var set = new Option<string[]>("--set") { Description = "key=value over file and environment; may be repeated" };
        var json = new Option<string?>("--json") { Description = "also write the lines to this file" };
        var command = new Command("check", "holds the options against Prometheus, Slurm, Alertmanager and this machine, before the first start") { config, set, json };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(config), parsed.GetValue(set) ?? [], parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, string[] words, string? json, CancellationToken stop)
    {
        Figures.CheckTarget(json);
        var problems = new List<string>();
        var options = ConfigLayers.Read(file, words, problems);
        List<CheckLine> lines = [.. problems.Select(p => CheckLine.Error("options", p, "deploy/tocsin.yaml explains every key"))];
        if (options is not null)
        {
            lines.Add(CheckLine.Ok("options", $"{file}: all options are right"));
            lines.AddRange(SiteCheck.Lines(await SiteCheck.GatherAsync(options, TimeProvider.System, stop)));
        }
        Print(lines);
        var (errors, warnings) = (lines.Count(l => l.Level == CheckLevel.Error), lines.Count(l => l.Level == CheckLevel.Warning));
        Console.WriteLine($"{lines.Count - errors - warnings} ok, {warnings} {(warnings == 1 ? "warning" : "warnings")}, {errors} {(errors == 1 ? "error" : "errors")}{(options is null ? "; nothing else is looked at until the options are right" : "")}");
        Figures.Write(json, new
        {
            ok = lines.Count - errors - warnings,
            warnings,
            errors,
            lines = lines.Select(l => new { level = Word(l.Level), about = l.About, text = l.Text, todo = l.Do }),
        });
        return errors == 0 ? 0 : 1;
    }

    private static void Print(IEnumerable<CheckLine> lines)
    {
        foreach (var line in lines)
        {
            Console.WriteLine($"{Word(line.Level),-8} {line.About,-10} {OneLine.Of(line.Text, 1000)}");
            if (line.Do is not null)
                Console.WriteLine($"{"",-19} -> {OneLine.Of(line.Do, 1000)}");
        }
    }

    private static string Word(CheckLevel level) => level switch
    {
        CheckLevel.Ok => "ok",
        CheckLevel.Warning => "warning",
        _ => "error",
    };
}
