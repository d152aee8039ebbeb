using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Migration;

/// <summary>A move of a job off a node, as a row of actions: ask for a checkpoint, drain the suspect or fence it, requeue the job.</summary>
/// <param name="Target">The spare that is kept for it; the scheduler may choose another one in the end.</param>
/// <param name="Acknowledged">The checkpoint that was asked for is written.</param>
/// <param name="Last">The newest of its actions; null = none yet.</param>
public sealed record Move(JobIdentity Job, NodeKey From, NodeKey Target, long AtMs, long DeadlineMs, bool Acknowledged = false, ActionRecord? Last = null);

/// <summary>Moves that are under way. Immutable: each change gives another book, which is stored before it is acted on.</summary>
/// <remarks>A job is known by its id here, not by its run: a requeued job is still the job that is being moved.</remarks>
public sealed record MoveBook(IReadOnlyList<Move> Open)
{
    public static MoveBook Empty { get; } = new([]);

    /// <param name="why">One line; null where the move was begun.</param>
    public MoveBook Begin(Migrate decision, IReadOnlySet<NodeKey> suspects, out string? why)
    {
        why = Open.Any(m => m.Job.JobId == decision.Job.JobId) ? "the job is being moved already"
            : Open.Any(m => m.Target == decision.Target) ? "the spare is kept for another job"
            : suspects.Contains(decision.Target) || decision.Target == decision.From ? "the target is suspect itself"
            : Open.Any(m => m.From == decision.Target) ? "the target is being left by another job"
            : null;
        return why is null
            ? new MoveBook([.. Open, new Move(decision.Job, decision.From, decision.Target, decision.AtMs, decision.DeadlineMs)])
            : this;
    }

    public MoveBook Put(Move move) => new([.. Open.Select(m => m.Job.JobId == move.Job.JobId ? move : m)]);

    public MoveBook End(string jobId) => new([.. Open.Where(m => m.Job.JobId != jobId)]);
}

/// <summary>What a move does next.</summary>
public static class MoveSteps
{
    /// <returns>The kind of action to propose, a drain also where the site fences instead; null = wait for the last one, or, with <paramref name="ended"/>, nothing more.</returns>
    /// <param name="ended">Why the move is over; null while it goes on.</param>
    /// <param name="drained">Slurm shows that the suspect takes no new job, by whosever hand: there is nothing to drain. The requeue looks at that once more.</param>
    public static ActionKind? Next(Move move, Consent consent, long nowMs, out string? ended, bool drained = false)
    {
        var next = Row(move, consent, nowMs, out ended);
        if (next == ActionKind.Drain && drained)
            return Off(move, consent, move.Last is { State: Done { DryRun: true } }, out ended);
        return next;
    }

    private static ActionKind? Row(Move move, Consent consent, long nowMs, out string? ended)
    {
        ended = null;
        switch (move.Last)
        {
            case null:
                return consent.Signal is null ? ActionKind.Drain : ActionKind.Signal;
            case { Open: true }:
                return null;
            case { Kind: ActionKind.Signal, State: Done { DryRun: false } } when !move.Acknowledged && nowMs < move.DeadlineMs:
                // A job may be slow: it has until the failure is expected.
                return null;
            // The suspect takes no new job, whether this one can be moved or not.
            case { Kind: ActionKind.Signal }:
                return ActionKind.Drain;
            case { Kind: ActionKind.Drain or ActionKind.Fence, State: Done { DryRun: var would } }:
                return Off(move, consent, would, out ended);
            // Somebody was faster than the last look before the command.
            case { Kind: ActionKind.Drain or ActionKind.Fence, State: Refused { Why: Preconditions.DrainedAlready or Preconditions.FencedAlready } or Failed { Why: Preconditions.DrainedAlready or Preconditions.FencedAlready } }:
                return Off(move, consent, false, out ended);
            case { Kind: ActionKind.Requeue, State: Done { DryRun: var dry } }:
                ended = dry ? "it would have been moved (dry run)" : "moved";
                return null;
            case { State: var state }:
                ended = state switch
                {
                    Failed f => f.Why,
                    Unknown u => u.Why,
                    Refused r => r.Why,
                    _ => "it came to nothing",
                };
                return null;
        }
    }

    /// <summary>From a node that takes no new job.</summary>
    private static ActionKind? Off(Move move, Consent consent, bool dryRun, out string? ended)
    {
        ended = MayRequeue(move, consent, dryRun) ? null : "the node takes no new jobs; the job stays: it is not allowed to be requeued";
        return ended is null ? ActionKind.Requeue : null;
    }

    /// <summary>A dry run goes on as if the job had written what it would have been asked for.</summary>
    private static bool MayRequeue(Move move, Consent consent, bool dryRun) =>
        consent.Requeue == RequeueConsent.Always || (consent.Requeue == RequeueConsent.AfterCheckpoint && (move.Acknowledged || dryRun));
}
