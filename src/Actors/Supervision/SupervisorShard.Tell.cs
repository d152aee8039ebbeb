using System.Collections.Immutable;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;

namespace Tocsin.Actors.Supervision;

/// <summary>What nodes' own health checks are told: the gentlest hand on a node, since the Node Health Check drains it and gives it back by itself. It is under every brake that a
/// drain is under, and counts as one.</summary>
public sealed partial class SupervisorShard
{
    private const long HourMs = 3_600_000;

    private ImmutableDictionary<string, NodeWord> _told = ImmutableDictionary.Create<string, NodeWord>(StringComparer.Ordinal);

    /// <summary>Nodes that are drained on our word.</summary>
    private IEnumerable<(NodeKey Node, IReadOnlyList<string> Partitions)> OutByCheck =>
        _picture?.Nodes.Values.Where(IsOutByCheck).Select(n => (KeyOf(n.Name), n.Partitions)) ?? [];

    /// <summary>What Tocsin's own drains have to leave room for. Where no check asks nobody drains on these words.</summary>
    private IEnumerable<NodeWord> ToldToChecks(long now) => _board.ChecksAsk(now) ? _told.Values : [];

    /// <summary>Those first that are out already, then those that were told before: a check may have drained such a node since Slurm was asked, and would give it back.</summary>
    private ImmutableDictionary<string, NodeWord> Tell(ClusterPicture picture, IReadOnlyDictionary<string, SuspicionRow> suspects, long now)
    {
        var told = ImmutableDictionary.CreateBuilder<string, NodeWord>(StringComparer.Ordinal);
        if (_options.AsksOperator || OldPicture(picture, now) is not null)
            return told.ToImmutable();
        var candidates = suspects.Keys.Select(n => picture.Nodes.GetValueOrDefault(n)).OfType<NodePicture>()
            .OrderByDescending(IsOutByCheck).ThenByDescending(n => _told.ContainsKey(n.Name)).ThenBy(n => n.Name, StringComparer.Ordinal);
        foreach (var node in candidates)
        {
            var alert = suspects[node.Name];
            var word = new NodeWord(KeyOf(node.Name), PartitionOf(node), alert.Alert, alert.Labels.Kind);
            if (node.State.NotOurs is null && IsFreeToTell(node) && IsEnabled(word.AsDrain) && BrakeOnTelling(word, IsOutByCheck(node), told.Values, now) is null
                && Checkpointing.Actions.Veto.Against(_state.Vetoes.Values.Select(v => v.Veto), word.AsDrain, now) is null)
                told[node.Name] = word;
        }
        return told.ToImmutable();
    }

    /// <summary>Not while Tocsin has the node in its own hands, nor anybody else: of a node that is drained the check writes the reason anew, and what is not exactly as it was is never
    /// undrained.</summary>
    private bool IsFreeToTell(NodePicture node) =>
        IsOutByCheck(node) || (!node.State.Draining && node.State.Reason.Length == 0 && DrainOf(node.Name) is null && !_state.Moves.Open.Any(m => m.From.Name == node.Name));

    /// <summary>A node that is out takes no more room than it has: limits of what may be taken out say nothing of it any more, or the check would give it back, and drain it anew.</summary>
    private string? BrakeOnTelling(NodeWord word, bool isOut, IEnumerable<NodeWord> told, long now)
    {
        var state = BrakeStateOf(now, Silenced(word.Node, null, now), word.Node, told);
        return (isOut ? Brakes.Global(state, _options.Brakes, now) : Brakes.Check(ActionKind.Drain, PartitionsOf(word.Node, word.Partition), null, state, _options.Brakes, now))?.Why;
    }

    /// <summary>Drains by checks within the hour, by Slurm's time, and now those that are told of and not out yet.</summary>
    private IEnumerable<PastAction> DrainsByCheck(IEnumerable<NodeWord> told, NodeKey? but, long now)
    {
        var drained = _picture?.Nodes.Values.Where(IsOutByCheck).ToDictionary(n => KeyOf(n.Name)) ?? [];
        return drained.Where(d => now - d.Value.State.ReasonMs < HourMs).Select(d => (Node: d.Key, Partition: PartitionOf(d.Value), AtMs: d.Value.State.ReasonMs))
            .Concat(told.Where(t => !drained.ContainsKey(t.Node)).Select(t => (t.Node, t.Partition, AtMs: now)))
            .Where(d => d.Node != but).Select(d => new PastAction(ActionKind.Drain, d.Node, d.Partition, null, d.AtMs));
    }

    private static bool IsOutByCheck(NodePicture node) => node.State.Draining && node.State.Reason.StartsWith(ActionId.CheckPrefix, StringComparison.Ordinal);

    private static string PartitionOf(NodePicture node) => node.Partitions.Count > 0 ? node.Partitions[0] : "";
}
