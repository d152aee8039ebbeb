using System.CommandLine;
using Tocsin.Daemon.Benches;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin bench NAME | list</c>: side-by-side measurements, never run by the tests.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "a measurement, or 'list'" };
        var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
        var data = new Option<string?>("--data") { Description = "folder with a recording, for measurements that take one" };
        var until = new Option<string?>("--until") { Description = "only segments of it that start before this" };
        var epochs = new Option<int?>("--epochs") { Description = "passes of each training, where something is trained on the recording" };
        var count = new Option<int?>("--count", "--seeds") { Description = "how many inputs or seeds, where a measurement takes a number of them" };
        var first = new Option<int>("--first") { Description = "the first of them: a failing one is printed and can be run again", DefaultValueFactory = _ => 0 };
        var seed = new Option<int?>("--seed") { Description = "this one alone: --first SEED --count 1" };
        var only = new Option<string?>("--only") { Description = "the one part that is wanted, where a measurement has several by name" };
        var intervals = new Option<int?>("--intervals") { Description = "how long the simulated workload is, where one is measured on" };
        var failures = new Option<string?>("--failures") { Description = "a CSV file of failures (node,failed,repaired), where a measurement takes one" };
        var pictures = new Option<string?>("--pictures") { Description = "an existing folder for pictures, where a measurement draws some" };
        var command = new Command("bench", "side-by-side measurements") { name, json, data, until, epochs, count, first, seed, only, intervals, failures, pictures };
        command.Validators.Add(result =>
        {
            result.Bound(epochs, 1, 10_000);
            result.Bound(count, 1, 100_000_000);
            result.Bound(first, 0, int.MaxValue);
            result.Bound(seed, 0, int.MaxValue);
            result.Bound(intervals, 200, 1_000_000);
            if (result.GetValue(until) is { } text && !TimePoint.TryParse(text, out _))
                result.AddError($"--until '{text}': expected unix seconds, ISO 8601, or a share between 0 and 1");
        });
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(name),
            parsed.GetValue(json),
            new BenchData(parsed.GetValue(data), parsed.GetValue(until), parsed.GetValue(epochs), parsed.GetValue(seed) is null ? parsed.GetValue(count) : 1, parsed.GetValue(seed) ?? parsed.GetValue(first), parsed.GetValue(only)) { Intervals = parsed.GetValue(intervals), Failures = parsed.GetValue(failures), Pictures = parsed.GetValue(pictures) }));
        return command;
    }

    private static int Run(string name, string? json, BenchData data)
    {
        if (name == "list")
        {
            foreach (var bench in Bench.All)
                Console.WriteLine($"{bench.Name,-12} {bench.Summary}");
            return 0;
        }
        var found = Bench.All.FirstOrDefault(b => b.Name == name);
        if (found is null)
        {
            Console.Error.WriteLine($"tocsin: no measurement is called '{name}'; 'tocsin bench list' names them");
            return 2;
        }
        Figures.CheckTarget(json);
        var figures = found.OnData is { } onData ? onData(data) : found.Run();
        Figures.Write(json, figures, Bench.Json);
        return 0;
    }
}
