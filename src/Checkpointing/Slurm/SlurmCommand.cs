using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>The command line of one action, as a list: what stands in it is a word of ours, a checked node name, a checked job id or a number.</summary>
public sealed record SlurmCommand(string Program, IReadOnlyList<string> Arguments)
{
    private const int MostJobId = 32;

    /// <param name="user">Who may use the reservation of a fence.</param>
    /// <param name="why">One line; null where there is a command.</param>
    public static SlurmCommand? Of(ActionRecord action, Consent consent, string user, ActionLimits limits, out string? why)
    {
        why = null;
        switch (action.Kind)
        {
            case ActionKind.Drain when Node(action.Node) is { } node:
                return new SlurmCommand("scontrol", ["update", $"NodeName={node}", "State=DRAIN", $"Reason={action.Id.Reason}"]);
            case ActionKind.Undrain when Node(action.Node) is { } node:
                return new SlurmCommand("scontrol", ["update", $"NodeName={node}", "State=RESUME"]);
            case ActionKind.Fence when Node(action.Node) is { } node:
                // Without MAINT: a reservation of somebody else's is in its way, the node's alert stays visible, and MAINT on the node is somebody else's for sure.
                return new SlurmCommand("scontrol", SlurmReservations.Create(action.Id, user, node, Math.Max(1, limits.FenceMs / 60_000), "IGNORE_JOBS"));
            case ActionKind.Unfence when Node(action.Node) is not null && action.Undoes is { } fence:
                return new SlurmCommand("scontrol", ["delete", $"ReservationName={fence.Reservation}"]);
            case ActionKind.Requeue when JobId(action) is { } job:
                // Without that word Slurm runs a job again that ended since the last look.
                return new SlurmCommand("scontrol", ["requeue", "Incomplete", job]);
            case ActionKind.Signal when JobId(action) is { } job && consent.Signal is "USR1" or "USR2":
                return new SlurmCommand("scancel", [$"--signal={consent.Signal}", "--batch", job]);
            default:
                why = $"no command for {action.Kind} of '{OneLine.Of(action.Node?.Name ?? action.Job?.JobId ?? "", 64)}'";
                return null;
        }
    }

    /// <summary>A name that Slurm would not read as a list of others.</summary>
    internal static string? Node(NodeKey? node) =>
        node is { } key && NodeKey.TryParse(key.Cluster, key.Name, out _) && !key.Name.Contains(':') && key.Name is not ("ALL" or "all") ? key.Name : null;

    /// <summary>12, 12_3 of an array, 12+1 of a heterogeneous job; nothing else.</summary>
    internal static string? JobId(string? id)
    {
        if (id is not { Length: > 0 and <= MostJobId } || !char.IsAsciiDigit(id[0]) || !char.IsAsciiDigit(id[^1]))
            return null;
        var parts = 0;
        foreach (var c in id)
        {
            if (c is '_' or '+')
                parts++;
            else if (!char.IsAsciiDigit(c))
                return null;
        }
        return parts <= 1 ? id : null;
    }

    private static string? JobId(ActionRecord action) => JobId(action.Job?.JobId);
}
