using Tocsin.Actors.Alerts;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Learning;

/// <summary>When nodes were drained, in maintenance, rebooted or down, as the scheduler told.</summary>
/// <param name="UntilMs">Null = it lasts.</param>
public sealed record StateSpan(string Cluster, string Node, long FromMs, long? UntilMs);

/// <summary>Keeps <see cref="StateSpan"/>s. One thread at a time.</summary>
public sealed class StateSpans
{
    /// <summary>More than a cluster has nodes; beyond it the oldest go.</summary>
    private const int Most = 200_000;

    private readonly List<StateSpan> _spans = [];
    private readonly Dictionary<NodeKey, (bool Barred, long AsOfMs)> _now = [];

    public StateSpans(IEnumerable<StateSpan> known)
    {
        foreach (var span in known.Take(Most))
        {
            _spans.Add(span);
            if (span.UntilMs is null)
                _now[new NodeKey(span.Cluster, span.Node)] = (true, span.FromMs);
        }
    }

    public IReadOnlyList<StateSpan> All => _spans;

    /// <summary>True where it changed anything. The same again, and what is older, changes nothing.</summary>
    public bool Add(NodeState said)
    {
        var known = _now.TryGetValue(said.Node, out var before) ? before : (Barred: false, AsOfMs: long.MinValue);
        if (said.AsOfMs <= known.AsOfMs)
            return false;
        var barred = said.Muted || said.Down;
        _now[said.Node] = (barred, said.AsOfMs);
        if (barred == known.Barred)
            return false;
        var open = _spans.FindLastIndex(s => s.UntilMs is null && s.Node == said.Node.Name && s.Cluster == said.Node.Cluster);
        if (barred)
            _spans.Add(new StateSpan(said.Node.Cluster, said.Node.Name, said.AsOfMs, null));
        else if (open >= 0)
            _spans[open] = _spans[open] with { UntilMs = said.AsOfMs };
        if (_spans.Count > Most)
            _spans.RemoveAt(0);
        return true;
    }

    public void Forget(long beforeMs) => _spans.RemoveAll(s => s.UntilMs < beforeMs);

    public void AddTo(LearningBar bar)
    {
        foreach (var span in _spans)
            bar.Add(new NodeKey(span.Cluster, span.Node), span.FromMs, span.UntilMs, $"the scheduler's word of {span.FromMs}");
    }
}
