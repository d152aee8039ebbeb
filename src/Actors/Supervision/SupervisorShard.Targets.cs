using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Migration;
using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.States;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>Where a job could go on: of the nodes of its partition that have room for it and that nothing speaks against, the one where it is expected to lose least.</summary>
public sealed partial class SupervisorShard
{
    /// <summary>Of the time that a job still runs this share is lost by one node behind another leaf switch than all of its others. Nobody measures it here: one hundredth is modest, so
    /// that health comes before distance, and distance decides among nodes that are as well as each other.</summary>
    private const double DetourShare = 0.01;

    /// <summary>A job runs on for about as long as it has run so far, of which nobody knows more; no less and no more than this.</summary>
    private const double LeastAheadS = 600, MostAheadS = 86_400;

    /// <summary>Targets of this round, also of moves that are withheld: no two jobs plan the same node.</summary>
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    private sealed record Spare(NodeKey Node, string Why);

    /// <summary>The rule of <see cref="Targets.Assign"/>: the job that loses most by waiting chooses first, and what it does not take is left to the next. Its urgency is nodes x work
    /// at risk where one of its nodes is expected to fail.</summary>
    private IEnumerable<JobPicture> ByUrgency(ClusterPicture picture, long now)
    {
        double Urgency(JobPicture job) => job.Nodes.Any(n => _state.Nodes.GetValueOrDefault(n) is { Warning: { } w } && w.UntilMs > now)
            ? job.Nodes.Count * Math.Max(0, now - (_state.Jobs.GetValueOrDefault(job.Id)?.SavedMs ?? now))
            : -1;
        return picture.Jobs.Values.OrderByDescending(Urgency).ThenBy(j => j.Id, StringComparer.Ordinal);
    }

    private Migrate Takes(Migrate move, Spare? spare)
    {
        _taken.Add(move.Target.Name);
        return move with { TargetWhy = spare?.Why ?? "" };
    }

    private Spare? SpareFor(ClusterPicture picture, JobPicture job, in JobSituation situation, IReadOnlyList<NodePrediction> predictions, IReadOnlyDictionary<string, SuspicionRow> suspects)
    {
        var learned = _state.Knowledge.Learned;
        var (costs, failuresPerS) = (learned.CostsOf(situation), learned.FailuresPerS(situation));
        var ahead = Math.Clamp((situation.NowMs - (situation.FirstRunMs ?? situation.RunningSinceMs)) / 1000.0, LeastAheadS, MostAheadS);
        // A failure comes half a period after the last checkpoint on average; who writes none loses what it has by then.
        var atRisk = situation.CanCheckpoint ? Math.Min(ahead, BestPeriod.Young(costs.CheckpointS, 1 / failuresPerS) / 2) : ahead;
        var needs = new MoveNeeds(atRisk + costs.DownS + costs.RestartS, DetourShare * ahead);
        var leaving = predictions.Select(p => p.Node.Name).ToHashSet(StringComparer.Ordinal);
        var switches = job.Nodes.Where(n => !leaving.Contains(n)).Select(n => picture.Switches.GetValueOrDefault(n)).OfType<string>()
            .GroupBy(s => s, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var kept = _state.Moves.Open.SelectMany(m => (string[])[m.Target.Name, m.From.Name]).Concat(_taken).Concat(job.Nodes).ToHashSet(StringComparer.Ordinal);
        var candidates = picture.Nodes.Values
            .Where(n => (n.Free || n.PartlyFree) && n.Partitions.Contains(job.Partition) && !kept.Contains(n.Name))
            .Select(n => new Candidate(
                KeyOf(n.Name), job.Need.FreeShare(n.Room, n.Free), 1 - _state.Knowledge.States.ChanceDown(HealthOf(n.Name), ahead), IsSuspect(n.Name, suspects), picture.Switches.GetValueOrDefault(n.Name), costs.MoveS));
        return Targets.Rank(candidates, switches, needs) is [var best, ..] ? new Spare(best.Node.Node, Why(best.Node, picture.Nodes[best.Node.Node.Name], switches)) : null;
    }

    /// <summary>An open alert of its own, a word that it fails, or out because of us.</summary>
    private bool IsSuspect(string node, IReadOnlyDictionary<string, SuspicionRow> suspects) =>
        suspects.ContainsKey(node) || _state.Nodes.GetValueOrDefault(node) is { Warning: not null } or { OutBy: not null };

    private NodeHealth HealthOf(string node) => _state.Nodes.GetValueOrDefault(node)?.Health ?? NodeHealth.Healthy;

    private string Why(Candidate candidate, NodePicture node, IReadOnlyDictionary<string, int> switches)
    {
        var near = candidate.Switch is not { } leaf || switches.Count == 0 ? "" : switches.ContainsKey(leaf) ? "same switch, " : "another switch, ";
        return $"{near}{(node.Free ? "free" : "room beside other jobs")}, {(HealthOf(node.Name) == NodeHealth.Healthy ? "healthy" : "above its threshold now")}";
    }
}
