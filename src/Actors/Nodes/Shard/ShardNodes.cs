using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>The nodes of a shard, and which of them have something to do, to show, or to store.</summary>
internal sealed class ShardNodes(NodeShardOptions options)
{
    private readonly SortedDictionary<NodeKey, ShardNode> _all = new(NodeOrder.Comparer);
    private readonly List<ShardNode> _touched = [];
    private readonly Dictionary<NodeKey, ShardNode> _shown = [];
    private readonly HashSet<ShardNode> _left = [];
    private readonly Queue<ShardNode> _unstored = new();
    private long _askedMs = long.MinValue / 2;
    private double _quota;

    /// <summary>In the order of their keys.</summary>
    public IReadOnlyCollection<ShardNode> All => _all.Values;

    public bool Full => _all.Count >= options.MostNodes;

    public ShardNode? Find(NodeKey key) => _all.GetValueOrDefault(key);

    public void Add(ShardNode node)
    {
        _all.Add(node.Node.Key, node);
        Written(node);
    }

    /// <summary>Its row is stored, or on its way.</summary>
    public void Written(ShardNode node)
    {
        if (node.Node.Blank && node.Applied >= 0)
            _left.Add(node);
    }

    /// <summary>Nodes that are watched no more. Their row goes when no replay can begin before what it holds: until then it says which records are done with.</summary>
    /// <param name="next">Where a replay can begin.</param>
    public List<NodeKey> Forget(long next)
    {
        var gone = new List<NodeKey>();
        foreach (var node in _left.ToList())
        {
            if (node.Node.Blank && next <= node.Applied)
                continue;
            _left.Remove(node);
            if (!node.Node.Blank)
                continue;
            _all.Remove(node.Node.Key);
            gone.Add(node.Node.Key);
        }
        return gone;
    }

    /// <summary>A record of the node is applied.</summary>
    public void Apply(ShardNode node, long offset)
    {
        Touch(node);
        _shown[node.Node.Key] = node;
        Unstored(node, offset);
    }

    /// <summary>Something may have happened to it beside its own records.</summary>
    public void Look(ShardNode node, long offset)
    {
        if (node.Node.Dirty && !node.Node.Idle)
            Apply(node, offset);
    }

    public void Touch(ShardNode node)
    {
        if (node.Touched)
            return;
        node.Touched = true;
        _touched.Add(node);
    }

    /// <summary>Those that were touched, in the order of their keys, into a list; from then on they are not.</summary>
    public void TakeTouched(List<ShardNode> into)
    {
        into.Clear();
        into.AddRange(_touched);
        into.Sort((a, b) => NodeOrder.Comparer.Compare(a.Node.Key, b.Node.Key));
        foreach (var node in into)
            node.Touched = false;
        _touched.Clear();
    }

    /// <summary>Those whose records were committed since this was asked last: their views, and the names of those that nothing is known of any more.</summary>
    public (IReadOnlyList<NodeView> Views, IReadOnlyList<NodeKey> Blank) TakeShown()
    {
        NodeView[] views = [.. _shown.Values.Where(n => !n.Node.Blank).Select(n => n.Node.View())];
        NodeKey[] blank = [.. _shown.Values.Where(n => n.Node.Blank).Select(n => n.Node.Key)];
        _shown.Clear();
        return (views, blank);
    }

    /// <summary>Too little time went by since rows were written last for more of those that only went on.</summary>
    public bool Quiet(long nowMs) => nowMs - _askedMs < options.QuietCommit.TotalMilliseconds;

    /// <summary>Those whose segments or findings changed, and of the others those that have waited longest: one at least, since nodes are shown with a commit,
    /// and a shard of a few nodes would have none for most of the time.</summary>
    public List<ShardNode> TakeDue(long nowMs, bool whole)
    {
        // Once for each stretch of time: this is asked far more often than anything is written.
        _quota = Math.Min(_all.Count, _quota + (_all.Count * Math.Clamp((nowMs - _askedMs) / options.Spread.TotalMilliseconds, 0, 1)));
        _askedMs = nowMs;
        var due = new List<ShardNode>();
        var left = whole ? int.MaxValue : Math.Max(1, (int)_quota);
        for (var i = _unstored.Count; i > 0; i--)
        {
            var node = _unstored.Dequeue();
            if (node.Urgent || left-- > 0)
            {
                node.Queued = false;
                due.Add(node);
            }
            else
            {
                _unstored.Enqueue(node);
            }
        }
        _quota = Math.Max(0, _quota - due.Count);
        return due;
    }

    /// <summary>The first record that a stored row lacks; <paramref name="appliedTo"/> where none does.</summary>
    public long FirstUnstored(long appliedTo) => _unstored.Select(n => n.FirstUnstored).Append(appliedTo).Min();

    private void Unstored(ShardNode node, long offset)
    {
        node.FirstUnstored = Math.Min(node.FirstUnstored, offset);
        if (node.Queued)
            return;
        node.Queued = true;
        _unstored.Enqueue(node);
    }
}
