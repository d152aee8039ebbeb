using System.CommandLine;
using Tocsin.Daemon.Backtests;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Training;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin backtest</c>: learns on the first part of one's own history, watches the rest, and says what one would have had.</summary>
internal static class BacktestCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "folder with a recording" };
        var from = new Option<string?>("--from") { Description = "unix seconds or ISO 8601; with --data also a share 0..1 of the recording, with --prometheus how long ago (14d)" };
        var until = new Option<string?>("--until") { Description = "exclusive" };
        var split = new Option<string>("--split") { Description = "where learning ends and watching begins; a share is of what lies between --from and --until", DefaultValueFactory = _ => "0.6" };
        var events = new Option<string?>("--node-events") { Description = $"what Slurm knows of its nodes: {NodeEventTable.Format}" };
        var lead = new Option<string>("--lead") { Description = "how long before Slurm's word an alert counts for it, 1m to 7d", DefaultValueFactory = _ => "24h" };
        var budget = new Option<string?>("--alert-budget") { Description = "how many alerts the site wants, e.g. 10/day: sets the thresholds, on a held-out part of what is learned from; over alert_budget of --config" };
        var config = new Option<string?>("--config") { Description = "the site's tocsin.yaml, for how nodes are watched, alerts are made, and Prometheus and Slurm are asked" };
        var folder = new Option<string>("--out") { Description = "folder for report.html, alerts.csv and the library", DefaultValueFactory = _ => Path.Combine("out", "backtest") };
        var seed = new Option<uint>("--seed") { DefaultValueFactory = _ => 1 };
        var epochs = new Option<int>("--epochs") { Description = "passes over the data at most", DefaultValueFactory = _ => new TrainerOptions().Epochs };
        var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
        var history = new HistoryArguments();
        var command = new Command("backtest", "what one would have had: learns on the first part of a history, watches the rest as the daemon would") { data, from, until, split, events, lead, budget, config, folder, seed, epochs, json };
        history.AddTo(command, data, from, until);
        command.Validators.Add(r =>
        {
            if (r.TryTyped(split, out var word) && !TimePoint.TryParse(word, out _))
                r.AddError($"--split '{word}': expected unix seconds, ISO 8601, or a share between 0 and 1");
            if (r.TryTyped(lead, out var text) && !(DurationText.TryParse(text, out var span) && span >= TimeSpan.FromMinutes(1) && span <= TimeSpan.FromDays(7)))
                r.AddError($"--lead '{text}': expected 1m to 7d");
            if (r.TryTyped(budget, out var wanted) && wanted is not null && !BudgetWord.TryParse(wanted, out _))
                r.AddError($"--alert-budget '{wanted}': expected {BudgetWord.Expected}");
            r.Bound(epochs, 1, 10_000);
        });
        command.SetAction(async (parsed, stop) =>
        {
            var defaults = new LearnOptions();
            var learn = defaults with { Seed = parsed.GetValue(seed), Trainer = defaults.Trainer with { Epochs = parsed.GetValue(epochs) } };
            DurationText.TryParse(parsed.GetRequiredValue(lead), out var early);
            var (into, site) = (parsed.GetRequiredValue(folder), parsed.GetValue(config));
            Figures.CheckTarget(parsed.GetValue(json));
            var given = parsed.GetValue(events) is { } file ? NodeEventTable.Read(Lines(file), Path.GetFileName(file)) : null;
            Make(into);
            var request = history.Request(parsed, cadence => Site(site, cadence), site is not null, parsed.GetValue(from), parsed.GetValue(until), given is null, Path.Combine(into, "history"));
            var fetch = request is null ? null : new HistoryFetch(request, Say, TimeProvider.System);
            var fetched = fetch is null ? null : await fetch.RunAsync(stop);
            // What was fetched lies between its own from and until.
            var options = new BacktestOptions(
                fetched?.Folder ?? parsed.GetValue(data)!, Point(fetched is null ? parsed.GetValue(from) ?? "0" : "0"), Point(fetched is null ? parsed.GetValue(until) ?? "1" : "1"),
                Point(parsed.GetRequiredValue(split)), (long)early.TotalMilliseconds, learn)
            {
                Library = Path.Combine(into, "backtest.library"),
                Notes = fetched?.Notes ?? [],
                SiteNodes = fetched?.SiteNodes,
                AlertBudget = parsed.GetValue(budget) is { } word && BudgetWord.TryParse(word, out var perDay) ? perDay : null,
            };
            var result = await new BacktestRun(options, cadence => Site(site, cadence), given ?? fetched?.Known, Say).RunAsync(stop);
            Tell(result, options, into, parsed.GetValue(json));
            fetch?.Release();
            return 0;
        });
        return command;

        static TimePoint Point(string word) => TimePoint.TryParse(word, out var point) ? point : default;
    }

    private static void Say(string line) => Console.Error.WriteLine($"  {line}");

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"folder '{folder}' cannot be written: {e.Message}; name another with --out", e);
        }
    }

    private static void Tell(BacktestResult result, BacktestOptions options, string into, string? json)
    {
        foreach (var line in BacktestText.Lines(result))
            Console.WriteLine(line);
        var (page, table) = (Path.Combine(into, "report.html"), Path.Combine(into, "alerts.csv"));
        try
        {
            File.WriteAllText(page, BacktestHtml.Of(result));
            File.WriteAllText(table, AlertCsv.Of(result.Told));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"the report cannot be written to '{into}': {e.Message}; name another folder with --out", e);
        }
        Console.WriteLine();
        Console.WriteLine($"As a page: {page}; as a table: {table}; what was learned: {options.Library}");
        Figures.Write(json, BacktestJson.Of(result));
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
