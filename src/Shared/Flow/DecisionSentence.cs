using System.Globalization;

namespace Tocsin.Shared.Flow;

/// <summary>Says a decision in one sentence with its numbers. Names are checked node names and the scheduler's ids: nothing in it is hostile.</summary>
internal static class DecisionSentence
{
    public static string Of(JobDecision decision) => decision switch
    {
        Hold hold => Of(hold),
        Checkpoint { Reason: ActReason.Prediction } c => $"checkpoint now: {Suspect(c.Evidence)}, {Time(c.Evidence.UnsavedS)} of work unsaved, a checkpoint takes {Time(c.Evidence.CostS)}; {Gain(c)}",
        Checkpoint { Reason: ActReason.Asked } => "checkpoint now: asked for",
        Checkpoint c => $"checkpoint now: {Time(c.Evidence.UnsavedS)} of work unsaved, every {Time(c.Evidence.PeriodS)} is best at {Rate(c.Evidence)} and {Time(c.Evidence.CostS)} a checkpoint; {Gain(c)}",
        Migrate m => $"checkpoint and go on without {m.From.Name}, with {m.Target.Name}{(m.TargetWhy.Length > 0 ? $" ({m.TargetWhy})" : "")}: {Suspect(m.Evidence)}, {Time(m.Evidence.UnsavedS)} of work unsaved; {Gain(m)}",
        _ => throw new InvalidOperationException($"a {decision.GetType().Name} is no decision of the closed set"),
    };

    private static string Of(Hold hold)
    {
        var e = hold.Evidence;
        return hold.Reason switch
        {
            HoldReason.NotYet => $"hold: {Time(e.UnsavedS)} of work unsaved, a checkpoint pays after {Time(e.PeriodS)} at {Rate(e)}",
            HoldReason.NothingToGain => $"hold: a checkpoint of {Time(e.CostS)} would cost more than it is expected to save ({Time(e.UnsavedS)} of work unsaved, {Rate(e)})",
            HoldReason.CoolDown => "hold: the last action is too short a time ago",
            HoldReason.Budget => $"hold: checkpoints have had their share of the job's time; {Time(e.UnsavedS)} of work unsaved",
            HoldReason.TooLate => $"hold: {Suspect(e)}, and a checkpoint of {Time(e.CostS)} would not end before",
            HoldReason.Busy => "hold: an action is under way",
            HoldReason.NotAllowed => "hold: the job did not opt in",
            HoldReason.NotTheNode => "hold: it is not the node's fault, a move would take the trouble along",
            _ => throw new InvalidOperationException($"{hold.Reason} is no reason"),
        };
    }

    private static string Suspect(DecisionEvidence e) =>
        string.Create(CultureInfo.InvariantCulture, $"{e.Suspect?.Name ?? "a node"} is expected to fail ({100 * e.Probability:F0} %)");

    private static string Gain(JobDecision decision) =>
        string.Create(CultureInfo.InvariantCulture, $"expected gain {decision.GainNodeSeconds / 3600:F1} node-hours");

    private static string Rate(DecisionEvidence e) => e.FailuresPerDay > 0
        ? string.Create(CultureInfo.InvariantCulture, $"one failure in {Time(86_400 / e.FailuresPerDay)}")
        : "no failures expected";

    private static string Time(double seconds) => seconds switch
    {
        double.NaN => "an unknown time",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:F1} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:F0} days"),
    };
}
