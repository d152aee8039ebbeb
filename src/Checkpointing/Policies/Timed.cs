using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>The part that all policies share: is the unsaved work worth a period yet.</summary>
internal static class Timed
{
    /// <summary>Where nothing is due within a year, somebody may still look.</summary>
    private const double MaxLookS = 366 * 86_400.0;

    /// <param name="periodS">Above 0; may be infinite.</param>
    public static JobDecision Decide(in JobSituation job, double periodS, double costS, double failuresPerS)
    {
        var evidence = Evidence(job, periodS, costS, failuresPerS);
        if (Refused(job, evidence) is { } refused)
            return refused;
        var due = DueMs(job, periodS);
        return due > job.NowMs
            ? new Hold(job.Job, job.NowMs, HoldReason.NotYet, due, evidence)
            : new Checkpoint(job.Job, job.NowMs, ActReason.Period, long.MaxValue, Gain(job, costS, failuresPerS), evidence);
    }

    public static Hold? Refused(in JobSituation job, DecisionEvidence evidence) =>
        job.Busy ? new Hold(job.Job, job.NowMs, HoldReason.Busy, long.MaxValue, evidence)
        : !job.CanCheckpoint ? new Hold(job.Job, job.NowMs, HoldReason.NotAllowed, long.MaxValue, evidence)
        : null;

    public static long DueMs(in JobSituation job, double periodS) => job.SavedMs + Ms(Math.Min(periodS, MaxLookS));

    /// <summary>Upwards: who looks again at that time must find it due.</summary>
    public static long Ms(double seconds) => (long)Math.Ceiling(seconds * 1000);

    public static DecisionEvidence Evidence(in JobSituation job, double periodS, double costS, double failuresPerS) =>
        new(job.UnsavedS, periodS, costS, failuresPerS * 86_400, double.NaN, null);

    /// <summary>First order: of w seconds unsaved a checkpoint now spares, over the next w seconds, failures x w of lost work, and costs C. In node-seconds.</summary>
    private static double Gain(in JobSituation job, double costS, double failuresPerS)
    {
        var gain = (failuresPerS * job.UnsavedS * job.UnsavedS) - costS;
        return double.IsFinite(gain) ? gain * job.Nodes : 0;
    }
}
