using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>What scoring must know of a segment beside its frames.</summary>
/// <param name="StartMs">Of the segment, unix milliseconds; may lie before its first frame.</param>
/// <param name="JobName">Null for an idle segment.</param>
/// <param name="User">Of the first job; null where unknown.</param>
public sealed record ScoredSegment(NodeKey Node, long StartMs, long CadenceMs, bool Idle, string? JobName, string? User)
{
    public static ScoredSegment Of(Segment segment) => Of(segment.Node, segment.StartMs, segment.CadenceMs, segment.Jobs);

    public static ScoredSegment Of(NodeKey node, long startMs, long cadenceMs, IReadOnlyList<JobRun> jobs) =>
        new(node, startMs, cadenceMs, jobs.Count == 0, jobs.Count == 0 ? null : string.Join('+', jobs.Select(j => j.JobName)), jobs.Count == 0 ? null : jobs[0].User);
}
