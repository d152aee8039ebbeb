using System.Collections.Immutable;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>What the words of one input of the failure probability are worth.</summary>
/// <param name="Brier">Mean of (said - came)^2, 0 to 1; less is better.</param>
/// <param name="Words">That it rests on.</param>
/// <param name="Believed">Of a node of which all speak.</param>
public sealed record InputStanding(string Input, double Brier, double Words, bool Believed);

/// <summary>How one job stands.</summary>
/// <param name="Plan">What the policy wants for it, with what it consents to.</param>
/// <param name="Advice">What it would want for a job that asks by itself.</param>
/// <param name="Predictions">Of its nodes, in force.</param>
/// <param name="FailuresPerDay">Of all its nodes.</param>
public sealed record JobPlan(JobPicture Job, JobRow Row, JobDecision Plan, JobDecision Advice, IReadOnlyList<NodePrediction> Predictions, double FailuresPerDay);

/// <summary>All that the supervisor has committed, for those who look. Immutable: a newer one replaces it.</summary>
/// <param name="AtMs">When it was decided last; 0 = not yet.</param>
/// <param name="Brake">Why nothing at all is done now; null = something may be.</param>
public sealed record SupervisorView(
    long Epoch,
    long AtMs,
    HoldRow? Hold,
    string? Brake,
    ImmutableSortedDictionary<long, ActionRow> Actions,
    ImmutableSortedDictionary<long, DecisionRow> Decisions,
    ImmutableSortedDictionary<long, VetoRow> Vetoes,
    ImmutableDictionary<string, NodeRow> Nodes,
    IReadOnlyList<FailureRow> Failures,
    ImmutableSortedDictionary<string, JobPlan> Plans)
{
    /// <summary>By node: what its own health check is told when it asks.</summary>
    public ImmutableDictionary<string, NodeWord> Told { get; init; } = ImmutableDictionary.Create<string, NodeWord>(StringComparer.Ordinal);

    /// <summary>By name of the partition.</summary>
    public ImmutableArray<PartitionSpares> Spares { get; init; } = [];

    /// <summary>Of the failure probability, the best first.</summary>
    public ImmutableArray<InputStanding> Inputs { get; init; } = [];

    /// <summary>What a node's own check is told at this moment; null: nothing is against it. Whatever holds since the decision, or makes it old, makes it null.</summary>
    /// <param name="freshMs">What was decided before is not told any more.</param>
    public NodeWord? WordOn(string node, long nowMs, long freshMs) =>
        Hold is null && Math.Abs(nowMs - AtMs) <= freshMs && Told.TryGetValue(node, out var word) && Veto.Against(Vetoes.Values.Select(v => v.Veto), word.AsDrain, nowMs) is null ? word : null;

    /// <summary>Why an action that was committed may not run any more: said at the moment of its command.</summary>
    /// <param name="nowMs">When it was started: a veto that was over by then is none, whatever a clock says since.</param>
    public string? Stops(ActionRecord action, long epoch, long nowMs) =>
        Epoch != epoch ? "another supervisor has taken over"
        : Hold is not null ? "held by an operator (tocsin hold)"
        : Veto.Against(Vetoes.Values.Select(v => v.Veto), action, nowMs);
}
