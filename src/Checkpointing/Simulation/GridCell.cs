using System.Globalization;
using Tocsin.Checkpointing.Policies;

namespace Tocsin.Checkpointing.Simulation;

/// <summary>One question of the comparison: this law, this cost, this predictor. Times are seconds.</summary>
/// <param name="MtbfS">Of one node.</param>
public sealed record GridCell(FailureLaw Law, double MtbfS, double CheckpointS, Predictor Predictor)
{
    public const double YearS = 365.25 * 86_400;

    /// <summary>As long as 1,056 nodes take for about 211 failures: what is told nothing learns from those.</summary>
    public double HorizonS => MtbfS / 5;

    private const double RepairS = 4 * 3600;

    public Correlation Correlation { get; init; } = Correlation.None;

    public string Name
    {
        get
        {
            var predictor = Predictor.Recall > 0
                ? string.Create(CultureInfo.InvariantCulture, $"r {Predictor.Recall:G2} p {Predictor.Precision:G2} lead {Predictor.LeadS / 60:G3} min{(Predictor.WindowS > 0 ? $" window {Predictor.WindowS / 60:G3} min" : "")}")
                : "no predictor";
            var together = (Correlation.RackShare > 0 ? " racks" : "") + (Correlation.BurstShare > 0 ? " bursts" : "");
            return string.Create(CultureInfo.InvariantCulture, $"{(Log is null ? Law.Name : "log")}{together}, MTBF {MtbfS / YearS:G3} y, C {CheckpointS / 60:G3} min, {predictor}");
        }
    }

    /// <summary>A failure log instead of a law: seeds then change the jobs and the predictions only.</summary>
    public FailureTrace? Log { get; init; }

    public ClusterModel Model => Log is { } log ? ClusterModel.Of(log.Nodes, CheckpointS) : ClusterModel.Usual(CheckpointS);

    /// <summary>The same cell and seed give the same failures, whatever the checkpoint costs and whoever predicts them.</summary>
    public FailureTrace Trace(int seed) => Log ?? FailureTrace.Draw(Law, MtbfS, Model.Nodes, HorizonS, RepairS, Correlation, seed);

    /// <summary>Everything, as it is put into the simulation.</summary>
    /// <param name="ages">With how the law depends on a node's age.</param>
    public Told Truth(FailureTrace trace, bool ages)
    {
        var model = Model;
        // Of failures that come together no mean life says what the trace does.
        var mtbf = Correlation == Correlation.None && Log is null ? MtbfS : trace.MtbfS;
        // The node's life plus its repair: per unit of time, not of life.
        return new Told(1 / (mtbf + RepairS), model.CostsOf, Predictor.Recall, Predictor.Precision, Predictor.LeadS)
        {
            JobEndsPerS = 1 / (model.WorkS * Math.Exp(0.5)),
            Hazard = ages && Log is null && Law is not Weibull { Shape: 1 } ? age => Law.Hazard(age, MtbfS) : null,
        };
    }

    /// <summary>First order, over the machine's places by nodes, endless jobs, no contention, exact dates that come in time: null where the formula does not hold.</summary>
    public double? Analytic
    {
        get
        {
            if (Log is not null || Law is not Weibull { Shape: 1 } || Correlation != Correlation.None || Predictor.WindowS > 0)
                return null;
            var (model, sum, nodes) = (Model, 0.0, 0);
            for (var i = 0; i < model.Places.Count; i++)
            {
                var (costs, mtbf) = (model.CostsOf(i), MtbfS / model.Places[i]);
                var recall = Predictor.LeadS >= costs.CheckpointS ? Predictor.Recall : 0;
                var period = BestPeriod.Exact(costs.CheckpointS, mtbf / (1 - recall));
                sum += model.Places[i] * AnalyticWaste.Predicted(period, costs.CheckpointS, costs.RestartS, costs.DownS, mtbf, recall, Predictor.Precision);
                nodes += model.Places[i];
            }
            return sum / nodes;
        }
    }

    /// <summary>No policy that knows of failures what this predictor says can waste less, to first order in C / M: what is not predicted in time costs sqrt(2 C (1 - r) / M) and
    /// a recovery, what is costs a checkpoint and the cheaper of a recovery and a move, and false alarms nothing.</summary>
    public double LeastWaste => FirstOrder(Predictor.Recall);

    /// <summary>sqrt(2 C / M) + (D + R) / M.</summary>
    public double YoungDalyWaste => FirstOrder(0);

    private double FirstOrder(double recall)
    {
        var (model, sum, nodes) = (Model, 0.0, 0);
        for (var i = 0; i < model.Places.Count; i++)
        {
            var (costs, mtbf, recovery) = (model.CostsOf(i), MtbfS / model.Places[i], model.DownS + model.RestartS);
            var told = Predictor.LeadS >= costs.CheckpointS ? recall : 0;
            var foreseen = costs.CheckpointS + Math.Min(recovery, costs.MoveS);
            sum += model.Places[i] * (Math.Sqrt(2 * costs.CheckpointS * (1 - told) / mtbf) + ((((1 - told) * recovery) + (told * foreseen)) / mtbf));
            nodes += model.Places[i];
        }
        return sum / nodes;
    }
}
