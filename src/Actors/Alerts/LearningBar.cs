using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts;

/// <summary>What must not be learned from: segments that overlap alerts, drains, maintenance, and nodes that were down. A fault that is learned is a fault
/// that is never told of again.</summary>
public sealed class LearningBar
{
    /// <summary>Before an onset: it is the first frame that was surely strange, not the first that was.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromMinutes(10);

    /// <summary>Begins the reason of what operators have marked.</summary>
    public const string Label = "label ";

    private readonly Dictionary<NodeKey, List<Span>> _nodes = [];
    private readonly List<(string Cluster, Span Span)> _all = [];

    /// <summary>All that operators have marked as a fault and that touches the time from then on.</summary>
    /// <exception cref="StoreException"/>
    public void AddFaults(IStoreReader store, long fromMs)
    {
        long? before = null;
        while (true)
        {
            var page = store.Labels(new LabelQuery(FromMs: fromMs, Fault: true, Before: before, Limit: 1000));
            foreach (var label in page)
                Add(label.Node, label.FromMs, label.UntilMs, $"{Label}{label.Number}");
            if (page.Count < 1000)
                return;
            before = page[^1].Number;
        }
    }

    /// <summary>Its nodes from shortly before its onset to its end; all nodes of the cluster where not all of them are named.</summary>
    /// <param name="said">Verdicts on it: what is no fault may be learned from, though it was told of. That a verdict was only to hold for a while does not make it
    /// one.</param>
    public void Add(Alert alert, params IEnumerable<Verdict> said)
    {
        if (said.Any(v => v.Alert == alert.Id && v.UndoneMs is null && v.Word != VerdictWord.Fault))
            return;
        Add(alert.Id.Cluster, alert.NodeCount > alert.Nodes.Count ? [] : alert.Nodes, new Span(alert.SinceMs - (long)Before.TotalMilliseconds, alert.ClearedMs, $"alert {alert.Id}"));
    }

    /// <summary>A confirmed fault, which stays one when its alert is not kept any more; any other verdict changes nothing here.</summary>
    /// <param name="alert">As it stands; null = it is gone, and so it is over.</param>
    public void Add(Verdict fault, Alert? alert)
    {
        if (fault.Word != VerdictWord.Fault || fault.UndoneMs is not null)
            return;
        var untilMs = alert is null ? fault.ClearedMs ?? fault.GivenMs : alert.ClearedMs;
        Add(fault.Alert.Cluster, fault.Nodes, new Span(fault.SinceMs - (long)Before.TotalMilliseconds, untilMs, $"verdict {fault.Number}"));
    }

    /// <param name="untilMs">Exclusive; null = it lasts.</param>
    public void Add(NodeKey node, long fromMs, long? untilMs, string why) => Add(node, new Span(fromMs, untilMs, why));

    /// <returns>Why a segment is not learned from; null = it may be.</returns>
    /// <param name="endMs">Exclusive; null = it is open.</param>
    public string? Why(NodeKey node, long startMs, long? endMs)
    {
        var all = _all.Where(a => a.Cluster == node.Cluster).Select(a => a.Span);
        var spans = _nodes.TryGetValue(node, out var own) ? own.Concat(all) : all;
        return spans.FirstOrDefault(s => s.FromMs < (endMs ?? long.MaxValue) && startMs < (s.UntilMs ?? long.MaxValue))?.Why;
    }

    /// <summary>No segment that is asked about begins before.</summary>
    public void Forget(long beforeMs)
    {
        _all.RemoveAll(a => a.Span.UntilMs <= beforeMs);
        foreach (var (node, spans) in _nodes.ToList())
        {
            spans.RemoveAll(s => s.UntilMs <= beforeMs);
            if (spans.Count == 0)
                _nodes.Remove(node);
        }
    }

    /// <param name="nodes">Empty: all of the cluster.</param>
    private void Add(string cluster, IReadOnlyList<string> nodes, Span span)
    {
        if (nodes.Count == 0)
            _all.Add((cluster, span));
        foreach (var name in nodes)
            Add(new NodeKey(cluster, name), span);
    }

    private void Add(NodeKey node, Span span)
    {
        if (!_nodes.TryGetValue(node, out var spans))
            _nodes.Add(node, spans = []);
        // A later word on the same cause replaces the earlier one.
        spans.RemoveAll(s => s.Why == span.Why && s.FromMs >= span.FromMs && s.UntilMs is null);
        spans.Add(span);
    }

    private sealed record Span(long FromMs, long? UntilMs, string Why);
}
