using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>Decides for one job at one moment. Pure: the same situation and the same knowledge give the same decision.</summary>
public interface IPolicy
{
    string Name { get; }

    JobDecision Decide(in JobSituation job);
}
