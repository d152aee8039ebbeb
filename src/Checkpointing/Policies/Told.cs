namespace Tocsin.Checkpointing.Policies;

/// <summary>Knowledge that somebody hands out: the truth of a simulation, or figures from a book.</summary>
/// <param name="NodeFailuresPerS">1 / MTBF of one node.</param>
/// <param name="Costs">By the job's kind.</param>
/// <param name="LeadS">What the predictor gives before each failure that it predicts.</param>
public sealed record Told(double NodeFailuresPerS, Func<int, JobCosts> Costs, double RecallShare = 0, double PrecisionShare = 1, double LeadS = 0) : IKnowledge
{
    /// <summary>Failures a second of one node that is in service for so many seconds; null = the law has no memory.</summary>
    public Func<double, double>? Hazard { get; init; }

    /// <summary>1 / mean time that jobs run.</summary>
    public double JobEndsPerS { get; init; }

    public double EndsPerS(in JobSituation job) => JobEndsPerS;

    public JobCosts CostsOf(in JobSituation job) => Costs(job.Kind);

    /// <remarks>A node whose last repair nobody saw is as old as a mean life: it has outlived the watch.</remarks>
    public double FailuresPerS(in JobSituation job)
    {
        if (Hazard is not { } hazard || job.InServiceSinceMs is not { } since)
            return NodeFailuresPerS * job.Nodes;
        var (sum, unknown) = (0.0, hazard(1 / NodeFailuresPerS));
        for (var i = 0; i < since.Count; i++)
            sum += since[i] == long.MinValue ? unknown : hazard((job.NowMs - since[i]) / 1000.0);
        return sum;
    }

    public double Recall(double leadS) => leadS <= LeadS ? RecallShare : 0;

    public double Precision(in NodePrediction prediction) => PrecisionShare;
}
