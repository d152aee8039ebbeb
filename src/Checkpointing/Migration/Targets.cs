using Tocsin.Shared;

namespace Tocsin.Checkpointing.Migration;

/// <summary>A node that a job could go to.</summary>
/// <param name="FreeShare">Of the cores and memory that the job needs a node for, the smaller share that is free, 0 or more; below 1 it does not fit.</param>
/// <param name="Health">0..1: chance that it stays healthy for as long as the job runs on, from <c>States.NodeStateModel</c> and its score.</param>
/// <param name="Suspect">An open alert, a prediction, a drain, a recent repair: never a target.</param>
/// <param name="Switch">Leaf switch; null where the scheduler has no topology.</param>
/// <param name="MoveS">Expected seconds until the job computes there.</param>
public sealed record Candidate(NodeKey Node, double FreeShare, double Health, bool Suspect, string? Switch, double MoveS);

/// <param name="RepeatS">What a failure of the new node would cost the job: work at risk and a restart.</param>
/// <param name="DistanceS">Seconds that the job loses over its remaining time by a node behind another switch than its others.</param>
public readonly record struct MoveNeeds(double RepeatS, double DistanceS);

/// <summary>Ranks nodes by the seconds that the job is expected to lose there: moving, the detour of its messages, and another failure. Fit and unsuspected alone take part.</summary>
public static class Targets
{
    /// <summary>Best first; of equal ones the one with more room, then by name, so that the order is the same everywhere.</summary>
    public static IReadOnlyList<(Candidate Node, double LossS)> Rank(IEnumerable<Candidate> candidates, IReadOnlyDictionary<string, int> jobSwitches, MoveNeeds needs)
    {
        var all = jobSwitches.Values.Sum();
        return [.. candidates
            .Where(c => !c.Suspect && c.FreeShare >= 1)
            .Select(c => (Node: c, LossS: c.MoveS + (needs.DistanceS * Away(c, jobSwitches, all)) + ((1 - Math.Clamp(c.Health, 0, 1)) * needs.RepeatS)))
            .OrderBy(c => c.LossS)
            .ThenByDescending(c => c.Node.FreeShare)
            .ThenBy(c => c.Node.Node.Name, StringComparer.Ordinal)];
    }

    /// <summary>Several jobs at once: the one that loses most by waiting chooses first, and no node is given twice.</summary>
    /// <param name="needs">By job; its urgency is nodes x work at risk, in node-seconds.</param>
    public static IReadOnlyDictionary<string, NodeKey> Assign(
        IReadOnlyList<(string JobId, double Urgency, IReadOnlyDictionary<string, int> Switches, MoveNeeds Needs)> needs, IReadOnlyList<Candidate> candidates)
    {
        var given = new Dictionary<string, NodeKey>();
        var left = candidates.ToList();
        foreach (var (job, _, switches, need) in needs.OrderByDescending(n => n.Urgency).ThenBy(n => n.JobId, StringComparer.Ordinal))
        {
            if (given.ContainsKey(job) || Rank(left, switches, need) is not [var best, ..])
                continue;
            given[job] = best.Node.Node;
            left.Remove(best.Node);
        }
        return given;
    }

    private static double Away(Candidate candidate, IReadOnlyDictionary<string, int> jobSwitches, int all) =>
        all == 0 || candidate.Switch is null ? 0 : 1 - ((double)jobSwitches.GetValueOrDefault(candidate.Switch) / all);
}
