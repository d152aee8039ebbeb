using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Inference.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults.Labels;

/// <summary>What came of which label records are made: pure, and the same again makes the same.</summary>
public static class LabelSources
{
    /// <summary>Rules that an alert was recognised by. Of an alert of several nodes each node gets the record: a rule speaks of each node by itself.</summary>
    /// <param name="nowMs">When it was heard.</param>
    public static IEnumerable<LabelRecord> Of(Alert alert, long nowMs)
    {
        foreach (var rule in alert.Signs.Where(s => s.Source == FindingSource.Rule).GroupBy(s => s.Rule))
        {
            var fault = LabelWords.OfRule(rule.Key, rule.First().Kind);
            foreach (var node in alert.Nodes)
                yield return new LabelRecord($"rule {rule.Key} {alert.Id} {node}", alert.Id.Cluster, node, LabelOrigin.Rule, fault, alert.SinceMs, alert.ClearedMs, nowMs, rule.Key, alert.Summary).Cut();
        }
    }

    /// <summary>A verdict on an alert: <c>fault</c> confirms its kind, <c>false</c> and <c>expected</c> say that the nodes were healthy while it lasted.</summary>
    /// <param name="alert">Null: it is not stored any more, and what it signed says its kind.</param>
    public static IEnumerable<LabelRecord> Of(Verdict verdict, Alert? alert, long nowMs)
    {
        var kind = alert?.Kind ?? verdict.Signs.Select(s => s.Kind).FirstOrDefault();
        var fault = verdict.Word == VerdictWord.Fault ? LabelWords.OfKind(kind) : FaultClass.None;
        // An open alert that was judged false goes on without meaning anything: what comes after the verdict is judged by itself.
        var until = alert?.ClearedMs ?? verdict.ClearedMs ?? (fault == FaultClass.None ? verdict.GivenMs : null);
        var words = $"{verdict.Word.ToString().ToLowerInvariant()}: {kind.ToString().ToLowerInvariant()}";
        foreach (var node in alert?.Nodes ?? verdict.Nodes)
            yield return new LabelRecord($"verdict {verdict.Number} {node}", verdict.Alert.Cluster, node, LabelOrigin.Operator, fault, verdict.SinceMs, until, verdict.GivenMs, verdict.Who, words, verdict.UndoneMs is not null).Cut();
    }

    /// <summary>A stretch of time that an operator marked.</summary>
    public static LabelRecord Of(Label label) => new LabelRecord(
        $"label {label.Number} {label.Node.Name}", label.Node.Cluster, label.Node.Name, LabelOrigin.Operator, label.Fault is { } kind ? LabelWords.OfKind(kind) : FaultClass.None,
        label.FromMs, label.UntilMs, label.GivenMs, label.Who, label.Fault is { } named ? $"fault: {named.ToString().ToLowerInvariant()}" : "normal", label.UndoneMs is not null).Cut();
}

/// <summary>Follows what the scheduler says of nodes: a record begins when one is down or drained with another reason than before, and ends when it is neither.</summary>
public sealed class SchedulerWatch
{
    private readonly Dictionary<NodeKey, LabelRecord> _open = [];

    /// <summary>What lasted when the records were written last.</summary>
    public void Load(IEnumerable<LabelRecord> records)
    {
        foreach (var record in records.Where(r => r is { Origin: LabelOrigin.Scheduler, UntilMs: null, Undone: false }))
            _open[new NodeKey(record.Cluster, record.Node)] = record;
    }

    /// <returns>Records that changed.</returns>
    public IEnumerable<LabelRecord> See(NodeState state)
    {
        var broken = state.GoneSinceMs is null && (state.Down || (state.Conditions & NodeConditions.Drained) != 0);
        var fault = LabelWords.OfReason(state.Reason);
        // Planned work is no fault: what it hides is not known either, and the interval's own quiet says so.
        var counts = broken && fault != FaultClass.None;
        if (_open.TryGetValue(state.Node, out var open))
        {
            if (counts && open.Words == Words(state))
                yield break;
            _open.Remove(state.Node);
            yield return open with { UntilMs = Math.Max(open.FromMs, state.AsOfMs) };
        }
        if (!counts)
            yield break;
        var begun = new LabelRecord($"slurm {state.Node.Name} {state.AsOfMs}", state.Node.Cluster, state.Node.Name, LabelOrigin.Scheduler, fault, state.AsOfMs, null, state.AsOfMs, "slurm", Words(state)).Cut();
        _open[state.Node] = begun;
        yield return begun;
    }

    private static string Words(NodeState state)
    {
        var words = $"{(state.Down ? "down" : "drained")}: {state.Reason}";
        return words.Length <= LabelRecord.MaxText ? words : words[..LabelRecord.MaxText];
    }
}
