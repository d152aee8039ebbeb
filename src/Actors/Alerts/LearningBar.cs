using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts;

/// <summary>What must not be learned from: segments that overlap alerts, drains, maintenance, and nodes that were down. A fault that is learned is a fault
/// that is never told of again.</summary>
public sealed class LearningBar
{
    /// <summary>Before an onset: it is the first frame that was surely strange, not the first that was.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromMinutes(10);

    private readonly Dictionary<NodeKey, List<Span>> _nodes = [];
    private readonly List<(string Cluster, Span Span)> _all = [];

    /// <summary>Its nodes from shortly before its onset to its end; all nodes of the cluster where not all of them are named.</summary>
    public void Add(Alert alert)
    {
        var span = new Span(alert.SinceMs - (long)Before.TotalMilliseconds, alert.ClearedMs, $"alert {alert.Id}");
        if (alert.NodeCount > alert.Nodes.Count)
        {
            _all.Add((alert.Id.Cluster, span));
            return;
        }
        foreach (var name in alert.Nodes)
            Add(new NodeKey(alert.Id.Cluster, name), span);
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
