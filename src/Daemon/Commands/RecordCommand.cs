using System.CommandLine;
using Tocsin.Inference.Evaluation;
using Tocsin.Ingest.Live;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin record</c>: live exporters -> a recording that the other commands take as <c>--data</c>.</summary>
internal static class RecordCommand
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Longer than most intervals: a node under stress answers late, and that answer is the one that matters.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var targets = new Option<string>("--targets") { Description = "[NODE=]URL,...; scheme and /metrics may be left out; URLs of one NODE make one scrape", Required = true };
        var folder = new Option<string>("--out") { Description = "folder of the recording; it may not hold one yet", Required = true };
        var interval = new Option<string>("--interval") { Description = "between two scrapes of a node, 100ms to 1h", DefaultValueFactory = _ => "1s" };
        var duration = new Option<string?>("--duration") { Description = "stop after this long; without it at Ctrl-C or SIGTERM" };
        var jobs = new Option<string?>("--jobs") { Description = "table JobID|JobName|Start|End[|NodeList] to go with it; without it an empty one" };
        var hide = new AnonymiseArguments();
        var json = new Option<string?>("--json") { Description = "also write the counts to this file" };
        var command = new Command("record", "scrapes live exporters on a steady grid into a recording") { targets, folder, interval, duration, jobs, json };
        hide.AddTo(command);
        command.Validators.Add(r =>
        {
            if (r.GetValue(targets) is { } text && ExporterNode.Parse(text, out _) is { } why)
                r.AddError($"--targets: {why}");
            foreach (var option in (Option[])[interval, duration])
            {
                if (r.GetResult(option)?.Tokens is [{ Value: var word }, ..] && !(DurationText.TryParse(word, out var span) && span >= Shortest && (option == duration || span <= Longest)))
                    r.AddError($"{option.Name} '{word}': expected a duration, e.g. 500ms, 1s, 2m, of at least 100ms{(option == interval ? " and at most 1h" : "")}");
            }
        });
        command.SetAction((parsed, stop) =>
        {
            ExporterNode.Parse(parsed.GetRequiredValue(targets), out var nodes);
            DurationText.TryParse(parsed.GetRequiredValue(interval), out var every);
            TimeSpan? length = parsed.GetValue(duration) is { } text && DurationText.TryParse(text, out var d) ? d : null;
            var names = hide.Of(parsed)?.Invoke(nodes.Select(n => n.Name));
            return RunAsync(nodes, every, length, parsed.GetRequiredValue(folder), parsed.GetValue(jobs), names, parsed.GetValue(json), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<ExporterNode> nodes, TimeSpan interval, TimeSpan? duration, string folder, string? jobs, Anonymiser? hide, string? json, CancellationToken stop)
    {
        Figures.CheckTarget(json);
        ScrapeRecorder recorder;
        var table = hide is null ? jobs : HiddenJobs.Write(folder, jobs, hide);
        using (var writer = new RecordingWriter(folder, table) { Hide = hide })
        {
            recorder = new ScrapeRecorder(nodes, writer, interval, AnswerLimit, TimeProvider.System);
            Console.WriteLine($"recording {nodes.Count} {(nodes.Count == 1 ? "node" : "nodes")} every {interval.TotalSeconds:0.###} s; {(duration is null ? "Ctrl-C ends it" : $"for {duration.Value.TotalSeconds:0.###} s")}");
            await recorder.RunAsync(duration, stop);
        }
        foreach (var ((node, why), count) in recorder.Failures.OrderBy(f => f.Key))
            Console.WriteLine($"  {node}: {why}, {count} times");
        if (recorder.SkippedTicks > 0)
            Console.WriteLine($"  ticks skipped while a scrape was under way: {recorder.SkippedTicks}");
        Console.WriteLine($"scrapes written: {recorder.Scrapes}");
        foreach (var line in hide?.Lines() ?? [])
            Console.WriteLine(line);
        WriteJson(json, recorder);
        if (recorder.Scrapes == 0)
        {
            var (first, _) = recorder.Failures.OrderBy(f => f.Key).FirstOrDefault();
            throw new DependencyException($"no exporter answered ({first.Node ?? nodes[0].Name}: {first.Why ?? "stopped before the first answer"}): expected Prometheus text; check --targets");
        }
        return 0;
    }

    private static void WriteJson(string? path, ScrapeRecorder recorder) => Figures.Write(path, new
    {
        scrapes = recorder.Scrapes,
        skipped_ticks = recorder.SkippedTicks,
        failures = recorder.Failures.OrderBy(f => f.Key).Select(f => new { node = f.Key.Node, why = f.Key.Why, count = f.Value }),
    });
}
