namespace Tocsin.Checkpointing.Actions;

/// <summary>What comes of a step: the record to commit, and whether its command is to be run once that commit has succeeded.</summary>
/// <param name="Wait">Why nothing changed; null where something did.</param>
public sealed record ActionTurn(ActionRecord Action, bool Execute = false, string? Wait = null);

/// <summary>The life of an action: Proposed, Approved, Started, then Done, Failed or Unknown. Pure. Whoever hosts it commits each record before it acts on it.</summary>
/// <remarks>Why an action id has one effect at most: a command runs only after the commit of Started, Started is reached only from Approved, and the store's epoch lets one
/// supervisor commit. A process that has lost its lease may still run the command that it committed, but not after NotAfter and not for longer than the command's limit; its
/// successor waits for both and the skew of clocks, and then observes. It never runs the command again: an effect that may have happened is looked for, and where Slurm
/// cannot tell, a human is asked. Only signals go back to Approved, because the client in the job knows an action id again.</remarks>
public static class ActionRules
{
    public static ActionTurn Approve(ActionRecord action, Surroundings around, long nowMs, ActionLimits limits)
    {
        if (action.State is not Proposed)
            return new ActionTurn(action, Wait: "it is not proposed any more");
        if (Stopped(action, around, nowMs, limits) is { } stopped)
            return stopped;
        return around.Enabled
            ? new ActionTurn(action with { State = new Approved(nowMs) })
            : new ActionTurn(action with { State = new Done(nowMs, $"would have: {action.Kind.ToString().ToLowerInvariant()}", DryRun: true) });
    }

    /// <summary>The last look before the command.</summary>
    /// <param name="mark">Of what gives a node back the drain or fence that it takes back.</param>
    public static ActionTurn Start(ActionRecord action, Surroundings around, DrainMark? mark, string ourUser, long nowMs, ActionLimits limits)
    {
        if (action.State is not Approved)
            return new ActionTurn(action, Wait: "it is not approved");
        if (!around.Enabled)
            return new ActionTurn(action with { State = new Refused(nowMs, "the partition was switched off") });
        if (Stopped(action, around, nowMs, limits) is { } stopped)
            return stopped;
        var notAfter = nowMs + limits.StartMs;
        if (notAfter + limits.TakesMs(action.Kind) > around.LeaseUntilMs)
            return new ActionTurn(action, Wait: "the lease ends before the command must");
        if (around.Slurm is null)
            return new ActionTurn(action, Wait: "Slurm does not answer");
        return Preconditions.Against(action, around.Slurm, mark, ourUser) is { } why
            ? new ActionTurn(action with { State = new Refused(nowMs, why) })
            : new ActionTurn(action with { State = new Started(around.Epoch, nowMs, notAfter) }, Execute: true);
    }

    /// <summary>Asked by the executor after the commit, at the very moment of the command. Clocks that jump back are covered by the epoch, forward by this.</summary>
    public static bool MayRun(ActionRecord action, long epoch, long nowMs) =>
        action.State is Started started && started.Epoch == epoch && nowMs <= started.NotAfterMs && nowMs >= started.AtMs;

    /// <param name="outcome">What the executor says; null = it does not know.</param>
    public static ActionTurn Finish(ActionRecord action, CommandResult? outcome, long epoch, long nowMs) => action.State is Started started && started.Epoch == epoch
        ? outcome switch
        {
            { Ok: true } => new ActionTurn(action with { State = new Done(nowMs, outcome.Says) }),
            { Ok: false, Sure: true } => new ActionTurn(action with { State = new Failed(nowMs, outcome.Says) }),
            // It may have had an effect: observed later, as after a crash.
            _ => new ActionTurn(action, Wait: "whether it had an effect is to be observed"),
        }
        : new ActionTurn(action, Wait: "it is not this supervisor's any more");

    /// <summary>For what was begun and not ended: by a process that died, or by a command that hung.</summary>
    public static ActionTurn Recover(ActionRecord action, Surroundings around, long nowMs, ActionLimits limits)
    {
        if (action.State is not Started started)
            return new ActionTurn(action, Wait: "nothing was begun");
        // The clock was set back: how long ago that was nobody can tell, so the whole wait begins anew. Else it would last until the clock is there again.
        if (nowMs < started.AtMs - limits.SkewMs)
            return new ActionTurn(action with { State = started with { AtMs = nowMs, NotAfterMs = nowMs + limits.StartMs } });
        if (nowMs <= started.NotAfterMs + limits.TakesMs(action.Kind) + limits.SkewMs)
            return new ActionTurn(action, Wait: "its command may still run");
        if (action.Kind == ActionKind.Signal)
            return new ActionTurn(action with { State = new Approved(nowMs) });
        return Observation.Of(action, around.Slurm, limits) switch
        {
            Seen.Happened => new ActionTurn(action with { State = new Done(nowMs, "observed in Slurm after an interruption") }),
            Seen.NotHappened => new ActionTurn(action with { State = new Failed(nowMs, "interrupted; Slurm shows no effect") }),
            Seen.NoAnswer => new ActionTurn(action, Wait: "Slurm does not answer"),
            _ => new ActionTurn(action with { State = new Unknown(nowMs, "interrupted, and Slurm's state does not tell whether it had an effect: look at it, then close it") }),
        };
    }

    /// <summary>Vetoes beat whatever has not run yet; brakes hold it back for as long as its reasons are fresh.</summary>
    private static ActionTurn? Stopped(ActionRecord action, Surroundings around, long nowMs, ActionLimits limits) =>
        around.Veto is { } veto ? new ActionTurn(action with { State = new Refused(nowMs, veto) })
        : nowMs > action.ProposedMs + limits.ApproveMs ? new ActionTurn(action with { State = new Refused(nowMs, around.Brake ?? "its reasons are old") })
        : around.Brake is { } brake ? new ActionTurn(action, Wait: brake)
        : null;
}

/// <param name="Ok">The command ended with 0 in time.</param>
/// <param name="Sure">It certainly had no effect: it could not be started, or Slurm refused it.</param>
/// <param name="Says">One line.</param>
public sealed record CommandResult(bool Ok, bool Sure, string Says)
{
    /// <summary>Of an undrain: it had resumed the node, and drained it again under the old reason. Slurm's time of that reason is another one since.</summary>
    public bool DrainedAgain { get; init; }
}
