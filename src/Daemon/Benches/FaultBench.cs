using System.Diagnostics;
using Tocsin.Daemon.Benches.Faults;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Peers;
using Tocsin.Inference.Faults.PreGan;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Inference.Patterns;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>Who says best which host has which fault in the next interval: every method on the same simulated workloads, on rule labels and on cause labels, one workload a seed.</summary>
internal static class FaultBench
{
    private const int Seeds = 5;
    private const int Intervals = 10_000;

    /// <summary>Fewer leave no faults of each class in the part that is measured.</summary>
    private const int Least = 200;

    public static Bench Create() => new(
        "faults", $"fault prediction side by side on simulated workloads, {Seeds} seeds of {Intervals} intervals (--seeds N, --intervals N, --epochs N, --only METHOD,... or rule or cause; --data DIR: on PreGAN's recordings)", () => Run(new BenchData(null, null, null)))
    { OnData = Run };

    private static Dictionary<string, double> Run(BenchData data)
    {
        var budget = new PeerBudget { Epochs = data.Epochs ?? new PeerBudget().Epochs };
        string[] all = [.. FaultPeers.All(budget).Select(p => p.Name), "oracle"];
        var options = FaultBenchOptions.Of(data, (Seeds, 1, Intervals), data.Folder is null ? Least : 0, all);
        var (seeds, first, intervals, methods) = (options.Seeds, options.First, options.Intervals, options.NamedOr(all));
        if (data.Folder is { } folder)
            return OnRecordings(folder, budget, seeds, first, methods);
        var table = new FaultTable();
        var clock = Stopwatch.StartNew();
        Console.WriteLine($"workload version {WorkloadOptions.Version}, {seeds} seeds x {intervals} intervals x {new WorkloadOptions().Hosts} hosts; at most {budget.Epochs} passes; thresholds from validation; labels of causes come {WorkloadGenerator.CauseDelay} intervals late");
        // A seed is a workload, made by the first who needs it. Methods share nothing, so that they can be measured side by side in any order.
        var workloads = Enumerable.Range(first, seeds).Select(seed => new Lazy<WorkloadRun>(() => Generate(seed, intervals))).ToArray();
        (int Seed, string Truth, int Method)[] jobs =
            [.. from seed in Enumerable.Range(0, seeds) from method in Enumerable.Range(-1, FaultPeers.All(budget).Count + 1) from truth in options.Truths.Order(StringComparer.Ordinal) select (seed, truth, method)];
        Workers.ForEach(jobs.Length, Environment.ProcessorCount, at =>
        {
            var (seed, truth, method) = jobs[at];
            var run = workloads[seed].Value;
            if (method >= 0)
                Measure(truth, truth == "rule" ? run.Rule : run.Cause, FaultSplit.Of(intervals), first + seed, method, budget, methods, table, clock);
            else if (methods.Contains("oracle"))
                Oracle(truth, run, FaultSplit.Of(intervals), table);
        });
        table.Print(Console.Out);
        Console.WriteLine();
        Console.WriteLine("beside it, not to be compared (another data set): the paper's FT-MoE has F1 0.8766, HR 0.6496, NDCG 0.6021");
        Dictionary<string, double> figures = new() { ["workload_version"] = WorkloadOptions.Version, ["seeds"] = seeds, ["intervals"] = intervals, ["epochs"] = budget.Epochs, ["seconds"] = clock.Elapsed.TotalSeconds };
        table.Write(figures);
        return figures;
    }

    private static WorkloadRun Generate(int seed, int intervals) =>
        WorkloadGenerator.Generate(new WorkloadOptions { Intervals = intervals, Seed = (ulong)seed }, new IntervalRange(FaultSplit.Of(intervals).Validation.First, intervals));

    private static void Oracle(string truth, WorkloadRun run, FaultSplit split, FaultTable table)
    {
        var (history, oracle) = (truth == "rule" ? run.Rule : run.Cause, run.Oracle!);
        ReadOnlySpan<float> Scores(int t) => truth == "rule" ? oracle.Rule(t) : oracle.Cause(t);
        var threshold = FaultTrial.Ask(Scores, history, split.Validation).BestThreshold();
        table.Add(truth, -1, "oracle", FaultTrial.Ask(Scores, history, split.Test).At(threshold));
    }

    /// <summary>The recordings of PreGAN's authors (<c>--data</c>: one, or a folder of some), labels by their rule; a seed is one of the models' alone.</summary>
    private static Dictionary<string, double> OnRecordings(string folder, PeerBudget budget, int seeds, int first, IReadOnlySet<string> methods)
    {
        string[] folders = File.Exists(Path.Combine(folder, "time_series.npy")) ? [folder] : Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)] : [];
        if (folders.Length == 0)
            throw new BadDataException($"--data '{folder}': expected a folder with time_series.npy and schedule_series.npy, or one of such folders");
        var histories = folders.Select(f => (Name: Path.GetFileName(f), History: PreGanRecording.Read(f))).ToArray();
        var table = new FaultTable();
        var clock = Stopwatch.StartNew();
        foreach (var (name, history) in histories)
            Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {history.Length} intervals x {history.Hosts} hosts; {string.Join("  ", WorkloadStatistics.Of(history).Shares.Select((s, c) => $"{(FaultClass)c} {s:P1}"))}"));
        Workers.ForEach(seeds * histories.Length, Environment.ProcessorCount, job =>
        {
            var (name, history) = histories[job % histories.Length];
            for (var method = 0; method < FaultPeers.All(budget).Count; method++)
                Measure(name, history, FaultSplit.Of(history.Length), first + (job / histories.Length), method, budget, methods, table, clock);
        });
        table.Print(Console.Out);
        Dictionary<string, double> figures = new() { ["seeds"] = seeds, ["epochs"] = budget.Epochs, ["seconds"] = clock.Elapsed.TotalSeconds };
        table.Write(figures);
        return figures;
    }

    /// <summary>One method of the list. The tuned model and the one that is not are the same until labels come: they are fitted once.</summary>
    private static void Measure(string truth, FaultHistory history, FaultSplit split, int seed, int method, PeerBudget budget, IReadOnlySet<string> methods, FaultTable table, Stopwatch clock)
    {
        var all = FaultPeers.All(budget);
        var (predictor, name) = (all[method], all[method].Name);
        if (!methods.Contains(name) || (name == FaultPeers.NotTuned && methods.Contains(FaultPeers.Tuned)))
            return;
        var began = clock.Elapsed;
        var threshold = FaultTrial.Fit(predictor, history, split, seed);
        if (name == FaultPeers.Tuned && methods.Contains(FaultPeers.NotTuned))
            Tell(FaultPeers.NotTuned, observes: false);
        Tell(name, observes: true);

        void Tell(string called, bool observes)
        {
            var figures = FaultTrial.Ask(predictor, history, split.Test, observes).At(threshold);
            table.Add(truth, all.Select(p => p.Name).ToList().IndexOf(called), called, figures);
            Console.WriteLine($"{clock.Elapsed.TotalSeconds,7:F0} s  seed {seed}  {truth,-5}  {called,-20} F1 {figures.F1:F4}  HR {figures.HitRate:F4}  NDCG {figures.Ndcg:F4}  ({(clock.Elapsed - began).TotalSeconds:F1} s)");
        }
    }
}
