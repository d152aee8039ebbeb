using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <param name="Theta">Eq. 1's warning threshold, 0..1.</param>
/// <param name="Eta">Eq. 6's threshold for a move, 0..1.</param>
/// <param name="TraditionalS">The fixed interval that the paper compares itself with.</param>
public sealed record PaperOptions(double Theta = 0.5, double Alpha = 0.5, double Beta = 0.5, double Eta = 0.5, double L1 = 1, double L2 = 1, double TraditionalS = 3600);

/// <summary>The paper as it stands: eq. 2 sets the frequency, a probability above theta asks for a checkpoint at once, one above eta for the state with the
/// least L(s) among staying and moving (eqs. 3, 5, 6: the probability is that of the transition to "down").</summary>
public sealed class PaperPolicy(PaperOptions options, IKnowledge costs) : IPolicy
{
    public string Name => "Paper";

    public JobDecision Decide(in JobSituation job)
    {
        var known = costs.CostsOf(job);
        NodePrediction? worst = null;
        foreach (var prediction in job.Predictions ?? [])
        {
            if (worst is not { } w || prediction.Confidence > w.Confidence)
                worst = prediction;
        }
        var probability = worst?.Confidence ?? 0;
        var lambda = PaperEquations.Frequency(options.Alpha, probability, options.Beta, job.Load);
        var decision = Timed.Decide(job, PaperEquations.PeriodS(lambda, options.TraditionalS), known.CheckpointS, double.NaN);
        // Once a warning: what was saved since it was given is not saved again for it.
        if (decision is Hold { Reason: not HoldReason.NotYet } || worst is not { } suspect || probability < options.Theta || job.SavedMs >= suspect.IssuedMs)
            return decision;
        var evidence = decision.Evidence with { Probability = probability, Suspect = suspect.Node };
        var deadline = suspect.UntilMs;
        var stay = PaperEquations.Loss(options.L1, known.CheckpointS * job.Nodes, options.L2, probability * (known.DownS + known.RestartS) * job.Nodes);
        var move = PaperEquations.Loss(options.L1, (known.CheckpointS + known.MoveS) * job.Nodes, options.L2, 0);
        var gain = probability * job.UnsavedS * job.Nodes;
        return probability > options.Eta && move < stay && job.CanMigrate && job.Target is { } target
            ? new Migrate(job.Job, job.NowMs, ActReason.Prediction, suspect.Node, target, deadline, gain - move, evidence)
            : new Checkpoint(job.Job, job.NowMs, ActReason.Prediction, deadline, gain - stay, evidence);
    }
}
