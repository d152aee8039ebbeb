using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;

namespace Tocsin.Daemon.Benches;

/// <summary>One interval through the fault model on one core: from the last eight intervals of all hosts to their class scores, features encoded and graph built on the
/// way; what it allocates; and how it grows with the hosts.</summary>
internal static class FaultModelBench
{
    public const string Summary = "one interval of 16, 1,000 and 10,000 hosts through the fault model on one core: latency, share of the attention, allocations";

    private const int MovesPerHost = 4;

    public static IReadOnlyDictionary<string, double> Run()
    {
        var figures = new Dictionary<string, double>();
        Console.WriteLine($"path {SimdPaths.Chosen}, one core; 12 experts of which at most 8 are awake, eight intervals of {HostFeatures.PaperCount} features, one move in {MovesPerHost} hosts an interval");
        Console.WriteLine("   hosts    one interval   asking neighbours, too   asking all hosts   bytes allocated");
        foreach (var hosts in new[] { 16, 1_000, 10_000 })
        {
            var history = Intervals(hosts);
            var (whole, bytes) = Measure(history, new FtMoeOptions());
            var (near, _) = Measure(history, new FtMoeOptions { CrossAttention = true, CrossNeighbours = true });
            var (all, _) = Measure(history, new FtMoeOptions { CrossAttention = true });
            Console.WriteLine($"  {hosts,6:N0}  {whole * 1e3,11:F3} ms  {near * 1e3,24:F3} ms  {all * 1e3,17:F3} ms  {bytes,16:N0}");
            figures[$"interval_ms_{hosts}"] = whole * 1e3;
            figures[$"interval_asking_neighbours_ms_{hosts}"] = near * 1e3;
            figures[$"interval_asking_all_ms_{hosts}"] = all * 1e3;
            figures[$"interval_bytes_{hosts}"] = bytes;
        }
        Console.WriteLine($"  from 1,000 to 10,000 hosts: {figures["interval_ms_10000"] / figures["interval_ms_1000"]:F1} times as long, asking all hosts {figures["interval_asking_all_ms_10000"] / figures["interval_asking_all_ms_1000"]:F1} times");
        return figures;
    }

    /// <summary>Each call is another interval, so that its newest features are encoded in it, as in life.</summary>
    private static (double Seconds, long Bytes) Measure(FaultHistory history, FtMoeOptions options)
    {
        var scaling = InputScaling.Fit(history, new IntervalRange(0, history.Length));
        var input = new HostInput(scaling, history.Classes);
        var shape = options.ShapeFor(input, history.Classes, history.Features);
        var serving = new ModelServing(new FaultModel(MoeModel.Create(shape, seed: 1), scaling, Calibration.None, input.Intervals, history.Classes));
        var scores = new float[history.Hosts * history.Classes];
        var target = input.Intervals;
        void Next()
        {
            serving.Predict(new PastView(history, target), scores);
            target = target + 1 < history.Length ? target + 1 : input.Intervals;
        }

        // The first round fills the memory of columns, one interval at a time as they come.
        for (var i = 0; i < 2 * history.Length; i++)
            Next();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < history.Length; i++)
            Next();
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / history.Length;
        return (Timing.Least(Next, history.Hosts > 1_000 ? 20 : 100), bytes);
    }

    /// <summary>Longer than what the input remembers, so that coming round finds nothing remembered.</summary>
    private static FaultHistory Intervals(int hosts)
    {
        var history = new FaultHistory(hosts, HostFeatures.PaperCount, classes: 4);
        var random = new SeededRandom(1);
        for (var t = 0; t < 3 * IFaultPredictor.PastIntervals; t++)
        {
            var values = new float[hosts * HostFeatures.PaperCount];
            foreach (ref var value in values.AsSpan())
                value = random.NextFloat();
            var edges = new HostEdge[hosts / MovesPerHost];
            for (var e = 0; e < edges.Length; e++)
            {
                var from = e * MovesPerHost;
                edges[e] = new HostEdge(from, (from + 1 + random.NextInt(hosts - 1)) % hosts, EdgeKind.Migration, 1 + random.NextInt(3));
            }
            history.Add(new HostInterval(hosts, HostFeatures.PaperCount, values, edges));
            for (var h = 0; h < hosts; h++)
                history.SetLabel(t, h, (FaultClass)Math.Max(0, random.NextInt(12) - 8));
        }
        return history;
    }
}
