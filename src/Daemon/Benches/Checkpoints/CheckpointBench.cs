using System.Diagnostics;
using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.Simulation;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches.Checkpoints;

/// <summary>Checkpoint policies side by side in the simulator, and the speed of the simulator itself.</summary>
internal static class CheckpointBench
{
    private const int Seeds = 100;

    public static Bench Create() => new(
        "checkpoints", $"waste of checkpoint policies over a grid, {Seeds} seeds (--seeds N, --only speed, paper or TEXT of the cells' names, --failures FILE, --pictures DIR)",
        () => Run(new BenchData(null, null, null)))
    { OnData = Run };

    private static Dictionary<string, double> Run(BenchData data)
    {
        var figures = new Dictionary<string, double>();
        if (data.Only is null or "speed")
            Speed(figures);
        if (data.Only is null or "paper")
            PaperBench.Run(data.First + 1, data.Pictures, figures);
        if (data.Only is "speed" or "paper")
            return figures;
        var cells = data.Failures is { } file ? Grid.Of(Read(file)) : Grid.Cells;
        var chosen = data.Only is { } only ? [.. cells.Where(c => c.Name.Contains(only, StringComparison.Ordinal))] : cells;
        if (chosen.Count == 0)
            throw new BadDataException($"--only '{OneLine.Of(data.Only ?? "")}': no cell's name has this in it (e.g. '{cells[0].Name}')");
        var results = GridRun.Of(chosen, data.Count ?? Seeds, data.First);
        GridReport.Print(results, figures);
        if (data.Pictures is { } folder)
            GridReport.Draw(folder, results);
        return figures;
    }

    /// <summary>10,000 node-years of 1,056 nodes, the policy with most to do first.</summary>
    private static void Speed(Dictionary<string, double> figures)
    {
        var cell = new GridCell(new Weibull(0.7), 5 * GridCell.YearS, 300, new Predictor(0.5, 0.5, 900));
        var model = cell.Model;
        var horizon = 10_000 * GridCell.YearS / model.Nodes;
        foreach (var name in (string[])[Contender.Hourly, Contender.Adaptive])
        {
            var clock = Stopwatch.StartNew();
            var trace = FailureTrace.Draw(cell.Law, cell.MtbfS, model.Nodes, horizon, 4 * 3600, Correlation.None, 1);
            var (policy, learned) = Contender.All[CellResult.Index(name)].Make(cell, trace);
            var waste = PolicyRun.Of(model, trace, cell.Predictor.Draw(trace, model.Names(), 2), policy, learned, 3);
            var took = clock.Elapsed.TotalSeconds;
            Console.WriteLine($"10,000 node-years, {name}: {took:F2} s on one core, {trace.Failures.Count} failures, {waste.CheckpointCount:N0} checkpoints, {waste.Events:N0} events (wanted: 10 s)");
            figures[$"speed: 10,000 node-years s, {name}"] = took;
        }
    }

    private static FailureTrace Read(string file)
    {
        var rejections = new Rejections();
        try
        {
            using var reader = new StreamReader(file);
            var trace = FailureLog.Read(reader, rejections);
            Console.WriteLine($"{trace.Failures.Count} failures of {trace.Nodes} nodes in {trace.HorizonS / 86_400:F0} days: a node fails every {trace.MtbfS / GridCell.YearS:F2} years; nodes that never failed are not in the file, which makes this too short");
            foreach (var (reason, (count, example)) in rejections.ByReason)
                Console.WriteLine($"  left out: {count} x {reason}, e.g. {example}");
            return trace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"--failures '{OneLine.Of(file)}' could not be read: {OneLine.Of(e.Message)}", e);
        }
    }
}
