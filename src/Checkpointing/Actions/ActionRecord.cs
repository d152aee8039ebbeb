using System.Globalization;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Actions;

/// <summary>Numbered by a counter in committed state. The same id never has a second effect; what is to be tried again is proposed anew.</summary>
public readonly record struct ActionId(long Number)
{
    public const string Prefix = "tocsin:";

    /// <summary>How the reason begins where the Node Health Check drained on Tocsin's word (<c>deploy/slurm/tocsin.nhc</c>).</summary>
    public const string CheckPrefix = "NHC: check_tocsin:";

    /// <summary>How the name begins of a reservation of ours: of a fence, and of the one in which an undrain's check runs.</summary>
    public const string ReservationPrefix = "tocsin-";

    /// <summary>What stands in Slurm as the reason of a drain: nothing of a name, nothing hostile.</summary>
    public string Reason => $"{Prefix}{Number}";

    /// <summary>Null: it is not exactly the reason of one of ours.</summary>
    public static ActionId? OfReason(string reason) =>
        reason.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(reason.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && new ActionId(number) is var id && id.Reason == reason ? id : null;

    /// <summary>Slurm makes no second one of that name.</summary>
    public string Reservation => $"{ReservationPrefix}{Number}";

    public override string ToString() => $"{Number}";
}

/// <summary>Stored: the numbers never change.</summary>
public enum ActionKind
{
    /// <summary>A signal to the job's batch script: write a checkpoint. May be repeated; the client in the job knows the action id again.</summary>
    Signal = 0,
    Drain = 1,
    Undrain = 2,
    Requeue = 3,

    /// <summary>A reservation on the node that lets nobody else in, in place of a drain. It ends by itself (<see cref="ActionLimits.FenceMs"/>).</summary>
    Fence = 4,

    /// <summary>Deletes the reservation of a fence, after a check.</summary>
    Unfence = 5,
}

public static class ActionKinds
{
    /// <summary>The node takes no new job after it.</summary>
    public static bool TakesOut(this ActionKind kind) => kind is ActionKind.Drain or ActionKind.Fence;

    /// <summary>Takes a drain or fence of ours back, after a check.</summary>
    public static bool GivesBack(this ActionKind kind) => kind is ActionKind.Undrain or ActionKind.Unfence;
}

/// <summary>What is to be done and how far it is. Each state is committed before the next begins.</summary>
/// <param name="Node">Of what takes a node out or gives it back; of a requeue the suspect that is left.</param>
/// <param name="Job">Of a signal or requeue; of a drain or fence the job that it is for, if any.</param>
/// <param name="Sentence">The decision in one sentence, for people.</param>
/// <param name="Forced">An operator wants it: the policy is not asked. Preconditions, vetoes and brakes hold all the same.</param>
public sealed record ActionRecord(ActionId Id, ActionKind Kind, NodeKey? Node, JobIdentity? Job, string Partition, long ProposedMs, string Sentence, bool Forced, ActionState State)
{
    /// <summary>What gives a node back takes back this drain or fence.</summary>
    public ActionId? Undoes { get; init; }

    public bool Open => State is Proposed or Approved or Started;
}

/// <summary>A closed set. Times are unix milliseconds.</summary>
public abstract record ActionState;

public sealed record Proposed : ActionState;

public sealed record Approved(long AtMs) : ActionState;

/// <param name="Epoch">Of the supervisor's shard that began it.</param>
/// <param name="NotAfterMs">The command is not begun after this, and is ended by its time limit at the latest <see cref="ActionLimits.TakesMs"/> later.</param>
public sealed record Started(long Epoch, long AtMs, long NotAfterMs) : ActionState;

/// <param name="DryRun">Nothing was done: the partition is not switched on.</param>
public sealed record Done(long AtMs, string What, bool DryRun = false) : ActionState;

/// <summary>It has no effect and will have none.</summary>
public sealed record Failed(long AtMs, string Why) : ActionState;

/// <summary>Nobody can tell whether it had an effect: a human looks.</summary>
public sealed record Unknown(long AtMs, string Why) : ActionState;

/// <summary>Vetoed, braked for too long, or overtaken before anything ran.</summary>
public sealed record Refused(long AtMs, string Why) : ActionState;

/// <param name="CommandMs">Time limit of one command of Slurm.</param>
/// <param name="CheckMs">Time limit of the check on a node that is to come back.</param>
/// <param name="StartMs">Between the commit of Started and the begin of the command.</param>
/// <param name="SkewMs">Between two members' clocks.</param>
/// <param name="ApproveMs">What could not begin this long after its proposal is refused: its reasons are old.</param>
public sealed record ActionLimits(long CommandMs = 10_000, long CheckMs = 60_000, long StartMs = 5_000, long SkewMs = 5_000, long ApproveMs = 600_000)
{
    /// <summary>So much after its limit a command is ended whose process was killed.</summary>
    public const long OrphanMs = 500;

    /// <summary>Slurm's times are whole seconds.</summary>
    public const long SlurmRoundsToMs = 1_000;

    /// <summary>So long a fence lasts where nobody takes it back. Slurm counts in minutes.</summary>
    public long FenceMs { get; init; } = 14_400_000;

    /// <summary>An undrain's beside its check, and more than an unfence's: reserve, look, resume, look, drain again, end the reservation.</summary>
    private const int UndrainCommands = 6;

    /// <summary>The longest that an action's commands take, from the first one's begin, also where nobody waits for them any more.</summary>
    public long TakesMs(ActionKind kind) => OrphanMs + (kind.GivesBack() ? CheckMs + (UndrainCommands * CommandMs) : CommandMs);
}
