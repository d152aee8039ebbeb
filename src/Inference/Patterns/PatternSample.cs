using Tocsin.Inference.Preparation;

namespace Tocsin.Inference.Patterns;

/// <summary>One training segment.</summary>
/// <param name="Id">For messages and the library's record, e.g. <c>node-3_job-17</c>.</param>
/// <param name="Values">Row-major (frames x metrics), standardised, finite.</param>
/// <param name="Frames">1 or more; segments below the shortest head length are left out.</param>
/// <param name="JobName">Null where unknown.</param>
/// <param name="User">Null where unknown.</param>
public sealed record PatternSample(string Id, float[] Values, int Frames, bool Idle, string? JobName, string? User)
{
    public static PatternSample Of(PreparedSegment segment) => new(
        $"{segment.Source.Node.Name}_{segment.Source.JobId}",
        segment.Values,
        segment.Frames,
        segment.Source.Idle,
        segment.Source.Idle ? null : segment.Source.JobName,
        segment.Source.Jobs.Count == 0 ? null : segment.Source.Jobs[0].User);
}
