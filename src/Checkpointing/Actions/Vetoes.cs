using Tocsin.Shared;

namespace Tocsin.Checkpointing.Actions;

/// <summary>An operator's no. Stored before it is answered. Exactly one of the three targets is given, or none: everything.</summary>
/// <param name="UntilMs">Unix milliseconds; null = until it is taken back.</param>
public sealed record Veto(ActionId? Action, NodeKey? Node, string? JobId, string Who, string Note, long AtMs, long? UntilMs)
{
    public bool Beats(ActionRecord action, long nowMs) =>
        (UntilMs is not { } until || nowMs < until)
        && (Action is not { } id || id == action.Id)
        && (Node is not { } node || node == action.Node)
        && (JobId is not { } job || job == action.Job?.JobId);

    /// <summary>Null: none of them is against it.</summary>
    public static string? Against(IEnumerable<Veto> vetoes, ActionRecord action, long nowMs) =>
        vetoes.FirstOrDefault(v => v.Beats(action, nowMs)) is { } veto ? $"vetoed by {OneLine.Of(veto.Who, 40)}: {OneLine.Of(veto.Note)}" : null;
}
