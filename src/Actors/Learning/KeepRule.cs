using Tocsin.Actors.Alerts;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Learning;

/// <summary>Whether a segment may be learned from.</summary>
public static class KeepRule
{
    /// <returns>Why not, in few words that are counted by; null = it may.</returns>
    /// <param name="jobs">What is known of the segment's runs.</param>
    public static string? Refuses(RipeSegment segment, IReadOnlyList<JobEvent> jobs, LearningBar bar, CollectOptions options)
    {
        if (!segment.FromStart)
            return "begin not seen";
        if (segment.Frames < options.LeastFrames)
            return "too short";
        if (jobs.Count < segment.Row.Jobs.Count)
            return "job not known";
        if (jobs.Any(j => j.State is JobState.Failed or JobState.NodeFailed or JobState.OutOfMemory or JobState.BootFailed))
            return "job failed";
        return bar.Why(segment.Row.Node, segment.Row.StartMs, segment.Row.EndMs) switch
        {
            null => null,
            var why when why.StartsWith(LearningBar.Label, StringComparison.Ordinal) => "marked as a fault",
            _ => "alert, drain, maintenance or node down",
        };
    }
}
