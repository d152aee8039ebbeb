namespace Tocsin.Checkpointing.Policies;

/// <summary>What a policy believes about the cluster: told (for comparison) or learned.</summary>
public interface IKnowledge
{
    JobCosts CostsOf(in JobSituation job);

    /// <summary>Failures a second of all the job's nodes together, predicted ones included; 0 or more.</summary>
    double FailuresPerS(in JobSituation job);

    /// <summary>Ends of such jobs a second, failures apart; 0 = it goes on for ever. Work that is done when a job ends needs no checkpoint.</summary>
    double EndsPerS(in JobSituation job);

    /// <summary>Which share of failures is predicted at least <paramref name="leadS"/> seconds before, 0..1 exclusive.</summary>
    double Recall(double leadS);

    /// <summary>How many of such predictions come true, 0..1.</summary>
    double Precision(in NodePrediction prediction);
}
