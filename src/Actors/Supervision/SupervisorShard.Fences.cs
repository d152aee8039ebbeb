using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;

namespace Tocsin.Actors.Supervision;

/// <summary>What is particular to nodes that a reservation keeps out: it ends by itself, and it is deleted, not resumed.</summary>
public sealed partial class SupervisorShard
{
    /// <summary>Slurm takes a reservation off its list some seconds after its end, and rounds times.</summary>
    private const long EndsAboutMs = 2_000;

    /// <summary>Slurm still shows it as it was made.</summary>
    private static bool Holds(ActionRecord by, SlurmNode node) => by.Kind == ActionKind.Fence ? node.Fence?.Id == by.Id : node.Draining && node.Reason == by.Id.Reason;

    /// <summary>The check would be cut off by the reservation's end: what is left of it is waited for.</summary>
    private bool EndsTooSoon(ActionRow by, long now) =>
        by.Action.Kind == ActionKind.Fence && EndOf(by) - now < _options.Limits.StartMs + _options.Limits.TakesMs(ActionKind.Unfence);

    /// <summary>As Slurm says; before it did, as it was asked for.</summary>
    private long EndOf(ActionRow fence) => fence.FenceEndsMs ?? (fence.EndedMs ?? fence.Action.ProposedMs) + _options.Limits.FenceMs;

    /// <summary>The reservation is gone, or is not as it was made. Where that was its end the node may be fenced anew, by another action, as soon as it is expected to fail; where
    /// somebody deleted it, that was a word about the node, as with a drain.</summary>
    private void NoFenceAnyMore(NodeRow row, ActionRow fence, ActionRow? unfence, long askedMs, long now)
    {
        var (name, reservation) = (row.Node.Name, fence.Action.Id.Reservation);
        _state.Put(row with { OutBy = null, WellSinceMs = null, Returns = 0, DrainedFor = 0 });
        var sentence = $"{name} takes jobs again: reservation {reservation} has ended by itself{(row.Returns > 0 ? ", and the last check did not pass" : row.WellSinceMs is null ? ", though the fault is not over" : "")}";
        // One that was interrupted may have deleted it.
        if (askedMs < EndOf(fence) - EndsAboutMs && unfence is not { Action.State: Unknown })
            sentence = LeaveAlone(row, $"somebody deleted or changed reservation {reservation} while it held {name} out", now);
        _state.Log(now, DecisionKind.Return, null, name, sentence, 0, double.NaN, row.OutBy);
    }
}
