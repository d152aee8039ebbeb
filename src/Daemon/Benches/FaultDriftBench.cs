using System.Globalization;
using Tocsin.Daemon.Benches.Faults;
using Tocsin.Daemon.Pictures;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Inference.Patterns;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>The world changes in the middle: FT-MoE that is tuned while labels arrive, the same frozen, and one that is trained anew on what came after. Their F1 over time, and
/// the experts that came and went.</summary>
internal static class FaultDriftBench
{
    private const int Seeds = 5;
    private const int Intervals = 10_000;
    private const int Least = 2_000;

    /// <summary>Stretches of the time that one point of a curve stands for.</summary>
    private const int Blocks = 40;

    /// <summary>Intervals from which a threshold is chosen while labels come.</summary>
    private const int Chosen = 1_000;

    /// <summary>Measured where it is asked for by name.</summary>
    private const string Printed = "tuned as printed";

    private static readonly string[] Methods = ["tuned", Printed, "frozen", "retrained", "oracle"];

    public static Bench Create() => new(
        "faultdrift", $"FT-MoE tuned online, frozen and retrained when the workload changes in the middle, {Seeds} seeds (--seeds N, --intervals N, --epochs N, --only rule or cause, or \"tuned as printed\" beside them: gate and experts alone; --pictures DIR)", () => Run(new BenchData(null, null, null)))
    { OnData = Run };

    private static Dictionary<string, double> Run(BenchData data)
    {
        var options = FaultBenchOptions.Of(data, (Seeds, 1, Intervals), Least, [Printed]);
        var (seeds, first, intervals, truths) = (options.Seeds, options.First, options.Intervals, options.Truths);
        var moe = new FtMoeOptions();
        moe = moe with { Epochs = data.Epochs ?? moe.Epochs };
        var figures = new Dictionary<string, double> { ["workload_version"] = WorkloadOptions.Version, ["seeds"] = seeds, ["intervals"] = intervals, ["drift_at"] = intervals / 2 };
        var printed = options.Named.Contains(Printed);
        var runs = truths.ToDictionary(t => t, _ => new Seed[seeds]);
        var workloads = Enumerable.Range(first, seeds).Select(seed => new Lazy<WorkloadRun>(() => Generate(seed, intervals))).ToArray();
        Workers.ForEach(seeds * truths.Count, Environment.ProcessorCount, job =>
        {
            var (i, truth) = (job / truths.Count, truths[job % truths.Count]);
            var run = runs[truth][i] = Measure(first + i, workloads[i].Value, truth == "rule", intervals, moe, printed);
            Console.WriteLine($"seed {first + i} {truth,-5}: {string.Join("  ", Methods.Select((m, k) => double.IsNaN(run.Last[k]) ? "" : string.Create(CultureInfo.InvariantCulture, $"{m} {run.Last[k]:F4}")))}  ({run.Experts.Count} tunings, {run.Promoted} served)");
        });
        foreach (var truth in truths)
        {
            Write(truth, runs[truth], intervals, figures);
            if (data.Pictures is { } folder)
                LinePicture.Write(Path.Combine(folder, $"fault-drift-{truth}.png"), Picture(truth, runs[truth], intervals));
        }
        return figures.Where(f => double.IsFinite(f.Value)).ToDictionary();
    }

    private static void Write(string truth, Seed[] runs, int intervals, Dictionary<string, double> figures)
    {
        Console.WriteLine($"F1 on {truth} labels in the last quarter, the drift being at {intervals / 2} of {intervals}, mean ± deviation of {runs.Length} seeds; before the drift {runs.Average(r => r.Before):F4}");
        for (var m = 0; m < Methods.Length; m++)
        {
            if (double.IsNaN(runs[0].Last[m]))
                continue;
            double mean = runs.Average(r => r.Last[m]), deviation = runs.Length > 1 ? Math.Sqrt(runs.Sum(r => (r.Last[m] - mean) * (r.Last[m] - mean)) / (runs.Length - 1)) : 0;
            Console.WriteLine($"  {Methods[m],-10} {mean:F4} ± {deviation:F4}");
            (figures[$"{truth}/{Methods[m]}/f1"], figures[$"{truth}/{Methods[m]}/f1_sd"]) = (mean, deviation);
            for (var b = 0; b < Blocks; b++)
                figures[$"{truth}/{Methods[m]}/f1/{(b + 1) * intervals / Blocks}"] = runs.Average(r => r.Curves[m][b]);
        }
        figures[$"{truth}/before/f1"] = runs.Average(r => r.Before);
        foreach (var tuning in runs[0].Experts)
            (figures[$"{truth}/experts/{tuning.Interval}"], figures[$"{truth}/experts_added/{tuning.Interval}"], figures[$"{truth}/experts_removed/{tuning.Interval}"]) = (tuning.Experts, tuning.Added, tuning.Removed);
    }

    private static WorkloadRun Generate(int seed, int intervals) =>
        WorkloadGenerator.Generate(new WorkloadOptions { Intervals = intervals, Seed = (ulong)seed, DriftAt = intervals / 2 }, new IntervalRange(intervals * 3 / 8, intervals), draws: 40);

    private static Seed Measure(int seed, WorkloadRun run, bool rule, int intervals, FtMoeOptions moe, bool printed)
    {
        int drift = intervals / 2, later = intervals * 3 / 4, wide = intervals / Blocks;
        var history = rule ? run.Rule : run.Cause;
        IntervalRange train = new(0, intervals * 3 / 8), validation = new(intervals * 3 / 8, drift);
        FtMoePredictor live = new(moe), retrained = new(moe with { OnlineTuning = false });
        live.Fit(history.Until(drift), train, validation, seed);
        IntervalRange after = new(drift, drift + ((later - drift) * 4 / 5)), check = new(after.End, later);
        retrained.Fit(history.Until(later), after, check, seed);
        var first = live.Model;
        var held = FaultTrial.Ask(live, history, validation, observes: false);
        float threshold = held.BestThreshold(), anew = FaultTrial.Ask(retrained, history, check, observes: false).BestThreshold();
        ReadOnlySpan<float> Oracle(int t) => rule ? run.Oracle!.Rule(t) : run.Oracle!.Cause(t);
        var best = FaultTrial.Ask(Oracle, history, validation).BestThreshold();

        double[][] curves = [.. Methods.Select(_ => Enumerable.Repeat(double.NaN, Blocks).ToArray())];
        IntervalRange Block(int b) => new(b * wide, (b + 1) * wide);
        for (var b = Blocks / 2; b < Blocks; b++)
        {
            // As fitted, until it observes for the first time.
            curves[2][b] = FaultTrial.Ask(live, history, Block(b), observes: false).At(threshold).F1;
            curves[3][b] = b * wide >= later ? FaultTrial.Ask(retrained, history, Block(b), observes: false).At(anew).F1 : double.NaN;
            curves[4][b] = FaultTrial.Ask(Oracle, history, Block(b)).At(best).F1;
        }
        Live(live, history, threshold, curves[0]);
        if (printed)
            Live(FtMoePredictor.Of(first, moe with { Tuning = TuningOptions.AsPrinted }, history.Hosts, train, seed), history, threshold, curves[1]);
        return new Seed(curves, [.. curves.Select(c => c[(Blocks * 3 / 4)..].Average())], held.At(threshold).F1,
            [.. (live.Tuner?.Events ?? []).Select(e => new Tuning(e.Interval, e.Experts, e.Added, e.Removed))], live.Tuner?.Versions.All.Count(v => v.Since >= drift && v.Number > 1) ?? 0);
    }

    /// <summary>What learns while labels come chooses its threshold from them, too: from what it said in the thousand intervals that ended a block ago, whose labels have come however late
    /// they are.</summary>
    private static void Live(FtMoePredictor live, FaultHistory history, float threshold, double[] curve)
    {
        List<float[]> said = [];
        int wide = history.Length / Blocks, drift = history.Length / 2;
        ReadOnlySpan<float> Said(int t) => said[t - drift];
        for (var b = Blocks / 2; b < Blocks; b++)
        {
            var known = new IntervalRange(Math.Max(drift, ((b - 1) * wide) - Chosen), (b - 1) * wide);
            if (known.Length >= wide)
                threshold = FaultTrial.Ask(Said, history, known).BestThreshold();
            for (var t = b * wide; t < (b + 1) * wide; t++)
            {
                var past = new PastView(history, t);
                var scores = new float[history.Hosts * history.Classes];
                live.Observe(past);
                live.Predict(past, scores);
                said.Add(scores);
            }
            curve[b] = FaultTrial.Ask(Said, history, new IntervalRange(b * wide, (b + 1) * wide)).At(threshold).F1;
        }
    }

    /// <summary>F1 in percent and the experts of the first seed on one axis: both are between 0 and 100.</summary>
    private static LinePictureData Picture(string truth, Seed[] runs, int intervals)
    {
        double[] at = [.. Enumerable.Range(0, Blocks).Select(b => (b + 0.5) * intervals / Blocks)];
        List<LineSeries> series = [.. Methods.Select((m, k) => (m, k)).Where(x => !double.IsNaN(runs[0].Last[x.k])).Select(x => new LineSeries($"F1 {x.m}, %", at, [.. Enumerable.Range(0, Blocks).Select(b => 100 * runs.Average(r => r.Curves[x.k][b]))]) { Dashed = x.m == "oracle" })];
        var events = runs[0].Experts;
        series.Add(new LineSeries("experts", [.. events.Select(e => (double)e.Interval)], [.. events.Select(e => (double)e.Experts)]));
        series.Add(new LineSeries("experts added", [.. events.Select(e => (double)e.Interval)], [.. events.Select(e => (double)e.Added)]));
        series.Add(new LineSeries("experts removed", [.. events.Select(e => (double)e.Interval)], [.. events.Select(e => (double)e.Removed)]));
        return new LinePictureData($"FT-MoE after a drift at interval {intervals / 2}, {truth} labels", "interval", "F1, %; experts", series);
    }

    private sealed record Tuning(int Interval, int Experts, int Added, int Removed);

    /// <param name="Curves">One a method, F1 of each block.</param>
    /// <param name="Last">Their mean over the last quarter.</param>
    /// <param name="Before">F1 on the validation part, before the drift.</param>
    private sealed record Seed(double[][] Curves, double[] Last, double Before, List<Tuning> Experts, int Promoted);
}
