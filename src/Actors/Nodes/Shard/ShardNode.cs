using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>A node as its shard keeps book of it.</summary>
internal sealed class ShardNode
{
    private readonly Queue<(WatchedNode Node, NodeState Said)> _leaving = new();
    private bool _left;

    /// <param name="head">What is stored of its open segment's first frames.</param>
    public ShardNode(WatchedNode node, long applied, StoredHead head)
    {
        (Node, Applied, Head) = (node, applied, head);
        node.StoredHead = head.Read;
    }

    public WatchedNode Node { get; private set; }

    /// <summary>Its stored row has what came up to here; a replay skips it.</summary>
    public long Applied { get; set; }

    /// <summary>The first record that its stored row lacks; long.MaxValue = none.</summary>
    public long FirstUnstored { get; set; } = long.MaxValue;

    public bool Touched { get; set; }

    public bool Queued { get; set; }

    public StoredHead Head { get; private set; }

    /// <summary>Its row belongs into the next commit.</summary>
    public bool Urgent => _left || Node.Urgent;

    /// <summary>The scorer of a frame that waits for its residual.</summary>
    public SegmentScorer? Waiting => Current.Waiting;

    /// <summary>One that left still takes in what it was told before; the new one of the name waits for that, so that how records are put into steps changes nothing.</summary>
    private WatchedNode Current => _leaving.TryPeek(out var old) ? old.Node : Node;

    /// <summary>It is watched no more; what comes from here on is another node's.</summary>
    public void Leave(NodeState said, WatchedNode next)
    {
        _leaving.Enqueue((Node, said));
        (Node, Head) = (next, Head.Next());
        next.StoredHead = Head.Read;
        _left = true;
    }

    public void Advance(NodeEffects effects)
    {
        while (_leaving.TryPeek(out var old))
        {
            old.Node.Advance(effects);
            if (!old.Node.Idle)
                return;
            old.Node.Leave(old.Said, effects);
            _leaving.Dequeue();
        }
        Node.Advance(effects);
    }

    public void Complete(ReadOnlySpan<float> residual, NodeEffects effects) => Current.Complete(residual, effects);

    /// <summary>The row is stored, or on its way.</summary>
    public void Stored()
    {
        _left = false;
        Node.Stored();
    }
}
