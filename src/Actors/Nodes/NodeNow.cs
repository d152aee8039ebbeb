using Tocsin.Actors.Persistence;
using Tocsin.Ingest.Segments;

namespace Tocsin.Actors.Nodes;

/// <summary>Where a node is in event time.</summary>
/// <param name="AtMs">Its latest frame; 0 before the first.</param>
internal readonly record struct NodeNow(long AtMs, NodeJobs Jobs, SegmentRow? Segment);
