using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Migration;
using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.Simulation;
using Tocsin.Daemon.Pictures;

namespace Tocsin.Daemon.Benches.Checkpoints;

/// <summary>The three experiments of the paper's summary, on a small machine whose nodes fail often: 64 nodes, one failure in ten days each, a checkpoint of one minute.
/// Inputs learn on 100 failures and go on learning over the next 100, which are counted.</summary>
internal static class PaperBench
{
    private const int Counted = 100;
    private const double MtbfS = 10 * 86_400;
    private const double RepairS = 4 * 3600;

    private static readonly double[] Thetas = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

    private static readonly ClusterModel Machine = new([32, 16, 8, 4], 4, 60, StorageNodes: 32, WorkS: 86_400);

    public static void Run(int seed, string? pictures, Dictionary<string, double> figures)
    {
        var trace = Failures(seed);
        var start = trace.Failures[^(Counted + 1)].AtS;
        var frames = new List<(double AtS, int Node, double P, bool Fails)>();
        var inputs = new InputContest(seed);
        new Telemetry(trace).Play(seed, (at, node, frame, fails) =>
        {
            var best = inputs.Book.Best ?? InputContest.BaseRate;
            var said = inputs.Step(frame, fails);
            frames.Add((at, node, said[best], fails));
        });
        Console.WriteLine("Brier score of each input over all frames (less is better):");
        foreach (var (input, brier) in inputs.Book.Scores.OrderBy(s => s.Value))
        {
            Console.WriteLine($"  {input,-12} {brier:F5}{(input == inputs.Book.Best ? "  used" : "")}");
            figures[$"paper: Brier {input}"] = brier;
        }
        var counted = frames.Where(f => f.AtS > start).ToList();
        Curve(trace, counted, start, pictures, figures);
        First(trace, frames, seed, figures);
        Pool(seed, figures);
    }

    private static FailureTrace Failures(int seed)
    {
        var trace = FailureTrace.Draw(FailureLaw.Exponential, MtbfS, Machine.Nodes, 3 * (2.0 * Counted) * MtbfS / Machine.Nodes, RepairS, Correlation.None, seed);
        var kept = trace.Failures.Take(2 * Counted).ToList();
        return trace with { Failures = kept, HorizonS = kept[^1].AtS + 7200 };
    }

    /// <summary>Warnings are told apart as episodes: while the probability stays above theta it is one.</summary>
    private static List<NodePrediction> Warnings(IEnumerable<(double AtS, int Node, double P, bool Fails)> frames, double theta)
    {
        var (names, last, all) = (Machine.Names(), new Dictionary<int, double>(), new List<NodePrediction>());
        foreach (var (at, node, p, _) in frames)
        {
            if (p < theta)
                continue;
            // Within two frames of the last one above theta, and within its horizon: the same warning.
            if (!last.TryGetValue(node, out var before) || at - before > 2 * Telemetry.CadenceS)
                all.Add(new NodePrediction(all.Count, names[node], (long)(at * 1000), (long)(at * 1000), (long)((at + Telemetry.HorizonS) * 1000), p));
            last[node] = at;
        }
        return all;
    }

    private static (double Precision, double Recall, int Warnings) Quality(FailureTrace trace, List<NodePrediction> warnings, double start)
    {
        var names = Machine.Names();
        bool Meets(NodePrediction w, NodeFailure f) => names[f.Node] == w.Node && f.AtS * 1000 > w.IssuedMs && f.AtS * 1000 <= w.UntilMs;
        var failures = trace.Failures.Where(f => f.AtS > start).ToList();
        return (warnings.Count == 0 ? double.NaN : (double)warnings.Count(w => failures.Any(f => Meets(w, f))) / warnings.Count,
            (double)failures.Count(f => warnings.Any(w => Meets(w, f))) / failures.Count, warnings.Count);
    }

    private static void Curve(FailureTrace trace, List<(double AtS, int Node, double P, bool Fails)> frames, double start, string? pictures, Dictionary<string, double> figures)
    {
        Console.WriteLine($"\ntheta over the next {Counted} failures (a warning is right if the node fails within the hour; 0.8 of the failures show anything; random warnings are right {frames.Average(f => f.Fails ? 1.0 : 0):P1} of the time, never warning is right about the other frames):\n  theta  precision  recall  warnings  frames right");
        var (precisions, recalls) = (new double[Thetas.Length], new double[Thetas.Length]);
        for (var i = 0; i < Thetas.Length; i++)
        {
            var theta = Thetas[i];
            var (precision, recall, count) = Quality(trace, Warnings(frames, theta), start);
            (precisions[i], recalls[i]) = (precision, recall);
            var right = frames.Average(f => f.P >= theta == f.Fails ? 1.0 : 0);
            Console.WriteLine($"  {theta,5:F1}{precision,11:F2}{recall,8:F2}{count,10}{right,14:P2}");
            figures[$"paper: precision at theta {theta:F1}"] = precision;
            figures[$"paper: recall at theta {theta:F1}"] = recall;
            figures[$"paper: accuracy of frames at theta {theta:F1}"] = right;
        }
        if (pictures is not null)
            LinePicture.Write(Path.Combine(pictures, "checkpoints-theta.png"), new LinePictureData("Precision and recall of warnings over theta, 100 simulated failures", "theta", "share", [new("precision", Thetas, precisions), new("recall", Thetas, recalls)]));
    }

    private static void First(FailureTrace trace, List<(double AtS, int Node, double P, bool Fails)> frames, int seed, Dictionary<string, double> figures)
    {
        var warnings = Warnings(frames, 0.5);
        var told = new Told(1 / MtbfS, Machine.CostsOf);
        Console.WriteLine($"\ntheta = 0.5, alpha = beta = 0.5, the whole run of {trace.Failures.Count} failures:\n  policy            overhead   waste   recovery a failure   lost work a failure  strikes  moves");
        foreach (var (policy, learned) in Policies())
        {
            var waste = PolicyRun.Of(Machine, trace, warnings, policy, learned, seed);
            Console.WriteLine($"  {policy.Name,-16}{waste.OverheadShare,10:P2}{waste.Share,9:P2}{waste.RecoveryS / Math.Max(1, waste.Strikes),16:F0} s {waste.Lost / Math.Max(1, waste.Strikes) / 3600,15:F2} node-h{waste.Strikes,9}{waste.MoveCount,7}");
            figures[$"paper: overhead {policy.Name}"] = waste.OverheadShare;
            figures[$"paper: waste {policy.Name}"] = waste.Share;
            figures[$"paper: recovery s {policy.Name}"] = waste.RecoveryS / Math.Max(1, waste.Strikes);
            figures[$"paper: strikes {policy.Name}"] = waste.Strikes;
        }
        IEnumerable<(IPolicy, Learned?)> Policies()
        {
            yield return (new Periodic(3600), null);
            yield return (new YoungDaly(told), null);
            yield return (new PaperPolicy(new PaperOptions(), told), null);
            var learned = new Learned(new Priors());
            yield return (new Adaptive(learned, new AdaptiveOptions()), learned);
        }
    }

    /// <summary>Groups of nodes that fail in the same second, against the number of spares; beside it Palm's chance that as many are free.</summary>
    private static void Pool(int seed, Dictionary<string, double> figures)
    {
        Console.WriteLine("\nfailures at once against the pool: share of failed nodes that find a spare, and recovery\n  at once  spares   found  by Poisson  recovery");
        foreach (var together in (int[])[1, 2, 3])
        {
            foreach (var spares in (int[])[0, 1, 2, 3, 4, 6, 8])
            {
                var model = Machine with { Spares = spares };
                var random = new Random(seed);
                var failures = new List<NodeFailure>();
                var (at, back) = (0.0, new double[model.Nodes]);
                while (failures.Count < 3000)
                {
                    at -= MtbfS * together / model.Nodes * Math.Log(1 - random.NextDouble());
                    var hit = Enumerable.Range(0, model.Nodes).Where(n => back[n] <= at).ToArray();
                    random.Shuffle(hit);
                    foreach (var node in hit.Take(together))
                    {
                        back[node] = at - (RepairS * Math.Log(1 - random.NextDouble()));
                        failures.Add(new NodeFailure(at, node, back[node]));
                    }
                }
                var waste = PolicyRun.Of(model, new FailureTrace(model.Nodes, at + 1, failures), [], new Periodic(3600), null, seed);
                var found = 1 - ((double)waste.Waits / waste.NodesLost);
                var poisson = SparePool.ChanceOfFree(spares, model.Nodes, MtbfS, RepairS, together);
                Console.WriteLine($"  {together,7}{spares,8}{found,8:P1}{poisson,12:P1}{waste.RecoveryS / Math.Max(1, waste.Strikes),9:F0} s");
                figures[$"paper: found a spare, {together} at once, {spares} spares"] = found;
                figures[$"paper: recovery s, {together} at once, {spares} spares"] = waste.RecoveryS / Math.Max(1, waste.Strikes);
            }
        }
    }
}
