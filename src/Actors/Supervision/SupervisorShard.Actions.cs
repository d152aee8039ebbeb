using Tocsin.Actors.Alerts.Words;
using Tocsin.Actors.Supervision.Acting;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>Actions from their proposal to their end, a committed step at a time.</summary>
public sealed partial class SupervisorShard
{
    /// <summary>What Slurm said is a reason for so long, and no longer.</summary>
    private const long FreshMs = 5_000;

    private readonly Dictionary<long, (SlurmView? View, long AtMs)> _looks = [];
    private readonly HashSet<long> _looking = [];
    private readonly LookAgain _again = new();

    /// <summary>Started in the draft that is on its way: begun when it is committed.</summary>
    private readonly List<ActionRow> _begin = [];

    /// <summary>Begun by this memory, and not answered yet.</summary>
    private readonly HashSet<long> _running = [];

    private sealed record Looked(long Action, SlurmView? View);

    private sealed record Ended(long Action, long Epoch, ActingResult Result);

    private ActionRow? Propose(
        ActionKind kind, NodeKey? node, JobIdentity? job, string partition, Consent consent, string sentence, double gain, long now, out string? why, ActionRow? undoes = null)
    {
        // What is vetoed would be refused at once, and be wanted anew at once.
        why = BrakeOf(kind, node, partition, job?.JobId, now) ?? VetoOf(kind, node, job, now);
        if (why is not null)
            return null;
        var row = new ActionRow(new ActionRecord(_state.NewAction(), kind, node, job, partition, now, OneLine.Of(sentence, 1000), false, new Proposed()) { Undoes = undoes?.Action.Id })
        {
            Consent = consent,
            GainNodeSeconds = double.IsFinite(gain) ? gain : 0,
        };
        _state.Put(row);
        return row;
    }

    private void TakeAnswers(long now)
    {
        while (_inbox.TryDequeue(out var answer))
        {
            if (answer is Looked looked)
            {
                _looking.Remove(looked.Action);
                _looks[looked.Action] = (looked.View, now);
            }
            else if (answer is Ended ended && _state.Actions.TryGetValue(ended.Action, out var row))
            {
                _running.Remove(ended.Action);
                var turn = ActionRules.Finish(row.Action, ended.Result.Outcome, ended.Epoch, now);
                if (ended.Result.Outcome is { DrainedAgain: true } && DrainThat(row) is { } drain)
                    _state.Put(drain with { Mark = ended.Result.Mark });
                Step(row.Action.Kind.TakesOut() ? row with { Mark = ended.Result.Mark ?? row.Mark } : row, turn, now);
                _wake = true;
            }
        }
    }

    private void Advance(long now)
    {
        var open = _state.OpenActions.ToList();
        if (open.Count > 0)
            _facts = _inputs.Facts(now);
        foreach (var row in open)
        {
            if (_running.Contains(row.Action.Id.Number))
                continue;
            switch (row.Action.State)
            {
                case Proposed when _options.AsksOperator && !row.Approved && now <= row.Action.ProposedMs + _options.Limits.ApproveMs && IsEnabled(row.Action):
                    Wait(row, "waits for an operator");
                    break;
                case Proposed:
                    Step(row, ActionRules.Approve(row.Action, Around(row.Action, null, now), now, _options.Limits), now);
                    break;
                case Approved when View(row, now) is { } view:
                    Step(row, ActionRules.Start(row.Action, Around(row.Action, view.View is { } v ? Errand.WithConsent(v, Registered(row.Action)) : null, now), MarkOf(row), _options.OurUser, now, _options.Limits), now);
                    break;
                case Started before when now < before.AtMs - _options.Limits.SkewMs:
                    Step(row, ActionRules.Recover(row.Action, Around(row.Action, null, now), now, _options.Limits), now);
                    break;
                case Started started when now > started.NotAfterMs + _options.Limits.TakesMs(row.Action.Kind) + _options.Limits.SkewMs && View(row, now) is { } seen:
                    DrainedAgain(row, started, seen.View?.Node);
                    Step(row with { Mark = row.Mark ?? Seen(row, seen.View) }, ActionRules.Recover(row.Action, Around(row.Action, seen.View, now), now, _options.Limits), now);
                    break;
            }
        }
    }

    /// <summary>What Slurm says now; null while it is being asked.</summary>
    private (SlurmView? View, long AtMs)? View(ActionRow row, long now)
    {
        var id = row.Action.Id.Number;
        if (_looks.Remove(id, out var look) && now - look.AtMs <= FreshMs && now >= look.AtMs)
            return look;
        if (!_looking.Contains(id) && _again.May(id, _epoch, now) && _looking.Add(id))
            _port.Look(row.Action, Acknowledged(row.Action), view => _inbox.Enqueue(new Looked(id, view)));
        return null;
    }

    private void Step(ActionRow row, ActionTurn turn, long now)
    {
        var next = row with { Action = turn.Action, Waits = SameWait(row.Waits, turn.Wait) ? row.Waits : turn.Wait };
        if (!_state.Actions.TryGetValue(row.Action.Id.Number, out var stored) || stored != next)
            _state.Put(next);
        if (turn.Execute)
        {
            _begin.Add(next);
            _state.Add(new PastAction(next.Action.Kind, next.Action.Node, next.Action.Partition, next.Action.Job?.JobId, now));
        }
        if (row.Action.State.GetType() != next.Action.State.GetType())
            _again.Forget(next.Action.Id.Number);
        if (row.Action.Open && !next.Action.Open)
            Finished(next, now);
    }

    /// <summary>Seconds count on in a reason: it is not stored anew for that.</summary>
    private static bool SameWait(string? a, string? b) => a == b || (a is not null && b is not null && a.AsSpan(0, Math.Min(12, a.Length)).SequenceEqual(b.AsSpan(0, Math.Min(12, b.Length))));

    private void Wait(ActionRow row, string why)
    {
        if (row.Waits != why)
            _state.Put(row with { Waits = why });
    }

    private void Finished(ActionRow row, long now)
    {
        _wake = true;
        _looks.Remove(row.Action.Id.Number);
        // Nodes that only would have been taken out leave the limit to those that are.
        if (row.Action.State is Done { DryRun: true } && !row.Action.Kind.TakesOut())
            _state.Add(new PastAction(row.Action.Kind, row.Action.Node, row.Action.Partition, row.Action.Job?.JobId, now));
        if (row.Happened && row.Action.Job is { } job && _state.Jobs.GetValueOrDefault(job.JobId) is { } run)
            _state.Put(run with { LastActionMs = now });
        if (row.Action.Node is not { } key || _state.Nodes.GetValueOrDefault(key.Name) is not { } node)
            return;
        switch (row.Action.Kind)
        {
            case ActionKind.Drain or ActionKind.Fence when row.Happened:
                _state.Put(node with { OutBy = row.Action.Id.Number, WellSinceMs = null, Returns = 0, DrainedFor = node.Warning?.Id ?? node.DrainedFor });
                break;
            case ActionKind.Drain or ActionKind.Fence when row.Action.State is Done:
                // A dry run says it once for one warning, as it would be done once.
                _state.Put(node with { DrainedFor = node.Warning?.Id ?? node.DrainedFor });
                break;
            case ActionKind.Undrain or ActionKind.Unfence when row.Happened:
                _state.Put(node with { OutBy = null, WellSinceMs = null, Returns = 0 });
                break;
            case ActionKind.Undrain or ActionKind.Unfence:
                _state.Put(node with { WellSinceMs = now, Returns = Math.Min(node.Returns + 1, 1000) });
                break;
        }
    }

    private void RunStarted()
    {
        foreach (var row in _begin)
        {
            var (id, epoch, startedMs) = (row.Action.Id.Number, _epoch, ((Started)row.Action.State).AtMs);
            _running.Add(id);
            _port.Run(row, Registered(row.Action), MarkOf(row), epoch, Stopped, result => _inbox.Enqueue(new Ended(id, epoch, result)));

            string? Stopped(ActionRecord action) => _board.View is { } view ? view.Stops(action, epoch, startedMs) : "nothing is committed here";
        }
        _begin.Clear();
    }

    private Surroundings Around(ActionRecord action, SlurmView? view, long now) => new(
        _epoch, _facts.LeaseUntilMs, IsEnabled(action), BrakeOf(action.Kind, action.Node, action.Partition, action.Job?.JobId, now),
        Checkpointing.Actions.Veto.Against(_state.Vetoes.Values.Select(v => v.Veto), action, now), view);

    private bool IsEnabled(ActionRecord action)
    {
        bool On(string partition) => _options.Enabled.Contains(partition) || _options.Enabled.Contains(SupervisorOptions.AllPartitions);
        // A node of several partitions is switched on where all of them are.
        return (action.Kind.TakesOut() || action.Kind.GivesBack()) && _picture?.Nodes.GetValueOrDefault(action.Node!.Value.Name) is { Partitions.Count: > 0 } node
            ? node.Partitions.All(On)
            : On(action.Partition);
    }

    private string? BrakeOf(ActionKind kind, NodeKey? node, string partition, string? jobId, long now)
    {
        if (_picture is null)
            return "Slurm has not answered yet";
        if (OldPicture(_picture, now) is { } old)
            return old;
        return Brakes.Check(kind, node is { } of ? PartitionsOf(of, partition) : [partition], jobId, BrakeStateOf(now, Silenced(node, jobId, now), node, ToldToChecks(now)), _options.Brakes, now)?.Why;
    }

    /// <param name="but">Of which is asked: what it is itself takes no room from it.</param>
    /// <param name="told">That their own checks are told of: they count as out, and as drained now, from then on.</param>
    private BrakeState BrakeStateOf(long now, bool silenced, NodeKey? but, IEnumerable<NodeWord> told) => new(
        _state.Hold is not null, _facts.FreshNodes, _facts.LagMs, _startedMs, _facts.LibraryMs, _facts.WatchedNodes, _facts.AnomalousNodes, [.. _state.Past, .. DrainsByCheck(told, but, now)],
        [
            .. _state.Nodes.Values.Where(n => n.OutBy is not null).Select(n => (Node: n.Node, Partitions: PartitionsOf(n.Node, n.Partition)))
                .Concat(GoingOut).Concat(OutByCheck).Concat(told.Select(t => (t.Node, PartitionsOf(t.Node, t.Partition)))).Where(o => o.Node != but).DistinctBy(o => o.Node),
        ],
        _picture?.PartitionNodes ?? new Dictionary<string, int>(), silenced)
    {
        SiteAlert = _state.Suspicions.Values.FirstOrDefault(s => s.Cause == AlertCause.Shared && AlertNames.IsOfSite(s.Labels))?.Alert.ToString(),
    };

    /// <summary>Drains and fences that have begun: they count as if they were done.</summary>
    private IEnumerable<(NodeKey Node, IReadOnlyList<string> Partitions)> GoingOut =>
        _state.OpenActions.Where(a => a.Action is { State: Started, Node: not null } && a.Action.Kind.TakesOut()).Select(a => (a.Action.Node!.Value, PartitionsOf(a.Action.Node!.Value, a.Action.Partition)));

    /// <param name="known">Where Slurm does not tell of the node any more.</param>
    private IReadOnlyList<string> PartitionsOf(NodeKey node, string known) => _picture?.Nodes.GetValueOrDefault(node.Name) is { Partitions.Count: > 0 } seen ? seen.Partitions : [known];

    private bool Silenced(NodeKey? node, string? jobId, long now)
    {
        foreach (var row in _state.Suspicions.Values)
        {
            if (((node is { } n && row.Nodes.Contains(n.Name)) || (jobId is not null && row.Job?.JobId == jobId)) && _inputs.Silenced(row.Labels, now))
                return true;
        }
        return _inputs.Silenced(new AlertLabels("", _options.Cluster, node?.Name, jobId, null, null, FaultKind.Unknown), now);
    }

    /// <summary>Of what gives a node back the drain or fence that it takes back.</summary>
    private ActionRow? DrainThat(ActionRow row) => row.Action.Undoes is { } undoes ? _state.Actions.GetValueOrDefault(undoes.Number) : null;

    /// <summary>Of what gives a node back what Slurm wrote down of the drain or fence.</summary>
    private DrainMark? MarkOf(ActionRow row) => DrainThat(row)?.Mark;

    /// <summary>The mark of a drain or fence that was found done after an interruption.</summary>
    private DrainMark? Seen(ActionRow row, SlurmView? view) =>
        row.Action.Kind.TakesOut() && view?.Node is { } node ? DrainMark.Of(row.Action.Kind, row.Action.Id, node, _options.OurUser) : null;

    /// <summary>An interrupted undrain whose check did not pass has drained the node again: from then on Slurm's time of the drain is that one. A time from before the undrain
    /// began is not ours: somebody who is the same user to Slurm wrote the same reason.</summary>
    private void DrainedAgain(ActionRow row, Started started, SlurmNode? node)
    {
        if (row.Action.Kind == ActionKind.Undrain && node is not null && DrainThat(row) is { } drain && DrainMark.Of(ActionKind.Drain, drain.Action.Id, node, _options.OurUser) is { } mark
            && mark != drain.Mark && mark.SetMs >= started.AtMs - _options.Limits.SkewMs - ActionLimits.SlurmRoundsToMs)
            _state.Put(drain with { Mark = mark });
    }
}
