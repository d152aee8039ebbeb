using System.CommandLine;
using Tocsin.Daemon.Backtests;
using Tocsin.Daemon.Config;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Training;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin backtest</c>: learns on the first part of one's own history, watches the rest, and says what one would have had.</summary>
internal static class BacktestCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "folder with a recording; tocsin backfill makes one of a Prometheus' history", Required = true };
        var from = new Option<string>("--from") { Description = "unix seconds, ISO 8601, or a share 0..1 of the recording", DefaultValueFactory = _ => "0" };
        var until = new Option<string>("--until") { Description = "exclusive", DefaultValueFactory = _ => "1" };
        var split = new Option<string>("--split") { Description = "where learning ends and watching begins; a share is of what lies between --from and --until", DefaultValueFactory = _ => "0.6" };
        var events = new Option<string?>("--node-events") { Description = $"what Slurm knows of its nodes: {NodeEventTable.Format}" };
        var lead = new Option<string>("--lead") { Description = "how long before Slurm's word an alert counts for it, 1m to 7d", DefaultValueFactory = _ => "24h" };
        var config = new Option<string?>("--config") { Description = "the site's tocsin.yaml, for how nodes are watched and alerts are made" };
        var folder = new Option<string>("--out") { Description = "folder for report.html, alerts.csv and the library", DefaultValueFactory = _ => Path.Combine("out", "backtest") };
        var seed = new Option<uint>("--seed") { DefaultValueFactory = _ => 1 };
        var epochs = new Option<int>("--epochs") { Description = "passes over the data at most", DefaultValueFactory = _ => new TrainerOptions().Epochs };
        var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
        var command = new Command("backtest", "what one would have had: learns on the first part of a history, watches the rest as the daemon would") { data, from, until, split, events, lead, config, folder, seed, epochs, json };
        command.Validators.Add(r =>
        {
            foreach (var option in (Option<string>[])[from, until, split])
            {
                if (r.TryTyped(option, out var word) && !TimePoint.TryParse(word, out _))
                    r.AddError($"{option.Name} '{word}': expected unix seconds, ISO 8601, or a share between 0 and 1");
            }
            if (r.TryTyped(lead, out var text) && !(DurationText.TryParse(text, out var span) && span >= TimeSpan.FromMinutes(1) && span <= TimeSpan.FromDays(7)))
                r.AddError($"--lead '{text}': expected 1m to 7d");
            r.Bound(epochs, 1, 10_000);
        });
        command.SetAction(async (parsed, stop) =>
        {
            var defaults = new LearnOptions();
            var learn = defaults with { Seed = parsed.GetValue(seed), Trainer = defaults.Trainer with { Epochs = parsed.GetValue(epochs) } };
            DurationText.TryParse(parsed.GetRequiredValue(lead), out var early);
            var into = parsed.GetRequiredValue(folder);
            var options = new BacktestOptions(parsed.GetRequiredValue(data), Point(parsed.GetRequiredValue(from)), Point(parsed.GetRequiredValue(until)), Point(parsed.GetRequiredValue(split)), (long)early.TotalMilliseconds, learn)
            {
                Library = Path.Combine(into, "backtest.library"),
            };
            await RunAsync(options, parsed.GetValue(config), parsed.GetValue(events), into, parsed.GetValue(json), stop);
            return 0;
        });
        return command;

        static TimePoint Point(string word) => TimePoint.TryParse(word, out var point) ? point : default;
    }

    private static async Task RunAsync(BacktestOptions options, string? config, string? events, string into, string? json, CancellationToken stop)
    {
        Figures.CheckTarget(json);
        var known = events is null ? [] : NodeEventTable.Read(Lines(events), Path.GetFileName(events));
        try
        {
            Directory.CreateDirectory(into);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"folder '{into}' cannot be written: {e.Message}; name another with --out", e);
        }
        var result = await new BacktestRun(options, cadence => Site(config, cadence), known, l => Console.Error.WriteLine($"  {l}")).RunAsync(stop);
        foreach (var line in BacktestText.Lines(result))
            Console.WriteLine(line);
        var (page, table) = (Path.Combine(into, "report.html"), Path.Combine(into, "alerts.csv"));
        try
        {
            File.WriteAllText(page, BacktestHtml.Of(result));
            File.WriteAllLines(table, BacktestCsv.Lines(result));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"the report cannot be written to '{into}': {e.Message}; name another folder with --out", e);
        }
        Console.WriteLine();
        Console.WriteLine($"As a page: {page}; as a table: {table}; what was learned: {options.Library}");
        EvalJson.Write(json, BacktestCsv.Figures(result));
    }

    /// <summary>The site's own options, less what they say of this machine; without a file the defaults, for the recording's cadence.</summary>
    private static ServeOptions Site(string? config, TimeSpan cadence)
    {
        var tree = new ConfigTree();
        var problems = new List<string>();
        if (config is not null)
            ConfigLayers.File(config, tree, problems);
        else
        {
            var frame = Math.Clamp((int)Math.Round(cadence.TotalSeconds), 1, 300);
            // The defaults are meant for 15 s: as many frames of another cadence.
            ConfigLayers.CommandLine(
                ["cluster=backtest", $"cadence={frame}s", $"alerts.hold={2 * frame}s", $"alerts.gather={Math.Max(2, frame * 4 / 3)}s", $"alerts.linger={4 * frame}s", $"alerts.clear_after={Math.Max(10, 20 * frame)}s",
                    $"alerts.onset_window={Math.Max(10, 20 * frame)}s"], tree, problems);
        }
        return ServeOptions.Check(tree, problems, out _) ?? throw new BadDataException($"{problems.Count} options are not right: {string.Join("; ", problems)}");
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataException($"--node-events '{file}' cannot be read: {e.Message}", e);
        }
    }
}
