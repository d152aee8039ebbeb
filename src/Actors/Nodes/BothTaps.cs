using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>Tells two. Each must not block by itself.</summary>
public sealed class BothTaps(INodeTap first, INodeTap second) : INodeTap
{
    /// <returns>Null where both are.</returns>
    public static INodeTap? Of(INodeTap? first, INodeTap? second) => (first, second) switch
    {
        ({ } one, { } other) => new BothTaps(one, other),
        _ => first ?? second,
    };

    public void Frame(NodeKey node, long segmentStartMs, long timeMs, MetricSchema schema, ReadOnlySpan<float> row, bool common)
    {
        first.Frame(node, segmentStartMs, timeMs, schema, row, common);
        second.Frame(node, segmentStartMs, timeMs, schema, row, common);
    }

    public void State(NodeState state)
    {
        first.State(state);
        second.State(state);
    }
}
