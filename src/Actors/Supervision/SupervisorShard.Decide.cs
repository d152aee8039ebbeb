using System.Collections.Immutable;
using System.Globalization;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>What is wanted for each job and each suspect node, from the picture as it is.</summary>
public sealed partial class SupervisorShard
{
    private void Decide(ClusterPicture picture, long now)
    {
        _brake = Brakes.Check(ActionKind.Signal, [], null, BrakeStateOf(now, silenced: false, null, []), _options.Brakes, now)?.Why ?? OldPicture(picture, now);
        var (suspects, byJob) = (Suspects(), _state.Suspicions.Values.Where(s => s is { Cause: AlertCause.Job, ByData: true, Job: not null }).ToLookup(s => s.Job!.Value.JobId, StringComparer.Ordinal));
        Warn(picture, suspects, now);
        var plans = _plans.Clear().ToBuilder();
        _taken.Clear();
        foreach (var job in ByUrgency(picture, now))
        {
            if (_state.Jobs.TryGetValue(job.Id, out var row))
                plans[job.Id] = DecideJob(picture, job, row, suspects, byJob[job.Id].FirstOrDefault(), now);
        }
        _plans = plans.ToImmutable();
        StepMoves(picture, now);
        DrainSuspects(picture, suspects, now);
        FindLateDrains(picture);
        ReturnNodes(picture, suspects, now);
        _told = Tell(picture, suspects, now);
        _spares = Spares(picture, suspects, now);
        SayFewSpares(now);
        _state.ForgetVetoes(now);
        _state.Tidy();
    }

    private JobPlan DecideJob(ClusterPicture picture, JobPicture job, JobRow row, IReadOnlyDictionary<string, SuspicionRow> suspects, SuspicionRow? leak, long now)
    {
        var consent = ConsentOf(job, row);
        var (predictions, movable) = (new List<NodePrediction>(), false);
        foreach (var name in job.Nodes)
        {
            if (_state.Nodes.GetValueOrDefault(name) is { Warning: { } warning } node && warning.UntilMs > now)
            {
                predictions.Add(Prediction(node, warning));
                movable |= MayMove(name, warning, suspects.GetValueOrDefault(name));
            }
        }
        // A leaking job takes its leak along: it may save what it has, and stays where it is.
        if (leak is not null && job.Nodes.FirstOrDefault(leak.Nodes.Contains) is { } shows)
        {
            predictions.Add(new NodePrediction(-leak.Alert.Number, KeyOf(shows), leak.SinceMs, leak.SinceMs, now + (long)_options.Horizon.TotalMilliseconds, leak.Severity == Severity.Critical ? 0.5 : 0.2));
            movable = false;
        }
        var situation = new JobSituation
        {
            Job = job.Identity,
            NowMs = now,
            Nodes = job.Nodes.Count,
            Kind = job.Kind,
            RunningSinceMs = row.RunMs,
            SavedMs = row.SavedMs,
            LastActionMs = row.LastActionMs,
            LastMoveMs = row.LastMoveMs,
            FirstRunMs = row.FirstRunMs,
            CheckpointSpentS = row.SpentS,
            Predictions = predictions.Count > 0 ? predictions : null,
            Busy = Busy(job, now),
            CanCheckpoint = consent.Signal is not null,
            CanMigrate = movable && job.Requeue && consent.Requeue != RequeueConsent.Never,
        };
        var spare = movable && !situation.Busy ? SpareFor(picture, job, situation, predictions, suspects) : null;
        situation = situation with { Target = spare?.Node };
        var plan = _policy.Decide(situation);
        if (plan is Hold { Reason: HoldReason.NotAllowed } && RequeueAlone(situation, consent) is { } alone)
            plan = alone;
        if (plan is Migrate move)
            plan = Takes(move, spare);
        if (_brake is null || plan is Hold)
            plan = Act(plan, job, consent, suspects, leak is not null, now);
        else
            Note(plan, $"withheld ({_brake}): {plan.Sentence}", DecisionKind.Withheld, null, now);
        var advice = _policy.Decide(situation with { CanCheckpoint = true, CanMigrate = false, Busy = false });
        return new JobPlan(job, row, plan, advice, predictions, 86_400 * _state.Knowledge.Learned.FailuresPerS(situation));
    }

    private JobDecision Act(JobDecision plan, JobPicture job, Consent consent, IReadOnlyDictionary<string, SuspicionRow> suspects, bool leaks, long now)
    {
        switch (plan)
        {
            case Migrate move:
                var book = _state.Moves.Begin(move, suspects.Keys.Select(KeyOf).ToHashSet(), out var why);
                if (why is null)
                    _state.Put(book);
                Note(plan, why is null ? plan.Sentence : $"{plan.Sentence}; not now: {why}", why is null ? DecisionKind.Migrate : DecisionKind.Withheld, null, now);
                break;
            case Checkpoint:
                var proposed = Propose(ActionKind.Signal, null, job.Identity, job.Partition, consent, plan.Sentence, plan.GainNodeSeconds, now, out var brake);
                Note(plan, proposed is null ? $"withheld ({brake}): {plan.Sentence}" : plan.Sentence, proposed is null ? DecisionKind.Withheld : DecisionKind.Checkpoint, proposed?.Action.Id.Number, now);
                break;
            case Hold hold when leaks && hold.Reason == HoldReason.NothingToGain:
                plan = hold with { Reason = HoldReason.NotTheNode };
                goto default;
            default:
                Note(plan, plan.Sentence, DecisionKind.Hold, null, now);
                break;
        }
        return plan;
    }

    /// <summary>A hold is logged when its reason changes; what is done always; what is withheld once until something else is decided. What was logged last is stored with the job.</summary>
    private void Note(JobDecision plan, string sentence, DecisionKind kind, long? action, long now)
    {
        const int withheld = -1, acted = -2;
        var noted = kind == DecisionKind.Withheld ? withheld : plan is Hold hold ? (int)hold.Reason : acted;
        var job = _state.Jobs.GetValueOrDefault(plan.Job.JobId);
        if (noted != acted && job?.Noted == noted)
            return;
        if (job is not null && job.Noted != noted)
            _state.Put(job with { Noted = noted });
        _state.Log(now, kind, plan.Job.JobId, plan.Evidence.Suspect?.Name, sentence, plan.GainNodeSeconds, plan.Evidence.Probability, action);
    }

    /// <summary>A job without a handler that wants to be started anew all the same, where that is expected to lose less than the failure: its unsaved work is lost for sure.</summary>
    private Migrate? RequeueAlone(JobSituation job, Consent consent)
    {
        if (consent.Requeue != RequeueConsent.Always || !job.CanMigrate || job.Busy || job.Target is not { } target)
            return null;
        var costs = _state.Knowledge.Learned.CostsOf(job);
        Migrate? best = null;
        foreach (var p in job.Predictions ?? [])
        {
            var probability = _state.Knowledge.Learned.Precision(p);
            var ahead = Math.Max(0, p.UntilMs - job.NowMs) / 2000.0;
            var gain = job.Nodes * ((probability * (job.UnsavedS + ahead + costs.DownS + costs.RestartS)) - (job.UnsavedS + costs.MoveS));
            if (gain > (best?.GainNodeSeconds ?? 0))
                best = new Migrate(job.Job, job.NowMs, ActReason.Prediction, p.Node, target, p.UntilMs, gain, new DecisionEvidence(job.UnsavedS, double.NaN, double.NaN, double.NaN, probability, p.Node));
        }
        return best;
    }

    /// <summary>An action of the job is open, it is being moved, it was asked and has not answered for less than it may take, or the last look refused what the picture still shows.</summary>
    private bool Busy(JobPicture job, long now) =>
        _state.Moves.Open.Any(m => m.Job.JobId == job.Id) || OpenSignal(job.Id, now) is not null
        || _state.ActionsOf(job.Id).Any(a => a.Action is { Open: true, Kind: ActionKind.Requeue } || (a.Action is { Kind: ActionKind.Signal, State: Refused refused } && IsNewsTo(_picture!, refused.AtMs, now)));

    /// <summary>A clock that was set back makes nothing news for long.</summary>
    private static bool IsNewsTo(ClusterPicture picture, long atMs, long now) => atMs >= picture.AtMs && now >= atMs;

    private ActionRow? OpenSignal(string jobId, long now)
    {
        const long answersWithinMs = 600_000;
        return _state.ActionsOf(jobId).LastOrDefault(a => a.Action.Kind == ActionKind.Signal
            && (a.Action.Open || (a is { Action.State: Done, Acknowledged: false } && now - a.EndedMs < answersWithinMs)));
    }

    /// <summary>What its comment says, and what a client in this run registered.</summary>
    private static Consent ConsentOf(JobPicture job, JobRow row) => job.Consent.Signal is null && row.Signal is not null ? job.Consent with { Signal = row.Signal } : job.Consent;

    private string? OldPicture(ClusterPicture picture, long now) => now - picture.AtMs > 3 * _options.Every.TotalMilliseconds
        ? string.Create(CultureInfo.InvariantCulture, $"Slurm's last answer is {(now - picture.AtMs) / 1000} s old")
        : null;
}
