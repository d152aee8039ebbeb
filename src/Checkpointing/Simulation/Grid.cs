namespace Tocsin.Checkpointing.Simulation;

/// <summary>The questions that the comparison asks. No lead is as long as a checkpoint takes: there a second would decide.</summary>
public static class Grid
{
    private static readonly double[] MtbfYears = [1, 5, 25];
    private static readonly double[] CostsS = [60, 300, 1200];
    private static readonly (double Recall, double Precision)[] Predictors = [(0.5, 0.5), (0.5, 0.9), (0.9, 0.5), (0.9, 0.9)];
    private static readonly double[] LeadsS = [120, 900, 3600];

    /// <summary>Every law with every MTBF, cost and predictor; and at the middle of these failures that come together, and predictors that name windows.</summary>
    public static IReadOnlyList<GridCell> Cells { get; } =
    [
        .. from law in (FailureLaw[])[FailureLaw.Exponential, new Weibull(0.7), new Weibull(0.5), new LogNormal(1.5)]
           from years in MtbfYears
           from cost in CostsS
           from predictor in AllPredictors
           select new GridCell(law, years * GridCell.YearS, cost, predictor),
        .. from together in (Correlation[])[new(RackShare: 0.1), new(BurstShare: 0.1)]
           from cost in CostsS
           from predictor in AllPredictors.Where(p => p.LeadS != 120)
           select new GridCell(FailureLaw.Exponential, 5 * GridCell.YearS, cost, predictor) { Correlation = together },
        .. from cost in CostsS
           from p in Predictors
           from window in (double[])[900, 7200]
           select new GridCell(FailureLaw.Exponential, 5 * GridCell.YearS, cost, new Predictor(p.Recall, p.Precision, 900, window)),
    ];

    /// <summary>A log of failures under every cost and predictor.</summary>
    public static IReadOnlyList<GridCell> Of(FailureTrace log) =>
        [.. from cost in CostsS from predictor in AllPredictors select new GridCell(FailureLaw.Exponential, log.MtbfS, cost, predictor) { Log = log }];

    private static IEnumerable<Predictor> AllPredictors =>
        [Predictor.None, .. from p in Predictors from lead in LeadsS select new Predictor(p.Recall, p.Precision, lead)];
}
