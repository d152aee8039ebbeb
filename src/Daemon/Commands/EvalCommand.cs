using System.CommandLine;
using Tocsin.Inference.Evaluation;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin eval</c>: how good are the scores in a folder, beside chance and trivial methods from the same run.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var scores = new Option<string>("--scores") { Description = "folder that 'tocsin detect' wrote, or one of its files", Required = true };
        var events = new Option<string?>("--events") { Description = "the truth, Fault|JobName|Start|End[|NodeList]; without it runs of label 1 are the events" };
        var jobs = new Option<string?>("--jobs") { Description = "jobs.psv for the boundaries that margins lie around; without it each file's first and last frame" };
        var margins = new Option<string>("--margins") { Description = "frames left out after a segment's start and before its end, e.g. 5s,2s; 0 = none", DefaultValueFactory = _ => "5s,2s" };
        var grace = new Option<string>("--grace") { Description = "an episode that starts this long after an event's end still finds it", DefaultValueFactory = _ => "5s" };
        var calm = new Option<string>("--calm") { Description = "calm is further than this from every event", DefaultValueFactory = _ => "10s" };
        var cadence = new Option<string?>("--cadence") { Description = "spacing of frames; without it each node's median" };
        var fewest = new Option<int>("--min-event-frames") { Description = "an event counts when so many of its frames lie outside the margins", DefaultValueFactory = _ => new EvalOptions().MinEventFrames };
        var bootstrap = new Option<int>("--bootstrap") { Description = "resamplings for the intervals; 0 = none", DefaultValueFactory = _ => new EvalOptions().Bootstrap };
        var seed = new Option<int>("--seed") { Description = "of the bootstrap and the random references", DefaultValueFactory = _ => 1 };
        var paper = new Option<bool>("--paper") { Description = "also the published protocol: k-sigma per file, averages over files" };
        var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
        var command = new Command("eval", "the figures of a run as a table: unadjusted, pooled, beside chance and trivial methods")
        {
            scores, events, jobs, margins, grace, calm, cadence, fewest, bootstrap, seed, paper, json,
        };
        AddDuration(command, grace);
        AddDuration(command, calm);
        AddDuration(command, cadence);
        command.Validators.Add(r =>
        {
            // What was not typed has no value yet here: defaults need no check.
            if (r.GetResult(margins) is not null && !TryMargins(r.GetValue(margins), out _, out _))
                r.AddError($"--margins '{r.GetValue(margins)}': expected two durations, e.g. 5s,2s, or 0");
            r.Bound(fewest, 1, 1_000_000);
            r.Bound(bootstrap, 0, 100_000);
        });
        command.SetAction(parsed =>
        {
            TryMargins(parsed.GetValue(margins), out var start, out var end);
            var options = new EvalOptions
            {
                MarginStart = start,
                MarginEnd = end,
                Grace = Duration(parsed.GetValue(grace)) ?? default,
                CalmDistance = Duration(parsed.GetValue(calm)) ?? default,
                Cadence = Duration(parsed.GetValue(cadence)) is { Ticks: > 0 } c ? c : null,
                MinEventFrames = parsed.GetValue(fewest),
                Bootstrap = parsed.GetValue(bootstrap),
                Seed = parsed.GetValue(seed),
            };
            return Run(parsed.GetRequiredValue(scores), parsed.GetValue(events), parsed.GetValue(jobs), options, parsed.GetValue(paper), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(string scores, string? events, string? jobs, EvalOptions options, bool paper, string? json)
    {
        Figures.CheckTarget(json);
        var segments = ScoreFile.ReadAll(scores).ToList();
        var report = Evaluator.Evaluate(segments, events is null ? null : FaultTable.Read(events), jobs is null ? null : JobTable.Read(jobs, new Rejections()), options);
        var published = paper ? PaperProtocol.Evaluate(segments) : null;
        EvalTable.Print(Console.Out, report, options);
        if (paper)
            EvalTable.PrintPaper(Console.Out, published);
        Figures.Write(json, new { report, paper_raw = published?.Raw, paper_point_adjusted = published?.Adjusted });
        return 0;
    }

    private static void AddDuration<T>(Command command, Option<T> option) => command.Validators.Add(r => Check(r, option.Name, r.GetValue(option) as string));

    private static void Check(System.CommandLine.Parsing.CommandResult result, string name, string? text)
    {
        if (text is not null && !DurationText.TryParse(text, out _))
            result.AddError($"{name} '{text}': expected a duration, e.g. 500ms, 5s, 1m");
    }

    private static TimeSpan? Duration(string? text) => text is not null && DurationText.TryParse(text, out var d) ? d : null;

    private static bool TryMargins(string? text, out TimeSpan start, out TimeSpan end)
    {
        var parts = (text ?? "").Split(',');
        end = default;
        if (!DurationText.TryParse(parts[0], out start))
            return false;
        if (parts.Length == 1)
            return start == default;
        return parts.Length == 2 && DurationText.TryParse(parts[1], out end);
    }
}
