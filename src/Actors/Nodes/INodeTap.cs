using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>Told by shards what their nodes took in. Called on any shard's thread, must not block, and may be told the same again after a crash.</summary>
public interface INodeTap
{
    /// <param name="segmentStartMs">Of the segment that the frame is in, as it is cut by now.</param>
    /// <param name="row">In the columns of the schema; lent for the call.</param>
    /// <param name="common">There is plenty of its kind: the node is idle, or what came of the segment before fits a pattern.</param>
    void Frame(NodeKey node, long segmentStartMs, long timeMs, MetricSchema schema, ReadOnlySpan<float> row, bool common);

    void State(NodeState state);
}
