using Tocsin.Actors.Log;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision;

/// <summary>What the records of the control topic do to the supervisor's memory. Each is answered once it is committed.</summary>
public sealed partial class SupervisorShard
{
    private void Take(in LogRecord record)
    {
        var (at, now, failure) = (record.Offset, record.TimestampMs, default(WireFailure));
        switch (record.Kind)
        {
            case ControlKind.Alert when WireBytes.TryRead<AlertEvent>(record.Payload, out var happened, out failure):
                Take(happened.Alert, now);
                break;
            case ControlKind.Operator when WireBytes.TryRead<OperatorSaid>(record.Payload, out var said, out failure):
                _answers.Add((at, Take(said, now)));
                break;
            case ControlKind.Job when WireBytes.TryRead<JobSaid>(record.Payload, out var word, out failure):
                _answers.Add((at, Take(word, now)));
                break;
            case ControlKind.OpenAlerts when WireBytes.TryRead<OpenAlerts>(record.Payload, out var open, out failure):
                Take(open);
                break;
            default:
                GiveUp(at, failure.Fault == WireFault.None ? $"a record of unknown kind {record.Kind}" : $"a record of kind {record.Kind} that cannot be read: {failure}", now);
                break;
        }
        _wake = true;
    }

    private void Take(Alert alert, long now)
    {
        // Delivered at least once: an older revision changes nothing.
        if (_state.Suspicions.TryGetValue(alert.Id.Number, out var known) && known.Revision >= alert.Revision)
            return;
        if (alert.Open)
            _state.Put(SuspicionRow.Of(alert));
        else if (known is not null)
            _state.RemoveSuspicion(alert.Id.Number);
    }

    /// <summary>A revision that still waits in the outbox may bring one of them back for a moment: the one that closes it waits behind it.</summary>
    private void Take(OpenAlerts open)
    {
        var known = open.Numbers.ToHashSet();
        foreach (var closed in _state.Suspicions.Keys.Where(a => !known.Contains(a)).ToList())
            _state.RemoveSuspicion(closed);
    }

    private ControlAnswer Take(OperatorSaid said, long now) => said.Word switch
    {
        OperatorWord.Veto => Veto(said, now),
        OperatorWord.Unveto => Unveto(said.Number ?? 0),
        OperatorWord.Hold => Hold(new HoldRow(said.Who, said.Note, now)),
        OperatorWord.Resume => Resume(said.Who, now),
        _ => _state.Actions.GetValueOrDefault(said.Number ?? 0) is { } row ? TakeOf(row, said, now) : new ControlAnswer(404, $"there is no action {said.Number}"),
    };

    private ControlAnswer TakeOf(ActionRow row, OperatorSaid said, long now) => said.Word switch
    {
        OperatorWord.Approve => Approve(row),
        OperatorWord.Force => Force(row, said, now),
        OperatorWord.Close => Close(row, said, now),
        _ => throw new InvalidOperationException($"{said.Word} is no word"),
    };

    private ControlAnswer Veto(OperatorSaid said, long now)
    {
        if (said.Number is { } number && !_state.Actions.ContainsKey(number))
            return new ControlAnswer(404, $"there is no action {number}");
        var veto = new Veto(said.Number is { } id ? new ActionId(id) : null, said.Node, said.JobId, said.Who, said.Note, now, said.UntilMs);
        _state.ForgetVetoes(now);
        if (_state.Add(veto) is not { } given)
            return new ControlAnswer(409, "as many vetoes stand as are kept: take some back");
        // What had begun may have run by the time that this was stored; its outcome is observed as always.
        var begun = _state.Actions.Values.FirstOrDefault(a => a.Action.State is Started && veto.Beats(a.Action, now));
        return new ControlAnswer(200, begun is null ? $"veto {given} holds" : $"veto {given} holds; action {begun.Action.Id} had begun before", said.Number);
    }

    /// <summary>Whether such an action would be vetoed, whatever its number.</summary>
    private string? VetoOf(ActionKind kind, NodeKey? node, JobIdentity? job, long now) =>
        Checkpointing.Actions.Veto.Against(_state.Vetoes.Values.Select(v => v.Veto), new ActionRecord(default, kind, node, job, "", now, "", false, new Proposed()), now);

    private ControlAnswer Unveto(long number)
    {
        if (!_state.Vetoes.ContainsKey(number))
            return new ControlAnswer(404, $"there is no veto {number}");
        _state.RemoveVeto(number);
        return new ControlAnswer(200, $"veto {number} is taken back");
    }

    private ControlAnswer Hold(HoldRow hold)
    {
        if (_state.Hold is null)
        {
            _state.Put(hold);
            _state.Log(hold.AtMs, DecisionKind.Hold, null, null, hold.Note.Length == 0 ? $"held by {hold.Who}" : $"held by {hold.Who}: {hold.Note}", 0, double.NaN, null);
        }
        return new ControlAnswer(200, $"nothing is done until it is released; held by {OneLine.Of(_state.Hold!.Who, 40)}");
    }

    private ControlAnswer Resume(string who, long now)
    {
        if (_state.Hold is null)
            return new ControlAnswer(200, "nothing was held");
        _state.Put((HoldRow?)null);
        _state.Log(now, DecisionKind.Hold, null, null, $"released by {who}", 0, double.NaN, null);
        return new ControlAnswer(200, "released");
    }

    private ControlAnswer Approve(ActionRow row)
    {
        if (row.Action.State is not Proposed)
            return new ControlAnswer(409, $"action {row.Action.Id} does not wait for an operator", row.Action.Id.Number);
        _state.Put(row with { Approved = true });
        return new ControlAnswer(200, $"action {row.Action.Id} goes on", row.Action.Id.Number);
    }

    /// <summary>One that waits goes on; one that came to nothing is proposed anew, since an id has one effect at most.</summary>
    private ControlAnswer Force(ActionRow row, OperatorSaid said, long now)
    {
        var action = row.Action;
        switch (action.State)
        {
            case Proposed or Approved:
                _state.Put(row with { Approved = true, Action = action with { Forced = true } });
                return new ControlAnswer(200, $"action {action.Id} is forced: preconditions, vetoes and brakes hold all the same", action.Id.Number);
            case Started:
                return new ControlAnswer(409, $"action {action.Id} has begun", action.Id.Number);
            case Done { DryRun: false } or Unknown:
                return new ControlAnswer(409, $"action {action.Id} {(action.State is Done ? "is done" : "may be done: look at it, then close it")}", action.Id.Number);
            default:
                var again = new ActionRow(action with { Id = _state.NewAction(), State = new Proposed(), ProposedMs = now, Forced = true, Sentence = $"forced by {OneLine.Of(said.Who, 40)}: {action.Sentence}" })
                {
                    Consent = row.Consent,
                    Approved = true,
                    GainNodeSeconds = row.GainNodeSeconds,
                };
                _state.Put(again);
                return new ControlAnswer(200, $"proposed anew as action {again.Action.Id}", again.Action.Id.Number);
        }
    }

    private ControlAnswer Close(ActionRow row, OperatorSaid said, long now)
    {
        if (row.Action.State is not Unknown unknown)
            return new ControlAnswer(409, $"action {row.Action.Id} is not unknown", row.Action.Id.Number);
        _state.Put(row with { Action = row.Action with { State = new Failed(now, $"{ActionRow.ClosedBy}{OneLine.Of(said.Who, 40)} ({OneLine.Of(said.Note, 200)}); was: {unknown.Why}") } });
        return new ControlAnswer(200, $"action {row.Action.Id} is closed", row.Action.Id.Number);
    }
}
