using System.CommandLine;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Training;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin demo</c>: learns from the first part of a recording, watches the rest, and says how well that went.</summary>
internal static class DemoCommand
{
    /// <summary>Of a recording other than the sample.</summary>
    private const double DefaultShare = 0.6;

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "another recording than the sample that comes with Tocsin" };
        var from = new Option<string?>("--from") { Description = $"where learning ends and watching begins: unix seconds, ISO 8601, or a share 0..1; {DefaultShare} of a recording other than the sample" };
        var folder = new Option<string>("--out") { Description = "folder for picture, library and scores", DefaultValueFactory = _ => Path.Combine("out", "demo") };
        var seed = new Option<uint>("--seed") { Description = "equal seeds give equal figures", DefaultValueFactory = _ => 1 };
        var epochs = new Option<int>("--epochs") { Description = "passes over the data at most; fewer are quicker and worse", DefaultValueFactory = _ => new TrainerOptions().Epochs };
        var plain = new Option<bool>("--no-color") { Description = "also without colour: where the output goes elsewhere, or NO_COLOR is set" };
        var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
        var command = new Command("demo", "learns, watches and keeps score on a recording with injected faults; installs nothing") { data, from, folder, seed, epochs, plain, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) is { } text && !TimePoint.TryParse(text, out _))
                result.AddError($"--from '{text}': expected unix seconds, ISO 8601, or a share between 0 and 1");
            result.Bound(epochs, 1, 10_000);
        });
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(data);
            var split = TimePoint.TryParse(parsed.GetValue(from) ?? "", out var point) ? point
                : named is null ? new TimePoint(DemoSample.SplitMs, null)
                : new TimePoint(null, DefaultShare);
            var defaults = new LearnOptions();
            var options = defaults with { Seed = parsed.GetValue(seed), Trainer = defaults.Trainer with { Epochs = parsed.GetValue(epochs) } };
            var run = new DemoRun(named ?? DemoSample.Find(AppContext.BaseDirectory), split, options, parsed.GetRequiredValue(folder), DemoScreen.ForConsole(parsed.GetValue(plain)));
            run.Run(parsed.GetValue(json));
            return 0;
        });
        return command;
    }
}
