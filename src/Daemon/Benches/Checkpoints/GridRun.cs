using System.Diagnostics;
using Tocsin.Checkpointing.Simulation;

namespace Tocsin.Daemon.Benches.Checkpoints;

/// <summary>Runs cells on all processors, cells that differ in their predictor alone together: they have the same failures, and who sees no predictions runs once for all.</summary>
internal static class GridRun
{
    public static List<CellResult> Of(IReadOnlyList<GridCell> cells, int seeds, int first)
    {
        var groups = cells.GroupBy(c => (c.Law, c.MtbfS, c.CheckpointS, c.Correlation)).Select(g => g.ToArray()).ToArray();
        var done = new List<CellResult>();
        var clock = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        // One group is one unit of work: what it gives does not hang on who computes it.
        Parallel.ForEach(groups, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, group =>
        {
            var results = Group(group, seeds, first);
            lock (done)
            {
                done.AddRange(results);
                if (clock.Elapsed - told < TimeSpan.FromSeconds(10) && done.Count < cells.Count)
                    return;
                told = clock.Elapsed;
                Console.Error.WriteLine($"{done.Count,5} of {cells.Count} cells, {seeds} seeds each, {clock.Elapsed.TotalSeconds:F0} s");
            }
        });
        var order = cells.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i);
        return [.. done.OrderBy(r => order[r.Cell])];
    }

    private static List<CellResult> Group(GridCell[] cells, int seeds, int first)
    {
        var all = Contender.All;
        var shares = cells.Select(_ => all.Select(c => new double[Math.Min(seeds, c.MostSeeds)]).ToArray()).ToArray();
        var worst = new double[cells.Length];
        for (var seed = 0; seed < seeds; seed++)
        {
            var trace = cells[0].Trace(first + seed);
            for (var c = 0; c < cells.Length; c++)
            {
                var run = all.Where(a => seed < a.MostSeeds && (c == 0 || a.SeesPredictions)).ToList();
                var wastes = Contest.Run(cells[c], trace, run, first + seed);
                for (var i = 0; i < run.Count; i++)
                    shares[c][CellResult.Index(run[i].Name)][seed] = wastes[i].Share;
                worst[c] = Math.Max(worst[c], wastes[^1].WorstOverhead);
            }
        }
        for (var c = 1; c < cells.Length; c++)
        {
            for (var i = 0; i < all.Count; i++)
                shares[c][i] = all[i].SeesPredictions ? shares[c][i] : shares[0][i];
        }
        return [.. cells.Select((cell, c) => new CellResult(cell, shares[c], worst[c]))];
    }
}
