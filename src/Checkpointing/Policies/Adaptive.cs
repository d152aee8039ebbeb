using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>Ours: of holding, a checkpoint and a move the one with the least expected loss from the state as it is. The periodic part is the exact optimum for the
/// failures that nobody predicts in time; a prediction is weighed with the work that it puts at risk (<see cref="Outlook"/>). Never above its budget.</summary>
public sealed class Adaptive(IKnowledge knowledge, AdaptiveOptions options) : IPolicy
{
    public string Name => "Adaptive";

    public JobDecision Decide(in JobSituation job)
    {
        var costs = knowledge.CostsOf(job);
        var rate = Unpredicted(job, costs);
        var period = BestPeriod.Finite(costs.CheckpointS, rate, knowledge.EndsPerS(job));
        var evidence = Timed.Evidence(job, period, costs.CheckpointS, rate);
        if (Timed.Refused(job, evidence) is { } refused)
            return refused;
        var look = Timed.DueMs(job, period);
        Outlook? first = null;
        var reason = HoldReason.NotYet;
        JobDecision? best = null;
        foreach (var prediction in job.Predictions ?? [])
        {
            var outlook = Outlook.Of(job, prediction, costs, knowledge.Precision(prediction), period);
            if (outlook.BeginMs > job.NowMs)
            {
                first = first is { } f && f.BeginMs <= outlook.BeginMs ? f : outlook;
                continue;
            }
            if (outlook.TooLate)
            {
                reason = HoldReason.TooLate;
                continue;
            }
            if (outlook.Decide(job, options, evidence, Alone(job, prediction, costs)) is { } wanted && wanted.GainNodeSeconds > (best?.GainNodeSeconds ?? 0))
                best = wanted;
            look = Math.Min(look, outlook.LookMs(job, costs, rate));
        }
        if (first is { } coming)
            look = Sooner(look, coming, job, costs, rate);
        if (best is null && look <= job.NowMs)
            best = new Checkpoint(job.Job, job.NowMs, ActReason.Period, long.MaxValue, Gain(job, costs, rate), evidence);
        return best is null
            ? new Hold(job.Job, job.NowMs, reason, Math.Max(look, job.NowMs + 1), evidence)
            : Allowed(job, best, costs);
    }

    /// <summary>A move leaves one node. Where another one of the job is expected to fail by the time that it would compute again, as when a rack goes, it would be for nothing.</summary>
    private static bool Alone(in JobSituation job, in NodePrediction suspect, JobCosts costs)
    {
        foreach (var other in job.Predictions!)
        {
            if (other.Node != suspect.Node && other.FromMs <= job.NowMs + Timed.Ms(costs.CheckpointS + costs.MoveS) && other.UntilMs >= job.NowMs)
                return false;
        }
        return true;
    }

    private double Unpredicted(in JobSituation job, JobCosts costs) => knowledge.FailuresPerS(job) * (1 - knowledge.Recall(costs.CheckpointHighS));

    /// <summary>A checkpoint that is nearly due waits for one that a prediction will ask for, and serves both, where the risk of waiting costs less than a checkpoint.</summary>
    private static long Sooner(long look, in Outlook outlook, in JobSituation job, JobCosts costs, double rate)
    {
        var wait = (outlook.BeginMs - look) / 1000.0;
        if (wait <= 0)
            return outlook.BeginMs;
        var unsaved = (look - job.SavedMs) / 1000.0;
        return rate * wait * (unsaved + (wait / 2)) < outlook.Probability * costs.CheckpointS ? outlook.BeginMs : look;
    }

    /// <summary>Against going on for another such stretch: what it spares of lost work, less what it costs. Node-seconds.</summary>
    private static double Gain(in JobSituation job, JobCosts costs, double rate) =>
        job.Nodes * Math.Max(0, (rate * job.UnsavedS * job.UnsavedS) - costs.CheckpointS);

    /// <summary>The brakes of the policy itself. The budget is kept with the longest checkpoint that is believed possible, so that it holds for what really comes.</summary>
    private JobDecision Allowed(in JobSituation job, JobDecision wanted, JobCosts costs)
    {
        var elapsed = (job.NowMs - (job.FirstRunMs ?? job.RunningSinceMs)) / 1000.0;
        var over = ((job.CheckpointSpentS + costs.CheckpointWorstS) / options.Budget) - costs.CheckpointWorstS - elapsed;
        if (over > 0)
            return new Hold(job.Job, job.NowMs, HoldReason.Budget, job.NowMs + Timed.Ms(over), wanted.Evidence);
        if (job.LastActionMs is { } last && job.NowMs < last + Timed.Ms(options.CoolDownS))
            return new Hold(job.Job, job.NowMs, HoldReason.CoolDown, last + Timed.Ms(options.CoolDownS), wanted.Evidence);
        return wanted;
    }
}
