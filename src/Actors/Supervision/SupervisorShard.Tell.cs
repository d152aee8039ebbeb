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
    /// <remarks>The brakes' state is made once a round, and grows by those that are told of: in a mass of suspects it is not made for each.</remarks>
    private ImmutableDictionary<string, NodeWord> Tell(ClusterPicture picture, IReadOnlyDictionary<string, SuspicionRow> suspects, long now)
    {
        var told = ImmutableDictionary.CreateBuilder<string, NodeWord>(StringComparer.Ordinal);
        if (_options.AsksOperator || suspects.Count == 0 || OldPicture(picture, now) is not null)
            return told.ToImmutable();
        var state = BrakeStateOf(now, silenced: false, null, []);
        // What holds everything holds it for each of them.
        if (Brakes.Global(state, _options.Brakes, now) is not null)
            return told.ToImmutable();
        List<PastAction> past = [.. state.Past];
        List<(NodeKey Node, IReadOnlyList<string> Partitions)> gone = [.. state.OutNow];
        state = state with { Past = past, OutNow = gone };
        var candidates = suspects.Keys.Select(n => picture.Nodes.GetValueOrDefault(n)).OfType<NodePicture>()
            .OrderByDescending(IsOutByCheck).ThenByDescending(n => _told.ContainsKey(n.Name)).ThenBy(n => n.Name, StringComparer.Ordinal);
        foreach (var node in candidates)
        {
            var (alert, isOut) = (suspects[node.Name], IsOutByCheck(node));
            var word = new NodeWord(KeyOf(node.Name), PartitionOf(node), alert.Alert, alert.Labels.Kind);
            if (node.State.NotOurs is not null || !IsFreeToTell(node) || !IsEnabled(word.AsDrain) || !(isOut || HasRoom(word, state, now))
                || Checkpointing.Actions.Veto.Against(_state.Vetoes.Values.Select(v => v.Veto), word.AsDrain, now) is not null || Silenced(word.Node, null, now))
                continue;
            told[node.Name] = word;
            if (isOut)
                continue;
            past.Add(new PastAction(ActionKind.Drain, word.Node, word.Partition, null, now));
            gone.Add((word.Node, PartitionsOf(word.Node, word.Partition)));
        }
        return told.ToImmutable();
    }

    /// <summary>Not while Tocsin has the node in its own hands, nor anybody else: of a node that is drained the check writes the reason anew, and what is not exactly as it was is never
    /// undrained.</summary>
    private bool IsFreeToTell(NodePicture node) =>
        IsOutByCheck(node) || (!node.State.Draining && node.State.Reason.Length == 0 && DrainOf(node.Name) is null && !_state.Moves.Open.Any(m => m.From.Name == node.Name));

    /// <summary>Asked only of a node that is in: one that is out takes no more room than it has, and limits of what may be taken out say nothing of it any more, or the check would
    /// give it back, and drain it anew.</summary>
    private bool HasRoom(NodeWord word, BrakeState state, long now)
    {
        // What the node is itself takes no room from it: a drain whose action is not known any more.
        if (_state.Nodes.GetValueOrDefault(word.Node.Name)?.OutBy is not null)
            state = state with { OutNow = [.. state.OutNow.Where(o => o.Node != word.Node)] };
        return Brakes.Check(ActionKind.Drain, PartitionsOf(word.Node, word.Partition), null, state, _options.Brakes, now) is null;
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
