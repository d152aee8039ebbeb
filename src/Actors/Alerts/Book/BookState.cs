using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>All that the alert shard of one cluster remembers: plain rows, so that a store keeps each by its key.</summary>
/// <remarks>Ordered everywhere: the same rows give the same events in the same order, whatever order they were loaded in.</remarks>
public sealed class BookState
{
    public const int MaxFlaps = 10_000;

    private readonly SortedDictionary<FindingKey, FindingRow> _findings = new(ByFinding.Instance);
    private readonly SortedDictionary<long, AlertRow> _alerts = [];
    private readonly Dictionary<CauseKey, FlapRow> _flaps = [];
    private readonly SortedDictionary<NodeKey, NodeStatus> _nodes = new(ByNode.Instance);
    private readonly SortedDictionary<long, VerdictRow> _verdicts = [];

    /// <summary>The number that the next alert gets, from 1 up.</summary>
    public long NextAlert { get; set; } = 1;

    public IReadOnlyDictionary<FindingKey, FindingRow> Findings => _findings;

    public IReadOnlyDictionary<long, AlertRow> Alerts => _alerts;

    public IReadOnlyDictionary<CauseKey, FlapRow> Flaps => _flaps;

    public IReadOnlyDictionary<NodeKey, NodeStatus> Nodes => _nodes;

    /// <summary>By number; those that were undone or are over stay for a while, so that an older record of one does not bring it back.</summary>
    public IReadOnlyDictionary<long, VerdictRow> Verdicts => _verdicts;

    /// <summary>What changed since <see cref="Changes.Clear"/>: what a commit writes.</summary>
    public Changes Changed { get; } = new();

    public void Set(FindingRow row)
    {
        _findings[row.Key] = row;
        Changed.Findings.Add(row.Key);
    }

    public void Set(AlertRow row)
    {
        _alerts[row.Alert.Id.Number] = row;
        Changed.Alerts.Add(row.Alert.Id.Number);
    }

    public void Set(NodeStatus status)
    {
        if (status.Watched)
            _nodes[status.Node] = status;
        else
            _nodes.Remove(status.Node);
        Changed.Nodes.Add(status.Node);
    }

    public void Set(VerdictRow row)
    {
        _verdicts[row.Verdict.Number] = row;
        Changed.Verdicts.Add(row.Verdict.Number);
    }

    public void RemoveVerdict(long number)
    {
        if (_verdicts.Remove(number))
            Changed.Verdicts.Add(number);
    }

    /// <summary>Beyond the bound the one that was over first is forgotten.</summary>
    public void Set(FlapRow row)
    {
        if (_flaps.Count >= MaxFlaps && !_flaps.ContainsKey(row.Key))
            Forget(_flaps.Values.MinBy(f => f.ClearedMs)!.Key);
        _flaps[row.Key] = row;
        Changed.Flaps.Add(row.Key);
    }

    public void Remove(FindingKey key)
    {
        if (_findings.Remove(key))
            Changed.Findings.Add(key);
    }

    public void Close(long alert)
    {
        if (_alerts.Remove(alert))
            Changed.Alerts.Add(alert);
    }

    public void Forget(CauseKey key)
    {
        if (_flaps.Remove(key))
            Changed.Flaps.Add(key);
    }

    /// <summary>Keys of rows that were written or removed; a row that is not there any more was removed.</summary>
    public sealed class Changes
    {
        public HashSet<FindingKey> Findings { get; } = [];

        public HashSet<long> Alerts { get; } = [];

        public HashSet<CauseKey> Flaps { get; } = [];

        public HashSet<NodeKey> Nodes { get; } = [];

        public HashSet<long> Verdicts { get; } = [];

        public bool Any => Findings.Count + Alerts.Count + Flaps.Count + Nodes.Count + Verdicts.Count > 0;

        public void Clear()
        {
            Findings.Clear();
            Alerts.Clear();
            Flaps.Clear();
            Nodes.Clear();
            Verdicts.Clear();
        }
    }

    private sealed class ByNode : IComparer<NodeKey>
    {
        public static readonly ByNode Instance = new();

        public int Compare(NodeKey x, NodeKey y) =>
            string.CompareOrdinal(x.Cluster, y.Cluster) is not 0 and var c ? c : string.CompareOrdinal(x.Name, y.Name);
    }

    private sealed class ByFinding : IComparer<FindingKey>
    {
        public static readonly ByFinding Instance = new();

        public int Compare(FindingKey x, FindingKey y)
        {
            if (ByNode.Instance.Compare(x.Node, y.Node) is not 0 and var node)
                return node;
            return x.Source != y.Source ? x.Source.CompareTo(y.Source) : string.CompareOrdinal(x.Rule, y.Rule);
        }
    }
}
