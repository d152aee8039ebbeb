using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm;

/// <summary>Slurm's words for a job's state.</summary>
public static class JobStates
{
    /// <param name="word">As <c>sacct</c> writes it; what follows a blank is left out (<c>CANCELLED by 1001</c>). Newer words are <see cref="JobState.Unknown"/>.</param>
    public static JobState Parse(ReadOnlySpan<char> word)
    {
        var blank = word.IndexOf(' ');
        return (blank < 0 ? word : word[..blank]) switch
        {
            "RUNNING" or "COMPLETING" or "CONFIGURING" or "SIGNALING" or "STAGE_OUT" => JobState.Running,
            "SUSPENDED" or "STOPPED" => JobState.Suspended,
            "COMPLETED" => JobState.Completed,
            "FAILED" or "SPECIAL_EXIT" => JobState.Failed,
            "CANCELLED" or "REVOKED" => JobState.Cancelled,
            "TIMEOUT" => JobState.TimedOut,
            "NODE_FAIL" or "LAUNCH_FAILED" => JobState.NodeFailed,
            "OUT_OF_MEMORY" => JobState.OutOfMemory,
            "PREEMPTED" => JobState.Preempted,
            "REQUEUED" or "REQUEUE_HOLD" or "REQUEUE_FED" => JobState.Requeued,
            "BOOT_FAIL" => JobState.BootFailed,
            "DEADLINE" => JobState.PastDeadline,
            "RESIZING" => JobState.Resized,
            _ => JobState.Unknown,
        };
    }

    /// <summary>Whether a run in this state holds its nodes, so that an end beside it is only foreseen.</summary>
    public static bool Holds(JobState state) => state is JobState.Running or JobState.Suspended;

    internal static bool Waits(ReadOnlySpan<char> word) => word.StartsWith("PENDING") || word.StartsWith("RESV_DEL_HOLD");
}
