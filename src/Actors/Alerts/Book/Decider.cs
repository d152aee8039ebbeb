using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Actors.Alerts.Words;
using Tocsin.Actors.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>One decision: what shows now is grouped by cause, and the groups are held against the open alerts.</summary>
internal sealed class Decider(string cluster, BookState state, AlertOptions options, IFaultOutlook outlook, long nowMs)
{
    /// <summary>How long a verdict that is no more is remembered: a record of it that was kept back comes far sooner.</summary>
    private const long PastVerdictMs = 7 * 86_400_000L;

    private readonly Decision _decision = new() { NextAlert = state.NextAlert };
    private readonly ILookup<long, FindingRow> _members = state.Findings.Values.Where(r => r.Alert != 0).ToLookup(r => r.Alert);
    private readonly HashSet<AlertLabels> _named = [.. state.Alerts.Values.Select(a => a.Alert.Labels)];
    private readonly AlertWriter _writer = new(options, outlook, nowMs);
    private readonly long _lingerMs = (long)options.Linger.TotalMilliseconds;
    private readonly Muting _muting = new(state.Verdicts.Values, nowMs);
    private readonly JobsOfNodes _jobs = new(state);
    private Dictionary<NodeKey, AlertId> _down = [];

    public Decision Run()
    {
        if (state.Findings.Count == 0 && state.Alerts.Count == 0 && state.Flaps.Count == 0 && state.Verdicts.Count == 0)
            return _decision;
        foreach (var cls in (FindingClass[])[FindingClass.Away, FindingClass.Down, FindingClass.Silence, FindingClass.Fault])
            OfClass(cls);
        CountMuted();
        DropWhatNothingNeeds();
        return _decision;
    }

    private void OfClass(FindingClass cls)
    {
        var open = state.Alerts.Values.Where(a => a.Key.Class == cls).ToList();
        foreach (var row in open.Where(a => a.Key.Scope is CauseScope.Site or CauseScope.Switch && IsOver(a)).ToList())
        {
            Close(row, ClearReason.Over);
            open.Remove(row);
        }
        var groups = Grouping.Of(cls, open, state.Nodes.Values, ShowingNow(cls), options);
        var claims = Claim(groups, open);
        // Who is down is not stale as well: where there is an alert of that, the stale node's goes into it.
        var owner = cls == FindingClass.Silence ? _down.Where(d => IsDown(d.Key)).ToDictionary() : [];
        foreach (var group in groups)
        {
            var known = claims.TryGetValue(group, out var row);
            if (!known && !(group.Members.Any(m => m.Ripe(nowMs, options)) && IsFree(AlertNames.Labels(cluster, group))))
                continue;
            var alert = known ? Update(row!, group) : Raise(group);
            foreach (var member in group.Members)
            {
                owner[member.Node] = alert;
                foreach (var finding in member.Rows.Where(r => r.Alert != alert.Number))
                    _decision.Joins[finding.Key] = alert.Number;
            }
        }
        var claimed = claims.Values.Select(a => a.Alert.Id.Number).ToHashSet();
        foreach (var row in open.Where(a => !claimed.Contains(a.Alert.Id.Number)))
            Settle(row, owner);
        if (cls == FindingClass.Down)
            _down = owner;
    }

    /// <summary>Which open alert a group goes on with: the one of its key, else the oldest that has one of its nodes. A shared cause has only its own:
    /// who silenced a node's alert must not have silenced the site's.</summary>
    private static Dictionary<Group, AlertRow> Claim(List<Group> groups, List<AlertRow> open)
    {
        var claims = new Dictionary<Group, AlertRow>(ReferenceEqualityComparer.Instance);
        var byKey = open.ToDictionary(a => a.Key);
        var byNumber = open.ToDictionary(a => a.Alert.Id.Number);
        foreach (var group in groups)
        {
            if (byKey.TryGetValue(group.Key, out var same))
                Take(group, same);
        }
        foreach (var group in groups.Where(g => g.Key.Scope is CauseScope.Node or CauseScope.Job && !claims.ContainsKey(g)))
        {
            var oldest = group.Members.SelectMany(m => m.Rows).Select(r => r.Alert).Order()
                .Select(n => byNumber.GetValueOrDefault(n)).FirstOrDefault(a => a?.Key.Scope is CauseScope.Node or CauseScope.Job);
            if (oldest is not null)
                Take(group, oldest);
        }
        return claims;

        void Take(Group group, AlertRow row)
        {
            claims.Add(group, row);
            byNumber.Remove(row.Alert.Id.Number);
        }
    }

    /// <summary>No open alert is called the same. One may be: its job was moved by a late word, or it grew from a node to a job, and its labels stayed.
    /// Alertmanager would take the two for one, so the second is raised when the first has ended.</summary>
    private bool IsFree(AlertLabels labels) => !_named.Contains(labels);

    private AlertId Raise(Group group)
    {
        var id = new AlertId(cluster, _decision.NextAlert++);
        var alert = _writer.Write(id, 1, AlertNames.Labels(cluster, group), group, null);
        var flaps = FlapsOf(group);
        _named.Add(alert.Labels);
        _decision.Rows.Add(new AlertRow(alert, group.Key, flaps, alert.NodeCount));
        _decision.Add(new AlertRaised(alert));
        return id;
    }

    private AlertId Update(AlertRow row, Group group)
    {
        if (AlertChange.Why(row, group, outlook, nowMs, options) is { } why)
        {
            var alert = _writer.Write(row.Alert.Id, row.Alert.Revision + 1, row.Alert.Labels, group, row.Alert);
            _decision.Rows.Add(row with { Alert = alert, Key = group.Key, ToldNodes = Math.Max(row.ToldNodes, alert.NodeCount) });
            _decision.Add(new AlertUpdated(alert, why));
        }
        else if (row.Key != group.Key)
            _decision.Rows.Add(row with { Key = group.Key });
        return row.Alert.Id;
    }

    /// <summary>An alert that no group goes on with.</summary>
    private void Settle(AlertRow row, Dictionary<NodeKey, AlertId> owner)
    {
        var members = _members[row.Alert.Id.Number].ToList();
        if (members.Count == 0)
        {
            Close(row, ClearReason.Gone);
            return;
        }
        if (members.All(IsHidden))
        {
            Close(row, ClearReason.Muted, by: members.Select(_muting.By).FirstOrDefault(v => v is not null));
            return;
        }
        foreach (var member in members)
        {
            if (owner.TryGetValue(member.Finding.Node, out var into))
            {
                Close(row, ClearReason.Merged, into);
                return;
            }
        }
        if (IsOver(row))
            Close(row, ClearReason.Over);
    }

    private void Close(AlertRow row, ClearReason reason, AlertId? into = null, Verdict? by = null)
    {
        var cleared = _writer.Clear(row.Alert, _members[row.Alert.Id.Number], reason, into, by);
        _named.Remove(row.Alert.Labels);
        _decision.Closed.Add(row.Alert.Id.Number);
        _decision.Add(new AlertCleared(cleared));
        foreach (var member in _members[row.Alert.Id.Number])
            _decision.Joins.TryAdd(member.Key, member.Key.Class == FindingClass.Silence && IsDown(member.Finding.Node) ? 0 : into?.Number ?? 0);
        if (reason != ClearReason.Over)
            return;
        _decision.Flaps.Add(new FlapRow(row.Key, row.Flaps, nowMs));
        if (row.Alert.Labels.Node is { } node && row.Key.Scope != CauseScope.Node)
            _decision.Flaps.Add(new FlapRow(row.Key with { Scope = CauseScope.Node, Name = node }, row.Flaps, nowMs));
    }

    /// <summary>Too few have shown it for long enough.</summary>
    private bool IsOver(AlertRow row)
    {
        var ends = _members[row.Alert.Id.Number].Where(m => !IsHidden(m))
            .GroupBy(m => m.Finding.Node).Select(n => n.Max(r => r.EndAt(nowMs) ?? long.MaxValue)).Order().ToList();
        var enough = SharedCauses.Enough(row.Key, ends.Count, state.Nodes.Values, options);
        if (ends.Count == 0)
            return false;
        if (ends.Count < enough)
            return true;
        var below = ends[ends.Count - enough];
        return below != long.MaxValue && nowMs - below >= ClearAfterMs(row.Flaps);
    }

    private long ClearAfterMs(int flaps) =>
        (long)Math.Min(options.ClearAfter.TotalMilliseconds * Math.Pow(2, flaps), options.ClearAfterMost.TotalMilliseconds);

    private int FlapsOf(Group group)
    {
        var keys = group.Members.Where(m => m.Job is not null).Select(m => new CauseKey(group.Key.Class, CauseScope.Job, CauseKey.NameOf(m.Job!.Value))).Append(group.Key);
        var known = keys.Select(k => state.Flaps.GetValueOrDefault(k)).OfType<FlapRow>().Where(f => nowMs - f.ClearedMs <= (long)options.FlapMemory.TotalMilliseconds).ToList();
        return known.Count == 0 ? 0 : known.Max(f => f.Count) + 1;
    }

    private List<Showing> ShowingNow(FindingClass cls)
    {
        var showing = new List<Showing>();
        foreach (var node in state.Findings.Values.Where(r => r.Key.Class == cls && Shows(r)).GroupBy(r => r.Finding.Node))
        {
            if (cls == FindingClass.Silence && IsDown(node.Key))
                continue;
            var rows = node.OrderByDescending(r => r.Finding.Source == FindingSource.Rule).ThenByDescending(r => SeverityRule.Ratio(r.Finding)).ToList();
            var (job, jobNodes) = _jobs.Of(node.Key, rows);
            showing.Add(new Showing(node.Key, rows, job, jobNodes, state.Nodes.GetValueOrDefault(node.Key)?.Switch));
        }
        return showing;
    }

    private bool Shows(FindingRow row) =>
        !IsHidden(row) && (row.EndAt(nowMs) is not { } ended || nowMs - ended < Math.Min(_lingerMs, (long)options.ClearAfter.TotalMilliseconds) || IsUntold(row, ended));

    /// <summary>Up to a bound: what nothing can be raised for (another alert has the name) is not kept for ever.</summary>
    private bool IsUntold(FindingRow row, long endedMs) => row.Untold(options) && !IsHidden(row) && nowMs - endedMs < (long)options.ClearAfterMost.TotalMilliseconds;

    private bool IsHidden(FindingRow row) => IsMuted(row.Finding.Node) || _muting.By(row) is not null;

    private bool IsMuted(NodeKey node) => state.Nodes.TryGetValue(node, out var status) && status.Mute != NodeMute.None;

    private bool IsDown(NodeKey node) => state.Nodes.TryGetValue(node, out var status) && status.Presence == NodePresence.Down;

    /// <summary>Once for each finding that would have been told of: what is muted is counted and never just gone.</summary>
    private void CountMuted()
    {
        foreach (var row in state.Findings.Values)
        {
            var by = _muting.By(row)?.Number ?? 0;
            if (by == row.MutedBy || (by != 0 && (IsMuted(row.Finding.Node) || !row.IsRipe(nowMs, options))))
                continue;
            _decision.Muted[row.Key] = by;
            if (by != 0 && row.Alert == 0)
                _decision.Unheard.Add(row.Key);
        }
        foreach (var verdict in state.Verdicts.Values.Select(v => v.Verdict))
        {
            if (!verdict.Stands(nowMs) && nowMs - (verdict.UndoneMs ?? verdict.UntilMs!.Value) > PastVerdictMs)
                _decision.PastVerdicts.Add(verdict.Number);
        }
    }

    private void DropWhatNothingNeeds()
    {
        foreach (var row in state.Findings.Values)
        {
            var alert = _decision.Joins.GetValueOrDefault(row.Key, row.Alert);
            if (alert == 0 && row.EndAt(nowMs) is { } ended && nowMs - ended >= _lingerMs && !IsUntold(row, ended))
            {
                _decision.Joins.Remove(row.Key);
                _decision.Muted.Remove(row.Key);
                _decision.Dropped.Add(row.Key);
            }
        }
        foreach (var flap in state.Flaps.Values.Where(f => nowMs - f.ClearedMs > (long)options.FlapMemory.TotalMilliseconds))
            _decision.Forgotten.Add(flap.Key);
    }
}
