using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>A checkpoint after sqrt(2 C M) of work; predictions are not looked at.</summary>
public sealed class YoungDaly(IKnowledge knowledge) : IPolicy
{
    public string Name => "YoungDaly";

    public JobDecision Decide(in JobSituation job)
    {
        var (cost, rate) = (knowledge.CostsOf(job).CheckpointS, knowledge.FailuresPerS(job));
        return Timed.Decide(job, BestPeriod.Young(cost, 1 / rate), cost, rate);
    }
}
