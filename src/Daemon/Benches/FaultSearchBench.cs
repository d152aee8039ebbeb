using System.Diagnostics;
using System.Globalization;
using Tocsin.Daemon.Benches.Faults;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Peers;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Inference.Patterns;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>Settings of the fault model and of its peers, the same number for each, on workloads that no other measurement uses. Looks at nothing but their validation parts.</summary>
internal static class FaultSearchBench
{
    private const int Intervals = 10_000;
    private const int FirstSeed = 11;

    public static Bench Create() => new(
        "faultsearch", $"settings of the fault model and its peers by their loss on validation, workloads from seed {FirstSeed} on (--seeds N, --first SEED, --intervals N, --epochs N, --only GROUP,... or rule or cause)", () => Run(new BenchData(null, null, null)))
    { OnData = Run };

    private static Dictionary<string, double> Run(BenchData data)
    {
        var budget = new PeerBudget { Epochs = data.Epochs ?? new PeerBudget().Epochs };
        var all = FaultCandidates.All(budget);
        string[] known = [.. all.Select(c => c.Group).Distinct()];
        var options = FaultBenchOptions.Of(data, (1, FirstSeed, Intervals), least: 0, known);
        var (seeds, first, intervals, truths, groups) = (options.Seeds, options.First, options.Intervals, options.Truths, options.NamedOr(known));
        FaultCandidate[] wanted = [.. all.Where(c => groups.Contains(c.Group))];
        var split = FaultSplit.Of(intervals);
        var clock = Stopwatch.StartNew();
        var workloads = Enumerable.Range(first, seeds).Select(seed => new Lazy<WorkloadRun>(() => WorkloadGenerator.Generate(new WorkloadOptions { Intervals = intervals, Seed = (ulong)seed }))).ToArray();
        (int Seed, string Truth, int Candidate)[] jobs =
            [.. from seed in Enumerable.Range(0, seeds) from candidate in Enumerable.Range(0, wanted.Length) from truth in truths select (seed, truth, candidate)];
        var results = new (double Loss, FaultFigures Figures)[jobs.Length];
        Workers.ForEach(jobs.Length, Environment.ProcessorCount, at =>
        {
            var (seed, truth, candidate) = jobs[at];
            var (began, run, predictor) = (clock.Elapsed, workloads[seed].Value, wanted[candidate].Make());
            var history = (truth == "rule" ? run.Rule : run.Cause).Until(split.Validation.End);
            predictor.Fit(history, split.Train, split.Validation, first + seed);
            results[at] = Held(predictor, history, split.Validation);
            var (loss, figures) = results[at];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{wanted[candidate].Group,-14}{wanted[candidate].Name,-36}seed {first + seed}  {truth,-6}loss {loss:F4}  F1 {figures.F1:F4}  HR {figures.HitRate:F4}  ({(clock.Elapsed - began).TotalSeconds:F1} s)"));
        });
        Dictionary<string, double> means = new() { ["workload_version"] = WorkloadOptions.Version, ["first_seed"] = first, ["seeds"] = seeds, ["intervals"] = intervals, ["seconds"] = clock.Elapsed.TotalSeconds };
        Console.WriteLine();
        Console.WriteLine("mean loss on validation");
        foreach (var candidate in jobs.Select((j, at) => (j, at)).GroupBy(x => x.j.Candidate))
        {
            var (group, name) = (wanted[candidate.Key].Group, wanted[candidate.Key].Name);
            var line = $"{group,-14}{name,-36}";
            foreach (var truth in candidate.GroupBy(x => x.j.Truth))
            {
                var loss = truth.Average(x => results[x.at].Loss);
                (means[$"{group}/{name}/{truth.Key}/loss"], means[$"{group}/{name}/{truth.Key}/f1"]) = (loss, truth.Average(x => results[x.at].Figures.F1));
                line += string.Create(CultureInfo.InvariantCulture, $"{truth.Key} {loss:F4}  ");
            }
            Console.WriteLine(line);
        }
        return means;
    }

    /// <summary>Mean negative log-likelihood of the classes; the figures are at the threshold that suits this very part best, the same favour for everyone.</summary>
    private static (double Loss, FaultFigures Figures) Held(IFaultPredictor predictor, FaultHistory history, IntervalRange range)
    {
        var scores = new float[history.Hosts * history.Classes];
        double loss = 0;
        long known = 0;
        for (var t = range.First; t < range.End; t++)
        {
            predictor.Predict(new PastView(history, t), scores);
            for (var h = 0; h < history.Hosts; h++)
            {
                if (history.Label(t, h) is not { } label)
                    continue;
                loss -= Math.Log(Math.Max(scores[(h * history.Classes) + (int)label], 1e-9f));
                known++;
            }
        }
        var metrics = FaultTrial.Ask(predictor, history, range, observes: false);
        return (loss / Math.Max(1, known), metrics.At(metrics.BestThreshold()));
    }
}
