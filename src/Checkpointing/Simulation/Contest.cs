using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;

namespace Tocsin.Checkpointing.Simulation;

/// <summary>Who takes part in one comparison.</summary>
/// <param name="SeesPredictions">Its figures change with the predictor.</param>
/// <param name="MostSeeds">Enough for a figure that is far from the others' and dear to get.</param>
/// <param name="Told">It knows M, C, R, r, p, the lead and the law from the start.</param>
public sealed record Contender(string Name, bool Told, bool SeesPredictions, int MostSeeds, Func<GridCell, FailureTrace, (IPolicy Policy, Learned? Learned)> Make)
{
    public const string Adaptive = "Adaptive";
    public const string Hourly = "Periodic 1 h";
    public const string YoungDaly = "YoungDaly told";

    public static IReadOnlyList<Contender> All { get; } =
    [
        new(Hourly, false, false, 10, (_, _) => (new Periodic(3600), null)),
        new(YoungDaly, true, false, int.MaxValue, (cell, trace) => (new YoungDaly(cell.Truth(trace, false)), null)),
        new("Paper", false, true, 5, (cell, trace) => (new PaperPolicy(new PaperOptions(), cell.Truth(trace, false)), null)),
        new("PredictionAware told", true, true, int.MaxValue, (cell, trace) => (new PredictionAware(cell.Truth(trace, false)), null)),
        new("PredictionAware told x 0.7", true, true, 10, (cell, trace) => (new PredictionAware(cell.Truth(trace, false), 0.7), null)),
        new("PredictionAware told x 1.4", true, true, int.MaxValue, (cell, trace) => (new PredictionAware(cell.Truth(trace, false), 1.4), null)),
        new("Adaptive told", true, true, int.MaxValue, (cell, trace) => (new Adaptive(cell.Truth(trace, false), new AdaptiveOptions()), null)),
        new("Adaptive told the ages", true, true, 10, (cell, trace) => (new Adaptive(cell.Truth(trace, true), new AdaptiveOptions()), null)),
        new(Adaptive, false, true, int.MaxValue, (_, _) =>
        {
            var learned = new Learned(new Priors());
            return (new Adaptive(learned, new AdaptiveOptions()), learned);
        }),
    ];
}

/// <summary>All contenders on the same failures, predictions and jobs.</summary>
public static class Contest
{
    /// <returns>In the order of <paramref name="contenders"/>.</returns>
    public static IReadOnlyList<Waste> Run(GridCell cell, IReadOnlyList<Contender> contenders, int seed) => Run(cell, cell.Trace(seed), contenders, seed);

    public static IReadOnlyList<Waste> Run(GridCell cell, FailureTrace trace, IReadOnlyList<Contender> contenders, int seed)
    {
        var model = cell.Model;
        var predictions = cell.Predictor.Draw(trace, model.Names(), seed + 1_000_000);
        return [.. contenders.Select(contender =>
        {
            var (policy, learned) = contender.Make(cell, trace);
            return PolicyRun.Of(model, trace, predictions, policy, learned, seed + 2_000_000);
        })];
    }
}
