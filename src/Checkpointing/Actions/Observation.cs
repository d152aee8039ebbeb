namespace Tocsin.Checkpointing.Actions;

internal enum Seen
{
    NoAnswer,
    Happened,
    NotHappened,
    CannotTell,
}

/// <summary>Did an interrupted command have its effect? Slurm cannot be fenced, but most effects leave a trace of their own.</summary>
internal static class Observation
{
    public static Seen Of(ActionRecord action, SlurmView? slurm)
    {
        if (slurm is null)
            return Seen.NoAnswer;
        return action.Kind switch
        {
            ActionKind.Drain => Drain(action, slurm.Node),
            ActionKind.Undrain => Undrain(action, slurm.Node),
            ActionKind.Requeue => Requeue(action, slurm.Job),
            _ => Seen.CannotTell,
        };
    }

    private static Seen Drain(ActionRecord action, SlurmNode? node) =>
        node is null ? Seen.CannotTell
        : node.Reason == action.Id.Reason ? Seen.Happened
        // Another's reason may have been written over ours.
        : node.Draining || node.Reason.Length > 0 ? Seen.CannotTell
        : Seen.NotHappened;

    /// <summary>Never seen as done: a node in service was resumed, but what the check said of it stands nowhere in Slurm.</summary>
    private static Seen Undrain(ActionRecord action, SlurmNode? node) =>
        node is { Draining: true } && node.Reason == action.Undoes?.Reason ? Seen.NotHappened : Seen.CannotTell;

    /// <summary>A restart count that has risen may also be the scheduler's own requeue, after a failure: then ours had no effect, or came first. Either way the job has
    /// left the node, which is what was wanted. Slurm counts a requeue as a new submission: the time of it moves on with the count (seen with 22.05).</summary>
    private static Seen Requeue(ActionRecord action, SlurmJob? job) =>
        job is null || action.Job is not { } meant || job.Identity.JobId != meant.JobId ? Seen.CannotTell
        : job.Identity.Restarts > meant.Restarts && job.Identity.SubmitMs >= meant.SubmitMs ? Seen.Happened
        : job.Identity != meant ? Seen.CannotTell
        : job.Running ? Seen.NotHappened
        : Seen.CannotTell;
}
