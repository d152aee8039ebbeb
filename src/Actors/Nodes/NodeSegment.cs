using Tocsin.Shared;

namespace Tocsin.Actors.Nodes;

/// <summary>A segment as the table of segments has it. Known by (node, start).</summary>
/// <param name="EndMs">Exclusive; null while it lasts.</param>
/// <param name="Jobs">By start, then id; empty = idle.</param>
/// <param name="Pattern">Null where none fits or none was looked for.</param>
/// <param name="LibraryVersion">That the segment is pinned to; 0 = none.</param>
public sealed record NodeSegment(NodeKey Node, long StartMs, long? EndMs, IReadOnlyList<JobKey> Jobs, int? Pattern, long LibraryVersion);
