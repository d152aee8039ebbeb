using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Actions;

/// <summary>What must be true in Slurm itself, immediately before a command. Answers null, or why not in one line.</summary>
public static class Preconditions
{
    /// <summary>Of a drain: by whom does not matter.</summary>
    public const string DrainedAlready = "the node is drained already";

    /// <summary>By a reservation of ours: another action's.</summary>
    public const string FencedAlready = "the node is fenced already";

    public static string? Against(ActionRecord action, SlurmView? slurm, DrainMark? mark, string ourUser) =>
        slurm is null ? "Slurm does not answer"
        : action.Kind switch
        {
            ActionKind.Signal => Signal(action, slurm.Job),
            ActionKind.Drain or ActionKind.Fence => TakeOut(slurm.Node),
            ActionKind.Undrain => Undrain(slurm.Node, mark, ourUser),
            ActionKind.Unfence => Unfence(slurm.Node, mark, ourUser) ?? (slurm.Node!.Idle ? null : "the node still runs jobs"),
            ActionKind.Requeue => Requeue(action, slurm),
            _ => throw new InvalidOperationException($"{action.Kind} is no action"),
        };

    private static string? SameRun(ActionRecord action, SlurmJob? job) =>
        job is null ? "the job is gone"
        : action.Job is not { } meant || job.Identity != meant ? $"it is another run of the job now ({job.Identity})"
        : !job.Running ? "the job is not running"
        : null;

    private static string? Signal(ActionRecord action, SlurmJob? job) =>
        SameRun(action, job) ?? (job!.Consent.Signal is null ? "the job has no handler" : null);

    private static string? TakeOut(SlurmNode? node) =>
        node is null ? "Slurm does not know the node"
        : node.NotOurs is { } state ? $"the node is {state}"
        : node.Draining ? DrainedAlready
        : node.Fence is not null ? FencedAlready
        : node.Reason.Length > 0 ? "the node has a reason already, which is not written over"
        : null;

    private static string? Undrain(SlurmNode? node, DrainMark? mark, string ourUser)
    {
        if (node is null)
            return "Slurm does not know the node";
        if (mark is null)
            return "no drain of ours is known";
        if (node.Reason != mark.Id.Reason || node.ReasonUser != ourUser || node.ReasonMs != mark.SetMs)
            return "the drain is not exactly ours any more";
        if (node.NotOurs is { } state)
            return $"the node is {state}";
        if (!node.Draining)
            return "the node is not drained";
        return node.Idle ? null : "the node still runs jobs";
    }

    /// <summary>Whether the fence is exactly ours, and nobody else at work on the node: said before the check and once more after it.</summary>
    internal static string? Unfence(SlurmNode? node, DrainMark? mark, string ourUser)
    {
        if (node is null)
            return "Slurm does not know the node";
        if (mark is null)
            return "no fence of ours is known";
        if (node.Fence is not { } fence || fence.Id != mark.Id || fence.Users != ourUser || fence.StartMs != mark.SetMs)
            return "the fence is not exactly ours any more";
        if (node.NotOurs is { } state)
            return $"the node is {state}";
        return node.Draining ? "somebody drained the node, too" : null;
    }

    private static string? Requeue(ActionRecord action, SlurmView slurm)
    {
        if (SameRun(action, slurm.Job) is { } other)
            return other;
        var job = slurm.Job!;
        if (!job.Requeue)
            return "the job says Requeue=0";
        if (job.Consent.Requeue == RequeueConsent.Never)
            return "the job did not opt in to be requeued";
        if (!slurm.Acknowledged && job.Consent.Requeue != RequeueConsent.Always)
            return "no checkpoint of the job is acknowledged";
        return slurm.Node is { TakesNoJobs: true } ? null : "the suspect node is not drained, nor fenced: the job could come back to it";
    }
}

/// <summary>A drain or fence of ours as Slurm told it back right after: what is to take it back is held against this.</summary>
/// <param name="SetMs">Slurm's time of the reason; of a fence the start of the reservation.</param>
public sealed record DrainMark(ActionId Id, long SetMs)
{
    /// <summary>Null: what is on the node is not exactly ours.</summary>
    public static DrainMark? Of(ActionKind kind, ActionId id, SlurmNode node, string ourUser) => kind == ActionKind.Fence ? OfFence(id, node, ourUser) : OfDrain(id, node, ourUser);

    private static DrainMark? OfFence(ActionId fence, SlurmNode node, string ourUser) =>
        node.Fence is { } seen && seen.Id == fence && seen.Users == ourUser ? new DrainMark(fence, seen.StartMs) : null;

    private static DrainMark? OfDrain(ActionId drain, SlurmNode node, string ourUser) =>
        node.Draining && node.Reason == drain.Reason && node.ReasonUser == ourUser && node.ReasonMs > 0 ? new DrainMark(drain, node.ReasonMs) : null;
}
