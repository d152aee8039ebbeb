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

    /// <summary>Those first that are out already: what it has room for does not change from one node to another while nothing else does.</summary>
    private ImmutableDictionary<string, NodeWord> Tell(ClusterPicture picture, IReadOnlyDictionary<string, SuspicionRow> suspects, long now)
    {
        var told = ImmutableDictionary.CreateBuilder<string, NodeWord>(StringComparer.Ordinal);
        if (_options.AsksOperator || OldPicture(picture, now) is not null)
            return told.ToImmutable();
        var candidates = suspects.Keys.Select(n => picture.Nodes.GetValueOrDefault(n)).OfType<NodePicture>().OrderByDescending(IsOutByCheck).ThenBy(n => n.Name, StringComparer.Ordinal);
        foreach (var node in candidates)
        {
            var alert = suspects[node.Name];
            var word = new NodeWord(KeyOf(node.Name), PartitionOf(node), alert.Alert, alert.Labels.Kind);
            if (node.State.NotOurs is null && IsFreeToTell(node) && IsEnabled(word.AsDrain) && BrakeOnTelling(word, told.Values, now) is null
                && Checkpointing.Actions.Veto.Against(_state.Vetoes.Values.Select(v => v.Veto), word.AsDrain, now) is null)
                told[node.Name] = word;
        }
        return told.ToImmutable();
    }

    /// <summary>Not while Tocsin has the node in its own hands, nor anybody else: of a node that is drained the check writes the reason anew, and what is not exactly as it was is never
    /// undrained.</summary>
    private bool IsFreeToTell(NodePicture node) =>
        IsOutByCheck(node) || (!node.State.Draining && node.State.Reason.Length == 0 && DrainOf(node.Name) is null && !_state.Moves.Open.Any(m => m.From.Name == node.Name));

    private string? BrakeOnTelling(NodeWord word, IEnumerable<NodeWord> told, long now)
    {
        var state = BrakeStateOf(now, Silenced(word.Node, null, now));
        var others = state.OutNow.Concat(told.Select(t => (t.Node, PartitionsOf(t.Node, t.Partition)))).Where(o => o.Node != word.Node).DistinctBy(o => o.Node).ToList();
        var drains = state.Past.Concat(_picture!.Nodes.Values.Where(n => IsOutByCheck(n) && n.Name != word.Node.Name && now - n.State.ReasonMs < HourMs)
            .Select(n => new PastAction(ActionKind.Drain, KeyOf(n.Name), PartitionOf(n), null, n.State.ReasonMs))).ToList();
        return Brakes.Check(ActionKind.Drain, PartitionsOf(word.Node, word.Partition), null, state with { OutNow = others, Past = drains }, _options.Brakes, now)?.Why;
    }

    private static bool IsOutByCheck(NodePicture node) => node.State.Draining && node.State.Reason.StartsWith(ActionId.CheckPrefix, StringComparison.Ordinal);

    private static string PartitionOf(NodePicture node) => node.Partitions.Count > 0 ? node.Partitions[0] : "";
}
