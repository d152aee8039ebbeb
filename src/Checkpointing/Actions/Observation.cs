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
    /// <param name="limits">Of the skew of clocks.</param>
    public static Seen Of(ActionRecord action, SlurmView? slurm, ActionLimits limits)
    {
        if (slurm is null)
            return Seen.NoAnswer;
        return action.Kind switch
        {
            ActionKind.Drain => Drain(action, slurm.Node),
            ActionKind.Undrain => Undrain(action, slurm.Node),
            ActionKind.Requeue => Requeue(action, slurm.Job),
            ActionKind.Fence => Fence(action, slurm.Node, limits),
            ActionKind.Unfence => Unfence(action, slurm.Node),
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

    /// <summary>One of that name from before it began is another installation's, whose numbers began anew: beside it ours could not be made.</summary>
    private static Seen Fence(ActionRecord action, SlurmNode? node, ActionLimits limits) =>
        node is null || action.State is not Started started ? Seen.CannotTell
        : node.Fence is { } fence && fence.Id == action.Id && fence.StartMs >= started.AtMs - limits.SkewMs - ActionLimits.SlurmRoundsToMs ? Seen.Happened
        : Seen.NotHappened;

    /// <summary>Unlike an undrain it lets nobody in before the check has passed: where the reservation is gone the node is back, by this, by another hand or by its end.</summary>
    private static Seen Unfence(ActionRecord action, SlurmNode? node) =>
        node is null ? Seen.CannotTell : node.Fence is { } fence && fence.Id == action.Undoes ? Seen.NotHappened : Seen.Happened;

    /// <summary>A restart count that has risen may also be the scheduler's own requeue, after a failure: then ours had no effect, or came first. Either way the job has
    /// left the node, which is what was wanted. Slurm counts a requeue as a new submission: the time of it moves on with the count (seen with 22.05).</summary>
    private static Seen Requeue(ActionRecord action, SlurmJob? job) =>
        job is null || action.Job is not { } meant || job.Identity.JobId != meant.JobId ? Seen.CannotTell
        : job.Identity.Restarts > meant.Restarts && job.Identity.SubmitMs >= meant.SubmitMs ? Seen.Happened
        : job.Identity != meant ? Seen.CannotTell
        : job.Running ? Seen.NotHappened
        : Seen.CannotTell;
}
