using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Inference.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults.Labels;

/// <summary>What came of which label records are made: pure, and the same again makes the same.</summary>
public static class LabelSources
{
    /// <summary>Rules that fired: each speaks of the node that it fired on and of no other. What else an alert names is not confirmed by it, which is not healthy.</summary>
    /// <param name="nowMs">When it was heard.</param>
    public static IEnumerable<LabelRecord> Of(Alert alert, long nowMs) => Fired(alert).Select(fired => new LabelRecord(
        $"rule {fired.Rule} {alert.Id} {fired.Node}", alert.Id.Cluster, fired.Node, LabelOrigin.Rule, LabelWords.OfRule(fired.Rule, fired.Kind), fired.SinceMs, alert.ClearedMs, nowMs, fired.Rule, alert.Summary).Cut());

    /// <summary>A verdict on an alert: <c>fault</c> confirms its kind, <c>false</c> and <c>expected</c> say that the nodes were healthy while it lasted. It speaks of the nodes that it names: those
    /// that the alert had when it was given, and of one with more than it can name of none. Who joined the alert later was not looked at.</summary>
    /// <param name="alert">Null: it is not stored any more, and what it signed says its kind.</param>
    public static IEnumerable<LabelRecord> Of(Verdict verdict, Alert? alert, long nowMs)
    {
        var kind = alert?.Kind ?? verdict.Signs.Select(s => s.Kind).FirstOrDefault();
        var fault = verdict.Word == VerdictWord.Fault ? LabelWords.OfKind(kind) : FaultClass.None;
        // An open alert that was judged false goes on without meaning anything: what comes after the verdict is judged by itself.
        var until = fault == FaultClass.None ? verdict.ClearedMs ?? verdict.GivenMs : alert?.ClearedMs ?? verdict.ClearedMs;
        var words = $"{verdict.Word.ToString().ToLowerInvariant()}: {kind.ToString().ToLowerInvariant()}";
        foreach (var node in verdict.Nodes)
            yield return new LabelRecord($"verdict {verdict.Number} {node}", verdict.Alert.Cluster, node, LabelOrigin.Operator, fault, verdict.SinceMs, until, verdict.GivenMs, verdict.Who, words, verdict.UndoneMs is not null).Cut();
    }

    /// <summary>Of an alert from before it was kept where a rule fired: where it has one node there is no question.</summary>
    private static IEnumerable<RuleFired> Fired(Alert alert) => alert.Fired.Count > 0 || alert is not { Nodes: [var only], NodeCount: 1 }
        ? alert.Fired
        : alert.Signs.Where(s => s.Source == FindingSource.Rule).DistinctBy(s => s.Rule).Select(s => new RuleFired(s.Rule, s.Kind, only, alert.SinceMs));

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
