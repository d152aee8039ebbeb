using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>A checkpoint after every so much work, whatever happens: what most sites do, hourly.</summary>
public sealed class Periodic(double periodS) : IPolicy
{
    public string Name => periodS == 3600 ? "Periodic 1 h" : $"Periodic {periodS / 3600:G3} h";

    public JobDecision Decide(in JobSituation job) => Timed.Decide(job, periodS, double.NaN, double.NaN);
}
