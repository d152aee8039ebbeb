using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>Which of the watched nodes the scheduler names no more: absent at once, and gone when that has lasted while nothing came from them.</summary>
/// <remarks>Kept in memory only: after a start the time begins anew, so a node is forgotten late and never early. A node that the scheduler never named (a
/// login or file server) is none of its business, unless nothing ever came from it. One thread at a time.</remarks>
/// <param name="after">How long the scheduler must have answered without it, and no sample have come. Also between two words of the same.</param>
/// <param name="gap">What two answers further apart than this count for.</param>
public sealed class NodeDepartures(string cluster, TimeSpan after, TimeSpan gap)
{
    private readonly long _afterMs = (long)after.TotalMilliseconds;
    private Dictionary<NodeKey, Missing> _missing = [];
    private long _lookedMs;

    /// <param name="named">By the answer.</param>
    /// <param name="changed">What is told in any case.</param>
    /// <param name="watched">As they were last shown.</param>
    /// <param name="nowMs">When the scheduler was asked, unix milliseconds.</param>
    /// <returns>What is to be told beside that.</returns>
    public IReadOnlyList<NodeState> Look(IReadOnlyList<NodeState> named, IReadOnlyList<NodeState> changed, IEnumerable<NodeView> watched, long nowMs)
    {
        var step = _lookedMs == 0 ? 0 : Math.Clamp(nowMs - _lookedMs, 0, (long)gap.TotalMilliseconds);
        _lookedMs = nowMs;
        var there = named.Select(n => n.Node).ToHashSet();
        var told = changed.Select(n => n.Node).ToHashSet();
        var missing = new Dictionary<NodeKey, Missing>();
        var said = new List<NodeState>();
        foreach (var node in watched)
        {
            if (node.Node.Cluster != cluster || there.Contains(node.Node) || (node.SchedulerState is null && node.FrameMs > 0))
                continue;
            var known = _missing.TryGetValue(node.Node, out var before);
            var now = known ? before with { ForMs = before.ForMs + step } : default;
            // It left while nobody looked.
            if (!known && !string.IsNullOrEmpty(node.SchedulerState) && !told.Contains(node.Node))
                said.Add(Absent(node.Node, nowMs, null));
            if (now.ForMs - now.ToldAtMs >= _afterMs && node.FrameMs < nowMs - _afterMs)
            {
                said.Add(Absent(node.Node, nowMs, nowMs - _afterMs));
                now = now with { ToldAtMs = now.ForMs };
            }
            missing.Add(node.Node, now);
        }
        _missing = missing;
        return said;
    }

    private static NodeState Absent(NodeKey node, long nowMs, long? sinceMs) =>
        new() { Node = node, AsOfMs = nowMs, Conditions = NodeConditions.Absent, Words = "", GoneSinceMs = sinceMs };

    /// <param name="ForMs">It was missing in answers for so long.</param>
    /// <param name="ToldAtMs">The same when it was last told; 0 = never.</param>
    private readonly record struct Missing(long ForMs, long ToldAtMs);
}
