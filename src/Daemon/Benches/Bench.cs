using System.Text.Json;
using Tocsin.Daemon.Benches.Checkpoints;

namespace Tocsin.Daemon.Benches;

/// <summary>One measurement: prints a table as it goes and returns the figures by name.</summary>
internal sealed record Bench(string Name, string Summary, Func<IReadOnlyDictionary<string, double>> Run)
{
    /// <summary>Where a recording is measured; <see cref="Run"/> then says that one is needed.</summary>
    public Func<BenchData, IReadOnlyDictionary<string, double>>? OnData { get; init; }

    public static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static IReadOnlyList<Bench> All { get; } =
    [
        new("features", FeatureBench.Summary, FeatureBench.Run),
        new("learn", "products, one window, and training beside the machine's peak", LearnBench.Run),
        IngestBench.Create(),
        new("patterns", "patterns of 1,000 to 15,000 generated segments: time and memory", PatternBench.Run),
        ScoreBench.Create(),
        new("log", LogBench.Summary, LogBench.Run),
        new("store", StoreBench.Summary, StoreBench.Run),
        RemoteWriteBench.Create(),
        HttpBench.Create(),
        new("watch", WatchBench.Summary, WatchBench.Run),
        FuzzBench.Create(),
        SimulateBench.Create(),
        ActionsBench.Create(),
        CheckpointBench.Create(),
        FaultBench.Create(),
        FaultDriftBench.Create(),
        FaultSearchBench.Create(),
        new("faultmodel", FaultModelBench.Summary, FaultModelBench.Run),
        FaultServing.FaultServingBench.Create(),
    ];
}
