using Tocsin.Inference.Learning;
using Tocsin.Shared;

namespace Tocsin.Actors.Nodes;

/// <summary>Shown by shards what each scored frame was and what the model took it for. Called on any shard's thread, must not block, and may be shown the
/// same again after a crash or a cut anew.</summary>
public interface INodeFrames
{
    /// <param name="scorer">Has completed the frame; lent for the call.</param>
    /// <param name="residual">That it was completed with; lent for the call.</param>
    void Keep(NodeKey node, long timeMs, SegmentScorer scorer, ReadOnlySpan<float> residual);
}
