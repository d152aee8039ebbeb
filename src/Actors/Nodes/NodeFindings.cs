using Tocsin.Actors.Alerts.Findings;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>What a node says to the shards of alerts.</summary>
internal static class NodeFindings
{
    public const int MaxJobs = 64;

    public static Finding Model(NodeKey node, long sinceMs, FrameScore frame, bool active, IReadOnlyList<MetricEvidence> top, NodeNow now) => Of(node, FindingSource.Model, now) with
    {
        Kind = FaultKinds.Of(top),
        Pattern = now.Segment?.Pattern,
        SinceMs = sinceMs,
        AtMs = frame.TimeMs,
        Active = active,
        Score = frame.Score,
        Threshold = frame.Threshold,
        Top = top,
    };

    public static Finding Silence(NodeKey node, long sinceMs, long atMs, bool active, NodeNow now) => Of(node, FindingSource.Silence, now) with
    {
        Kind = FaultKind.Unreachable,
        SinceMs = sinceMs,
        AtMs = atMs,
        Active = active,
    };

    public static Finding Down(NodeKey node, long sinceMs, NodeState said, NodeNow now) => Of(node, FindingSource.Scheduler, now) with
    {
        Kind = FaultKind.Unreachable,
        SinceMs = sinceMs,
        AtMs = said.AsOfMs,
        Active = said.Down,
        Says = said.Words,
    };

    /// <summary>What the node does now.</summary>
    public static FindingContext Context(NodeKey node, NodeNow now)
    {
        var job = now.Jobs.At(now.AtMs).OrderByDescending(j => j.Said.NodeCount).ThenBy(j => j.Run.StartMs).ThenBy(j => j.Run.JobId, StringComparer.Ordinal).FirstOrDefault();
        return new FindingContext(node, job is null ? null : new JobKey(job.Run.JobId, job.Run.StartMs), job?.Said.NodeCount ?? 0, now.Segment?.StartMs ?? 0);
    }

    private static Finding Of(NodeKey node, FindingSource source, NodeNow now)
    {
        var context = Context(node, now);
        return new Finding
        {
            Node = node,
            Source = source,
            SinceMs = 0,
            AtMs = 0,
            Job = context.Job,
            JobNodes = context.JobNodes,
            SegmentStartMs = context.SegmentStartMs,
        };
    }
}
