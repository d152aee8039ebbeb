using System.CommandLine;
using Tocsin.Daemon.Demo;
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
        var offline = new Option<bool>("--offline") { Description = "without the daemon: learns, watches and keeps score in the terminal alone; so is --data" };
        var live = new Option<bool>("--live") { Description = "watches this machine by its node_exporter, until Ctrl-C" };
        var target = new Option<string>("--target") { Description = "of --live: host:port of the node_exporter", DefaultValueFactory = _ => "127.0.0.1:9100" };
        var port = new Option<int>("--port") { Description = "of the page, on 127.0.0.1; the next free one where it is taken", DefaultValueFactory = _ => 8484 };
        var speed = new Option<double>("--speed") { Description = "recorded seconds a second", DefaultValueFactory = _ => 16 };
        var once = new Option<bool>("--once") { Description = "ends with the scoreboard also on a terminal, where the page else stays until Ctrl-C" };
        var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
        var command = new Command("demo", "a cluster in one process, on a page: learns, watches what really happened on a machine, and keeps score; installs nothing")
        {
            port, speed, once, live, target, offline, data, from, folder, seed, epochs, plain, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) is { } text && !TimePoint.TryParse(text, out _))
                result.AddError($"--from '{text}': expected unix seconds, ISO 8601, or a share between 0 and 1");
            result.Bound(epochs, 1, 10_000);
            result.Bound(port, 1, 65_535);
            result.Bound(speed, 1, 60);
        });
        command.SetAction(async (parsed, stop) =>
        {
            var named = parsed.GetValue(data);
            var split = TimePoint.TryParse(parsed.GetValue(from) ?? "", out var point) ? point
                : named is null ? new TimePoint(DemoSample.SplitMs, null)
                : new TimePoint(null, DefaultShare);
            var defaults = new LearnOptions();
            var options = defaults with { Seed = parsed.GetValue(seed), Trainer = defaults.Trainer with { Epochs = parsed.GetValue(epochs) } };
            if (parsed.GetValue(live))
            {
                await new LiveHere(parsed.GetRequiredValue(target), parsed.GetRequiredValue(folder), parsed.GetValue(port), parsed.GetValue(once), DemoTeller.ForConsole(parsed.GetValue(plain))).RunAsync(stop);
                return 0;
            }
            if (!parsed.GetValue(offline) && named is null && parsed.GetValue(from) is null)
            {
                var played = new LiveDemoOptions(parsed.GetRequiredValue(folder), parsed.GetValue(port), parsed.GetValue(speed), !parsed.GetValue(once) && !Console.IsOutputRedirected, options);
                await new LiveDemo(DemoSample.Find(AppContext.BaseDirectory), played, DemoTeller.ForConsole(parsed.GetValue(plain))).RunAsync(parsed.GetValue(json), stop);
                return 0;
            }
            var run = new DemoRun(named ?? DemoSample.Find(AppContext.BaseDirectory), split, options, parsed.GetRequiredValue(folder), DemoScreen.ForConsole(parsed.GetValue(plain)));
            run.Run(parsed.GetValue(json));
            return 0;
        });
        return command;
    }
}
