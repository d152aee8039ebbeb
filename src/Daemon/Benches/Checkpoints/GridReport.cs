using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.Simulation;
using Tocsin.Daemon.Pictures;

namespace Tocsin.Daemon.Benches.Checkpoints;

/// <summary>The cells as a table, the goals with the cells that miss them and why, and the same as figures by name.</summary>
internal static class GridReport
{
    private const double Wanted = 0.3;

    public static void Print(IReadOnlyList<CellResult> results, Dictionary<string, double> figures)
    {
        Console.WriteLine($"waste, % of node-time; half of the 95 % interval behind +-\n{"cell",-64}{string.Concat(Contender.All.Select(c => $"{Short(c.Name),14}"))}{"analytic",9}{"of best told",15}");
        foreach (var r in results)
        {
            var name = r.Cell.Name;
            var row = string.Concat(Contender.All.Select((_, i) => $"{100 * r.Mean(i),8:F2} +-{100 * r.Half(i),4:F2}"));
            Console.WriteLine($"{name,-64}{row}{(r.Cell.Analytic is { } a ? $"{100 * a,9:F2}" : $"{"-",9}")}{r.Ratio,8:F3} +-{r.RatioHalf,5:F3}");
            for (var i = 0; i < Contender.All.Count; i++)
                figures[$"{name}: {Contender.All[i].Name}"] = r.Mean(i);
            for (var i = 0; i < Contender.All.Count; i++)
                figures[$"{name}: {Contender.All[i].Name} +-"] = r.Half(i);
            if (r.Cell.Analytic is { } analytic)
                figures[$"{name}: analytic"] = analytic;
            figures[$"{name}: Adaptive over best told"] = r.Ratio;
            figures[$"{name}: Adaptive over best told +-"] = r.RatioHalf;
        }
        Goals(results, figures);
    }

    private static void Goals(IReadOnlyList<CellResult> results, Dictionary<string, double> figures)
    {
        var over = results.Where(r => r.Ratio > 1.05).OrderByDescending(r => r.Ratio).ToList();
        Console.WriteLine($"\nwithin 5 % of the best that is told everything: {results.Count - over.Count} of {results.Count} cells; mean ratio {results.Average(r => r.Ratio):F3}, highest {results.Max(r => r.Ratio):F3}");
        foreach (var r in over)
            Console.WriteLine($"  {r.Cell.Name}: {r.Ratio:F3} +- {r.RatioHalf:F3}, {100 * (r.Adaptive - r.Mean(r.BestTold)):F2} points of node-time behind {Contender.All[r.BestTold].Name}");
        var predicted = results.Where(r => r.Cell.Predictor.Recall >= 0.5).ToList();
        foreach (var rival in (string[])[Contender.Hourly, Contender.YoungDaly])
        {
            if (predicted.Count == 0)
                break;
            var missed = predicted.Where(r => r.Less(rival) < Wanted).ToList();
            var possible = missed.Where(r => r.MostLess(rival) >= Wanted).OrderBy(r => r.Less(rival)).ToList();
            Console.WriteLine($"\nat least 30 % less than {rival} where r and p are at least 0.5: {predicted.Count - missed.Count} of {predicted.Count} cells (mean {predicted.Average(r => r.Less(rival)):P0} less); "
                + $"in {missed.Count - possible.Count} no policy can (bound below 30 %); missed though the bound allows it: {possible.Count}");
            foreach (var group in missed.Except(possible).GroupBy(r => (r.Cell.Predictor.Recall, Usable: Usable(r.Cell))).OrderBy(g => g.Key))
                Console.WriteLine($"  cannot: r {group.Key.Recall:G2}, {group.Key.Usable:P0} of node-time in jobs that the lead is long enough for: {group.Count()} cells, bounds {group.Min(r => r.MostLess(rival)):P0} to {group.Max(r => r.MostLess(rival)):P0}, reached {group.Min(r => r.Less(rival)):P0} to {group.Max(r => r.Less(rival)):P0}");
            foreach (var r in possible)
                Console.WriteLine($"  {r.Cell.Name}: {r.Less(rival):P1} less, bound {r.MostLess(rival):P1}");
            figures[$"goal: cells 30 % below {rival}"] = predicted.Count - missed.Count;
            figures[$"goal: cells where nobody can be 30 % below {rival}"] = missed.Count - possible.Count;
            figures[$"goal: cells missed against {rival} though the bound allows it"] = possible.Count;
            figures[$"goal: cells with a predictor"] = predicted.Count;
        }
        var worst = results.Max(r => r.WorstOverhead);
        Console.WriteLine($"\nlargest share of a job's time in checkpoints when one of them ended: {worst:P1} (budget {new AdaptiveOptions().Budget:P0})");
        figures["goal: cells within 5 %"] = results.Count - over.Count;
        figures["goal: cells"] = results.Count;
        figures["goal: highest ratio"] = results.Max(r => r.Ratio);
        figures["goal: mean ratio"] = results.Average(r => r.Ratio);
        figures["goal: worst overhead"] = worst;
    }

    /// <summary>Waste over recall, at the middle of the grid, for who looks at predictions and who does not.</summary>
    public static void Draw(string folder, IReadOnlyList<CellResult> results)
    {
        var line = results.Where(r => r.Cell is { Law: Weibull { Shape: 1 }, CheckpointS: 300, Log: null, Predictor.WindowS: 0 } && r.Cell.Correlation == Correlation.None && r.Cell.Predictor.Recall is 0 or 0.9
            && (r.Cell.Predictor.Recall == 0 || r.Cell.Predictor is { Precision: 0.9, LeadS: 900 })).ToList();
        if (line.Count == 0)
            return;
        var series = Contender.All.Where(c => c.Name is not ("PredictionAware told x 0.7" or "PredictionAware told x 1.4" or "Adaptive told the ages"))
            .Select(c => Of(c.Name, [.. line.Where(r => r.Cell.Predictor.Recall > 0)], r => r.Mean(CellResult.Index(c.Name))))
            .Append(Of("no policy below", [.. line.Where(r => r.Cell.Predictor.Recall > 0)], r => r.Cell.LeastWaste) with { Dashed = true });
        LinePicture.Write(Path.Combine(folder, "checkpoints-waste.png"), new LinePictureData(
            "Waste of checkpoint policies (exponential, C 5 min, r 0.9, p 0.9, lead 15 min)", "MTBF of a node, years", "node-time wasted, %", [.. series])
        { LogX = true, LogY = true });
    }

    private static LineSeries Of(string name, CellResult[] cells, Func<CellResult, double> share) =>
        new(name, [.. cells.Select(r => r.Cell.MtbfS / GridCell.YearS)], [.. cells.Select(r => 100 * share(r))]);

    private static double Usable(GridCell cell)
    {
        var model = cell.Model;
        return model.Places.Where((_, i) => model.CheckpointOf(i) <= cell.Predictor.LeadS).Sum() / (double)model.Places.Sum();
    }

    private static string Short(string name) => name.Replace("PredictionAware", "PA", StringComparison.Ordinal).Replace("told the", "t.", StringComparison.Ordinal);
}
