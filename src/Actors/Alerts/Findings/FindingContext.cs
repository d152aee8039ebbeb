using Tocsin.Shared;

namespace Tocsin.Actors.Alerts.Findings;

/// <summary>What a node was doing when something was found about it.</summary>
/// <param name="Job">Of the jobs on the node the largest; null = idle.</param>
/// <param name="JobNodes">0 on an idle node.</param>
/// <param name="SegmentStartMs">Unix milliseconds.</param>
public readonly record struct FindingContext(NodeKey Node, JobKey? Job, int JobNodes, long SegmentStartMs);
