using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Segments;

/// <summary>How far two sources' starts of one run may lie apart.</summary>
public static class RunTolerance
{
    /// <summary>Milliseconds by which a hook may be early against the accounting's start and still mean the same run.</summary>
    public const long BeforeStartMs = 60_000;

    /// <summary>... or late against its end. A requeued job was seen to start again 4 s after its end, at the soonest.</summary>
    public const long AfterEndMs = 2_000;

    /// <summary>Whether a lower source's word is on the run that a higher source tells of too, with another start. A run without an end covers all that follows it.</summary>
    public static bool Covers(JobEvent higher, JobEvent lower) =>
        higher.JobId == lower.JobId && higher.Source > lower.Source && (lower.StartMs < higher.StartMs
            ? higher.StartMs - lower.StartMs <= BeforeStartMs
            : higher.EndMs is not { } end || lower.StartMs <= end + AfterEndMs);
}
