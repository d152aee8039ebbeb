using System.Diagnostics;
using Tocsin.Actors.Alerts.Peers;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>What is done with each frame without any library: the rules, and the comparison of a job's nodes once a cadence.</summary>
internal static class WatchBench
{
    public const string Summary = "rules and peers of 10,000 nodes: time and garbage a frame";

    private const int Nodes = 10_000;
    private const int JobNodes = 64;
    private const int Rounds = 20;
    private const long Cadence = 15_000;

    public static IReadOnlyDictionary<string, double> Run()
    {
        var metrics = new MetricSchema([.. Catalogue.Default.Metrics]);
        var rules = RuleFile.Load(null, "", null);
        var watches = Enumerable.Range(0, Nodes).Select(_ => new RuleWatch(rules)).ToArray();
        var keys = Enumerable.Range(0, Nodes).Select(n => new NodeKey("bench", $"cn{n:D5}")).ToArray();
        var jobs = Enumerable.Range(0, Nodes).Select(n => new JobKey($"{n / JobNodes}", 1)).ToArray();
        var board = new PeerBoard(new PeerOptions());
        var random = new Random(1);
        var rows = Enumerable.Range(0, 100).Select(_ => Enumerable.Range(0, metrics.Count).Select(m => (float)(m * (1 + (0.02 * random.NextDouble())))).ToArray()).ToArray();
        var (look, publish, step) = (new Part(), new Part(), new Part());
        for (var t = 0; t < Rounds; t++)
        {
            var now = 1_700_000_000_000 + (t * Cadence);
            // The first rounds make what stays.
            var counts = t >= Rounds / 2;
            look.Measure(counts, () =>
            {
                for (var n = 0; n < Nodes; n++)
                    watches[n].Look(now, metrics, rows[n % 100]);
            });
            publish.Measure(counts, () =>
            {
                for (var n = 0; n < Nodes; n++)
                    board.Publish(keys[n], jobs[n], JobNodes, 1, now, metrics, rows[(n + t) % 100]);
            });
            step.Measure(counts, () => board.Step(now));
        }
        var figures = new Dictionary<string, double>();
        Say("rules, a frame", look, Nodes);
        Say("publish, a frame", publish, Nodes);
        Say("compare, a frame", step, Nodes);
        figures["compare_round_ms"] = step.Least * 1e3;
        Console.WriteLine($"{Nodes} nodes x {metrics.Count} metrics, {rules.Rules.Count} rules, {board.Jobs} jobs of {JobNodes}: a round of comparisons {step.Least * 1e3:F0} ms");
        return figures;

        void Say(string name, Part part, int frames)
        {
            Console.WriteLine($"{name,-20} {part.Least / frames * 1e9,8:F0} ns {(double)part.Bytes / frames,8:F1} bytes");
            figures[$"{name.Replace(", a frame", "", StringComparison.Ordinal)}_ns"] = part.Least / frames * 1e9;
            figures[$"{name.Replace(", a frame", "", StringComparison.Ordinal)}_bytes"] = (double)part.Bytes / frames;
        }
    }

    /// <summary>The fastest of several rounds: on a machine with other work some are not interrupted.</summary>
    private sealed class Part
    {
        public double Least { get; private set; } = double.MaxValue;

        public long Bytes { get; private set; } = long.MaxValue;

        public void Measure(bool counts, Action call)
        {
            var (bytes, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            call();
            if (!counts)
                return;
            Least = Math.Min(Least, Stopwatch.GetElapsedTime(start).TotalSeconds);
            Bytes = Math.Min(Bytes, GC.GetAllocatedBytesForCurrentThread() - bytes);
        }
    }
}
