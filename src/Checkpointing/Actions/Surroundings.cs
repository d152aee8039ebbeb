namespace Tocsin.Checkpointing.Actions;

/// <summary>What is true at the moment of a check, gathered by whoever asks.</summary>
/// <param name="Epoch">Of the supervisor that asks.</param>
/// <param name="LeaseUntilMs">Until when nobody else can have taken over.</param>
/// <param name="Enabled">The action's partition is switched on; else it is a dry run.</param>
/// <param name="Brake">Null = none holds.</param>
/// <param name="Veto">Null = none holds.</param>
/// <param name="Slurm">What Slurm says of the node or job; null = it did not answer.</param>
public sealed record Surroundings(long Epoch, long LeaseUntilMs, bool Enabled, string? Brake, string? Veto, SlurmView? Slurm);

/// <summary>Slurm's own state, as asked for just now.</summary>
/// <param name="Node">Null where the action has none, or Slurm does not know it.</param>
/// <param name="Job">Null where the action has none, or Slurm does not know it.</param>
/// <param name="Acknowledged">The job has written the checkpoint that it was asked for.</param>
public sealed record SlurmView(SlurmNode? Node, SlurmJob? Job, bool Acknowledged = false);

/// <param name="States">Slurm's words, e.g. IDLE, DRAIN; upper case.</param>
/// <param name="Reason">Empty where there is none.</param>
/// <param name="ReasonUser">Who set it.</param>
/// <param name="ReasonMs">When; 0 where there is none.</param>
public sealed record SlurmNode(IReadOnlySet<string> States, string Reason, string ReasonUser, long ReasonMs)
{
    private static readonly string[] HandsOff = ["MAINT", "REBOOT", "REBOOT_REQUESTED", "REBOOT_ISSUED", "DOWN", "FAIL", "FAILING", "RESERVED", "FUTURE", "UNKNOWN"];

    /// <summary>A reservation of ours that fences it; null = none, or Slurm was not asked for reservations.</summary>
    public SlurmFence? Fence { get; init; }

    /// <summary>No new job begins there, by whosever hand.</summary>
    public bool TakesNoJobs => Draining || Fence is not null;

    public bool Draining => States.Contains("DRAIN") || States.Contains("DRAINED") || States.Contains("DRAINING");

    public bool Idle => States.Contains("IDLE") || States.Contains("DRAINED");

    /// <summary>A state in which somebody else is at work; null = none. RESERVED says nothing where the reservation is a fence of ours: another one that lies over it is left as it
    /// is by all that is done here.</summary>
    public string? NotOurs
    {
        get
        {
            foreach (var state in States.Order(StringComparer.Ordinal))
            {
                if (state == "RESERVED" && Fence is not null)
                    continue;
                if (HandsOff.Contains(state) || state.StartsWith("POWER", StringComparison.Ordinal))
                    return state;
            }
            return null;
        }
    }
}

/// <summary>A reservation on exactly one node, active, with a name of ours and without MAINT: in that one an undrain runs its check.</summary>
/// <param name="Users">As Slurm writes them.</param>
/// <param name="StartMs">Unix milliseconds, as the end.</param>
public sealed record SlurmFence(ActionId Id, string Users, long StartMs, long EndMs);

/// <param name="Requeue">Slurm's Requeue=1.</param>
public sealed record SlurmJob(Shared.Flow.JobIdentity Identity, bool Running, bool Requeue, Consent Consent);
