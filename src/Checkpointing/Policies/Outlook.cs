using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>What one prediction means for one job: expected losses, in seconds of the job, of ignoring it, of a checkpoint before it, and of a move.</summary>
/// <remarks>With q = chance that it comes true, w = work unsaved by then, phi = chance that the failure comes after the checkpoint's end, h(w) = what the unsaved work
/// is worth to a checkpoint anyway (the relative value of the periodic problem: C u (2 - u) with u = w / T at most 1):
/// ignore = q (w + C + D + R) + (1 - q) h(w); checkpoint = C + q phi (D + R + e) + q (1 - phi) (w + D + R); move = C + Move + q (1 - phi) (w + D + R),
/// where e is the work done between the checkpoint and a failure within the window.</remarks>
internal readonly record struct Outlook
{
    private readonly NodePrediction _prediction;
    private readonly double _ignore;
    private readonly double _checkpoint;
    private readonly double _move;

    private Outlook(NodePrediction prediction, long beginMs, double probability, bool tooLate, double ignore, double checkpoint, double move)
    {
        (_prediction, BeginMs, Probability, TooLate) = (prediction, beginMs, probability, tooLate);
        (_ignore, _checkpoint, _move) = (ignore, checkpoint, move);
    }

    /// <summary>A checkpoint that begins now ends just before the failure may come.</summary>
    public long BeginMs { get; }

    public double Probability { get; }

    /// <summary>No checkpoint would end before the failure.</summary>
    public bool TooLate { get; }

    private bool IsWindow => _prediction.UntilMs > _prediction.FromMs;

    public static Outlook Of(in JobSituation job, in NodePrediction prediction, JobCosts costs, double probability, double periodS)
    {
        // Late by a hair is too late for an exact date, so the time that few checkpoints exceed; where it has passed, the usual one may still do.
        var begin = prediction.FromMs - Timed.Ms(costs.CheckpointHighS);
        var (c, down) = (costs.CheckpointS, costs.DownS + costs.RestartS);
        var end = job.NowMs + Timed.Ms(c);
        var late = end > prediction.UntilMs;
        if (begin > job.NowMs || late)
            return new Outlook(prediction, begin, probability, late && begin <= job.NowMs, 0, 0, 0);
        var window = (prediction.UntilMs - Math.Max(job.NowMs, prediction.FromMs)) / 1000.0;
        var phi = end <= prediction.FromMs ? 1 : (prediction.UntilMs - end) / 1000.0 / window;
        var after = (prediction.UntilMs - Math.Max(end, prediction.FromMs)) / 2000.0;
        var w = job.UnsavedS;
        var due = Math.Min(1, w / periodS);
        var anyway = c * due * (2 - due);
        var caught = probability * (1 - phi) * (w + down);
        return new Outlook(
            prediction, begin, probability, false,
            (probability * (w + c + down + after)) + ((1 - probability) * anyway),
            c + (probability * phi * (down + after)) + caught,
            c + costs.MoveS + caught);
    }

    /// <summary>Null: ignoring it is best.</summary>
    public JobDecision? Decide(in JobSituation job, AdaptiveOptions options, DecisionEvidence evidence, bool mayMove)
    {
        var stay = Math.Min(_ignore, _checkpoint);
        var said = evidence with { Probability = Probability, Suspect = _prediction.Node };
        var moved = job.LastMoveMs is { } last && job.NowMs < last + Timed.Ms(options.MoveCoolDownS);
        if (mayMove && options.Moves && job.CanMigrate && job.Target is { } target && !moved && _move * (1 + options.MoveMargin) < stay)
            return new Migrate(job.Job, job.NowMs, ActReason.Prediction, _prediction.Node, target, _prediction.UntilMs, job.Nodes * (_ignore - _move), said);
        return _checkpoint < _ignore
            ? new Checkpoint(job.Job, job.NowMs, ActReason.Prediction, _prediction.UntilMs, job.Nodes * (_ignore - _checkpoint), said)
            : null;
    }

    /// <summary>When a checkpoint within the window pays by its own risk, spread evenly over what is left of it; an exact date asks for none.</summary>
    public long LookMs(in JobSituation job, JobCosts costs, double rate)
    {
        var left = (_prediction.UntilMs - job.NowMs) / 1000.0;
        return IsWindow && left > costs.CheckpointS
            ? Timed.DueMs(job, BestPeriod.Young(costs.CheckpointS, 1 / (rate + (Probability / left))))
            : long.MaxValue;
    }
}
