using System.Globalization;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Migration;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;

namespace Tocsin.Actors.Supervision;

/// <summary>Moves step by step, suspects that take no new jobs, and nodes that come back.</summary>
public sealed partial class SupervisorShard
{
    /// <summary>Under which vetoes of its own stand among those of operators.</summary>
    private const string OurName = "tocsin";

    /// <summary>For so long a node that somebody else resumed is left alone.</summary>
    private const long ResumedByOthersMs = 86_400_000;

    private void StepMoves(ClusterPicture picture, long now)
    {
        foreach (var begun in _state.Moves.Open.ToList())
        {
            var move = begun with { Last = begun.Last is { } last ? _state.Actions.GetValueOrDefault(last.Id.Number)?.Action ?? last : null };
            var job = picture.Jobs.GetValueOrDefault(move.Job.JobId);
            if ((job is null || job.Identity != move.Job) && move.Last is not { Open: true } and not { Kind: ActionKind.Requeue, State: Done })
            {
                End(move, "the job has ended or runs anew", now);
                continue;
            }
            var row = _state.Jobs.GetValueOrDefault(move.Job.JobId);
            var consent = job is null || row is null ? Consent.None : ConsentOf(job, row);
            var isDrained = picture.Nodes.GetValueOrDefault(move.From.Name)?.State.TakesNoJobs ?? false;
            var next = MoveSteps.Next(move, consent, now, out var ended, isDrained);
            if (next == ActionKind.Drain && DrainOf(move.From.Name) is { } drained && drained.Action.Id != move.Last?.Id)
            {
                // It is out, or on its way out, for another reason: this move goes on from there.
                _state.Put(_state.Moves.Put(move with { Last = drained.Action }));
                continue;
            }
            if (ended is not null)
            {
                End(move, ended, now);
            }
            else if (next is { } wanted)
            {
                var kind = wanted == ActionKind.Drain ? _options.TakesOut : wanted;
                var sentence = $"{kind.ToString().ToLowerInvariant()}: job {move.Job.JobId} is to go on without {move.From.Name}";
                var partition = kind.TakesOut() ? picture.Nodes.GetValueOrDefault(move.From.Name)?.Partitions.FirstOrDefault() ?? "" : row?.Partition ?? "";
                if (Propose(kind, kind == ActionKind.Signal ? null : move.From, move.Job, partition, consent, sentence, 0, now, out var why) is { } proposed)
                    _state.Put(_state.Moves.Put(move with { Last = proposed.Action }));
                else if (now > move.DeadlineMs || VetoOf(kind, move.From, move.Job, now) is not null)
                    End(move, why!, now);
            }
        }
    }

    private void End(Move move, string why, long now)
    {
        _state.Put(_state.Moves.End(move.Job.JobId));
        // Also of one that came to nothing: it is not tried again at once.
        if (_state.Jobs.GetValueOrDefault(move.Job.JobId) is { } row)
            _state.Put(row with { LastMoveMs = now });
        _state.Log(now, DecisionKind.Migrate, move.Job.JobId, move.From.Name, $"the move of job {move.Job.JobId} off {move.From.Name} is over: {why}", 0, double.NaN, move.Last?.Id.Number);
    }

    /// <summary>The drain or fence that holds the node out, or is on its way.</summary>
    private ActionRow? DrainOf(string node) =>
        _state.Nodes.GetValueOrDefault(node)?.OutBy is { } id ? _state.Actions.GetValueOrDefault(id)
        : _state.ActionsOn(node).LastOrDefault(a => a.Action.Open && a.Action.Kind.TakesOut());

    private void DrainSuspects(ClusterPicture picture, IReadOnlyDictionary<string, SuspicionRow> suspects, long now)
    {
        if (_brake is not null)
            return;
        foreach (var node in picture.Nodes.Values.OrderBy(n => n.Name, StringComparer.Ordinal))
        {
            if (_state.Nodes.GetValueOrDefault(node.Name) is not { Warning: { } warning } row || row.DrainedFor == warning.Id || row.OutBy is not null
                || !MayMove(node.Name, warning, suspects.GetValueOrDefault(node.Name)) || node.State.TakesNoJobs || node.State.NotOurs is not null || node.State.Reason.Length > 0
                || _state.Moves.Open.Any(m => m.From.Name == node.Name) || DrainOf(node.Name) is not null)
                continue;
            var probability = _state.Knowledge.Learned.Precision(Prediction(row, warning));
            var gain = DrainGain(picture, node, probability, now);
            if (probability < _options.DrainAt || gain <= 0)
                continue;
            var sentence = string.Create(CultureInfo.InvariantCulture, $"{_options.TakesOut.ToString().ToLowerInvariant()} {node.Name}: expected to fail ({100 * probability:F0} %), no new job is to begin there; expected gain {gain / 3600:F1} node-hours");
            if (Propose(_options.TakesOut, row.Node, null, node.Partitions.FirstOrDefault() ?? "", Consent.None, sentence, gain, now, out var why) is { } proposed)
            {
                _state.Put(row with { DrainedFor = warning.Id });
                _state.Log(now, DecisionKind.Drain, null, node.Name, sentence, gain, probability, proposed.Action.Id.Number);
            }
            else
            {
                _state.Put(row with { DrainedFor = warning.Id });
                _state.Log(now, DecisionKind.Withheld, null, node.Name, $"withheld ({why}): {sentence}", gain, probability, null);
            }
        }
    }

    /// <summary>A job that began there would be lost with that chance, with half a period of its work, D and R, on as many nodes as jobs here have; for nothing the node stands
    /// idle until it is given back. Node-seconds.</summary>
    private double DrainGain(ClusterPicture picture, NodePicture node, double probability, long now)
    {
        var nodes = picture.Jobs.Count == 0 ? 1 : picture.Jobs.Values.Average(j => j.Nodes.Count);
        var usual = new JobSituation { Job = default, NowMs = now, Nodes = (int)Math.Ceiling(nodes), RunningSinceMs = now, SavedMs = now, CanCheckpoint = true };
        var costs = _state.Knowledge.Learned.CostsOf(usual);
        var period = Math.Min(86_400, BestPeriod.Young(costs.CheckpointS, 1 / _state.Knowledge.Learned.FailuresPerS(usual)));
        return (probability * nodes * ((period / 2) + costs.DownS + costs.RestartS)) - ((1 - probability) * _options.ReturnAfter.TotalSeconds);
    }

    /// <summary>A controller that stood still may do what it was sent after a look found no effect: what stands in Slurm under our number was done by us, and somebody has to give
    /// the node back. What a human closed is the human's.</summary>
    private void FindLateDrains(ClusterPicture picture)
    {
        foreach (var node in picture.Nodes.Values)
        {
            if (!node.State.Draining || ActionId.OfReason(node.State.Reason) is not { } id || !_state.Nodes.TryGetValue(node.Name, out var row) || row.OutBy is not null
                || _state.Actions.GetValueOrDefault(id.Number) is not { Action: { Kind: ActionKind.Drain, State: Failed failed } } drain || drain.Action.Node != row.Node || drain.Closed
                || DrainMark.Of(ActionKind.Drain, id, node.State, _options.OurUser) is not { } mark || mark.SetMs < drain.Action.ProposedMs - _options.Limits.SkewMs)
                continue;
            _state.Put(drain with { Mark = mark, Action = drain.Action with { State = new Done(failed.AtMs, $"observed in Slurm after it had counted as failed ({OneLine.Of(failed.Why, 200)})") } });
            _state.Put(row with { OutBy = id.Number, WellSinceMs = null, Returns = 0 });
            _say($"{node.Name} is drained as {id.Reason}, which had counted as failed: it is given back like every drain of ours");
        }
    }

    private void ReturnNodes(ClusterPicture picture, IReadOnlyDictionary<string, SuspicionRow> suspects, long now)
    {
        foreach (var row in _state.Nodes.Values.Where(n => n.OutBy is not null).OrderBy(n => n.Node.Name, StringComparer.Ordinal).ToList())
        {
            var drain = _state.Actions.GetValueOrDefault(row.OutBy!.Value);
            var undrain = _state.ActionsOn(row.Node.Name).LastOrDefault(a => a.Action.Kind.GivesBack() && a.Action.Undoes == drain?.Action.Id);
            if (drain is null || !picture.Nodes.TryGetValue(row.Node.Name, out var node) || undrain is { Action.Open: true })
                continue;
            // A picture from before the drain, or from within an undrain that resumed the node for its check, says nothing of how it stands.
            var told = picture.AtMs > Math.Max(drain.EndedMs ?? now, undrain?.EndedMs ?? 0);
            if (told && !Holds(drain.Action, node.State))
            {
                if (drain.Action.Kind == ActionKind.Fence)
                    NoFenceAnyMore(row, drain, undrain, picture.AtMs, now);
                else
                    GoesItsOwnWay(row, node, undrain, now);
                continue;
            }
            if (told && node.State.Fence is { } fence && fence.EndMs != drain.FenceEndsMs && drain.Action.Kind == ActionKind.Fence)
                _state.Put(drain = drain with { FenceEndsMs = fence.EndMs });
            // Slurm did not say what it wrote down when it was asked right after: it says so now.
            if (told && drain.Mark is null && DrainMark.Of(drain.Action.Kind, drain.Action.Id, node.State, _options.OurUser) is { } mark)
                _state.Put(drain = drain with { Mark = mark });
            if (suspects.ContainsKey(row.Node.Name))
            {
                if (row.WellSinceMs is not null)
                    _state.Put(row with { WellSinceMs = null });
                continue;
            }
            // A time that is still to come is from before the clock was set back.
            if (row.WellSinceMs is not { } since || since > now)
            {
                _state.Put(row with { WellSinceMs = now });
                continue;
            }
            if (now - since < _options.ReturnAfter.TotalMilliseconds * Math.Pow(2, Math.Min(row.Returns, 6)) || !node.State.Idle || node.State.NotOurs is not null || EndsTooSoon(drain, now))
                continue;
            var sentence = $"give {row.Node.Name} back after a check: nothing has spoken against it since";
            if (Propose(drain.Action.Kind == ActionKind.Fence ? ActionKind.Unfence : ActionKind.Undrain, row.Node, null, row.Partition, Consent.None, sentence, 0, now, out _, drain) is { } proposed)
                _state.Log(now, DecisionKind.Return, null, row.Node.Name, sentence, 0, double.NaN, proposed.Action.Id.Number);
        }
    }

    /// <summary>Its drain is not exactly ours any more. Where somebody resumed it that was a word about the node: it is kept as a veto for a day, which all can see and lift.</summary>
    private void GoesItsOwnWay(NodeRow row, NodePicture node, ActionRow? undrain, long now)
    {
        _state.Put(row with { OutBy = null, WellSinceMs = null, Returns = 0 });
        var sentence = $"{row.Node.Name} is out of our hands: its drain is not exactly ours any more";
        // An undrain of which nobody knows what came may have been the one who resumed it.
        if (!node.State.Draining && undrain is not { Action.State: Unknown })
        {
            var note = $"somebody resumed {row.Node.Name} while {new ActionId(row.OutBy!.Value).Reason} held it out";
            sentence = LeaveAlone(row, note, now);
        }
        _state.Log(now, DecisionKind.Return, null, row.Node.Name, sentence, 0, double.NaN, row.OutBy);
    }

    /// <returns>The note, with what follows from it.</returns>
    private string LeaveAlone(NodeRow row, string note, long now) =>
        _state.Add(new Veto(null, row.Node, null, OurName, note, now, now + ResumedByOthersMs)) is { } number
            ? $"{note}: it is not taken out again for {ResumedByOthersMs / 3_600_000} h (veto {number})"
            : $"{note}; as many vetoes stand as are kept";
}
