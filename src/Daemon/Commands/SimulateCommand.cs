using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Tocsin.Daemon.Pictures;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin simulate</c>: the workload that the fault model is measured on, as CSV, and what it is like.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--out") { Description = "folder for hosts.csv and edges.csv; without it only the statistics" };
        var hosts = new Option<int>("--hosts") { Description = "how many; the first half has 4 GB of memory, the second 8 GB", DefaultValueFactory = _ => new WorkloadOptions().Hosts };
        var intervals = new Option<int>("--intervals") { Description = "how long", DefaultValueFactory = _ => new WorkloadOptions().Intervals };
        var seed = new Option<int>("--seed") { Description = "the same seed gives the same numbers", DefaultValueFactory = _ => 1 };
        var arrivals = new Option<double>("--arrivals") { Description = "tasks that arrive in an interval for each 16 hosts, on average", DefaultValueFactory = _ => new WorkloadOptions().Arrivals };
        var drift = new Option<int?>("--drift-at") { Description = "from this interval on other kinds of task, other hosts, other rates" };
        var traces = new Option<string?>("--traces") { Description = "folder with GWA-T-12 (Bitbrains) CSV files that the tasks follow" };
        var picture = new Option<string?>("--picture") { Description = "also draw the shares of the classes over time to this PNG" };
        var json = new Option<string?>("--json") { Description = "also write the statistics to this file" };
        var command = new Command("simulate", "a simulated cluster with injected faults and two truths, for tests and measurements") { output, hosts, intervals, seed, arrivals, drift, traces, picture, json };
        command.Validators.Add(r =>
        {
            r.Bound(hosts, 2, 100_000);
            r.Bound(intervals, 1, 10_000_000);
            r.Bound(seed, 0, int.MaxValue);
            r.Bound(arrivals, 0, 1000);
            r.Bound(drift, 0, 10_000_000);
        });
        command.SetAction(parsed =>
        {
            var rejections = new Rejections();
            Figures.CheckTarget(parsed.GetValue(json));
            var options = new WorkloadOptions
            {
                Hosts = parsed.GetValue(hosts),
                Intervals = parsed.GetValue(intervals),
                Seed = (ulong)parsed.GetValue(seed),
                Arrivals = (float)parsed.GetValue(arrivals),
                DriftAt = parsed.GetValue(drift),
                Traces = parsed.GetValue(traces) is { } folder ? BitbrainsReader.ReadFolder(folder, rejections) : null,
            };
            RejectionNotes.Print(rejections);
            return Run(options, parsed.GetValue(output), parsed.GetValue(picture), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(WorkloadOptions options, string? output, string? picture, string? json)
    {
        var clock = Stopwatch.StartNew();
        var run = WorkloadGenerator.Generate(options);
        var took = clock.Elapsed;
        Console.WriteLine($"workload version {WorkloadOptions.Version}: {options.Intervals} intervals x {options.Hosts} hosts in {took.TotalSeconds:F2} s{(options.Traces is { } pool ? $", {pool.Traces.Count} traces" : "")}");
        WorkloadStatistics rule = WorkloadStatistics.Of(run.Rule), cause = WorkloadStatistics.Of(run.Cause);
        foreach (var (name, of) in new[] { ("rule", rule), ("cause", cause) })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-6} {string.Join("  ", of.Shares.Select((s, c) => $"{(FaultClass)c} {s:P1}"))}  a fault lasts {of.MeanRun:F1} intervals  last label again: F1 {of.PersistenceF1:F3}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"moves between {rule.EdgesPerInterval:F2} pairs of hosts an interval"));
        Console.WriteLine("feature        mean  median     p99  deviation/mean  autocorrelation");
        foreach (var f in rule.Features)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{f.Name,-11} {f.Mean,7:F3} {f.Median,7:F3} {f.Percentile99,7:F3} {f.Variation,15:F2} {f.Autocorrelation,16:F2}"));
        if (output is not null)
            WorkloadCsv.Write(output, run);
        if (picture is not null)
            LinePicture.Write(picture, Shares(run.Rule));
        Figures.Write(json, new { version = WorkloadOptions.Version, hosts = options.Hosts, intervals = options.Intervals, seed = options.Seed, seconds = took.TotalSeconds, rule, cause });
        return 0;
    }

    /// <summary>Share of each class of fault in a hundred stretches of the time.</summary>
    private static LinePictureData Shares(FaultHistory history)
    {
        var wide = Math.Max(1, history.Length / 100);
        List<LineSeries> series = [];
        for (var c = 1; c < history.Classes; c++)
        {
            List<double> at = [], share = [];
            for (var first = 0; first + wide <= history.Length; first += wide)
            {
                var found = 0;
                for (var i = 0; i < wide * history.Hosts; i++)
                    found += history.Label(first + (i / history.Hosts), i % history.Hosts) == (FaultClass)c ? 1 : 0;
                at.Add(first + (wide / 2.0));
                share.Add(100.0 * found / (wide * history.Hosts));
            }
            series.Add(new LineSeries($"{(FaultClass)c}", [.. at], [.. share]));
        }
        return new LinePictureData("Faults by the paper's rules in the simulated workload", "interval", "share of hosts, %", series);
    }
}
