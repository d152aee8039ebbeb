using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>What is known of a node when an interval closes, beside its frames.</summary>
/// <param name="Present">Neither stale nor down: else its frames of the interval say nothing that holds.</param>
/// <param name="Quiet">Its state was normal, it was neither drained nor in maintenance, and no alert named it in the interval.</param>
/// <param name="Switch">The leaf switch; null where unknown.</param>
public sealed record NodeFacts(NodeKey Node, bool Present, bool Quiet, IReadOnlyList<JobKey> Jobs, string? Switch);

/// <summary>An interval of all watched nodes.</summary>
/// <param name="Number">Unix milliseconds of its start over its length: numbers go on over restarts.</param>
/// <param name="Nodes">Sorted by name; what stands in the other lists at the same place is theirs.</param>
/// <param name="Values">Nodes x <see cref="LiveFeatures.Count"/>; a row of NaN: absent, which is not healthy.</param>
/// <param name="Edges">Between places in <paramref name="Nodes"/>.</param>
/// <param name="Quiet">There in the whole interval, and nothing spoke against its health.</param>
public sealed record ClosedInterval(long Number, IReadOnlyList<NodeKey> Nodes, float[] Values, IReadOnlyList<HostEdge> Edges, bool[] Quiet)
{
    public bool IsPresent(int node) => Values.AsSpan(node * LiveFeatures.Count, LiveFeatures.Count).ContainsAnyInRange(float.MinValue, float.MaxValue);
}
