using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>Aupy, Robert, Vivien, Zaidouni (2014): a checkpoint after sqrt(2 C M / (1 - r)) of work, and one that ends at the predicted date where
/// at least C / p of work would be unsaved by then; a prediction that leaves no time for it is ignored.</summary>
/// <param name="scale">The period is multiplied by this: 1 = the formula; a search for the best period of all tries others.</param>
public sealed class PredictionAware(IKnowledge knowledge, double scale = 1) : IPolicy
{
    public string Name => "PredictionAware";

    public JobDecision Decide(in JobSituation job)
    {
        var costs = knowledge.CostsOf(job);
        var (cost, high, rate) = (costs.CheckpointS, costs.CheckpointHighS, knowledge.FailuresPerS(job));
        var period = scale * BestPeriod.Predicted(cost, 1 / rate, knowledge.Recall(high));
        var decision = Timed.Decide(job, period, cost, rate);
        if (decision is not Hold { Reason: HoldReason.NotYet } hold || job.Predictions is not { Count: > 0 } predictions)
            return decision;
        foreach (var prediction in predictions)
        {
            // Dates of windows are taken at their start: the published rule knows dates only.
            var begin = prediction.FromMs - Timed.Ms(high);
            var precision = knowledge.Precision(prediction);
            var unsaved = (prediction.FromMs - job.SavedMs) / 1000.0;
            if (prediction.FromMs - Timed.Ms(cost) < job.NowMs || unsaved * precision < cost)
                continue;
            if (begin > job.NowMs)
            {
                hold = hold with { LookAgainMs = Math.Min(hold.LookAgainMs, begin) };
                continue;
            }
            var evidence = hold.Evidence with { Probability = precision, Suspect = prediction.Node };
            return new Checkpoint(job.Job, job.NowMs, ActReason.Prediction, prediction.FromMs, job.Nodes * ((precision * unsaved) - cost), evidence);
        }
        return hold;
    }
}
