using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>Sorts the nodes that show something into groups of one cause: shared, job, node, in this order.</summary>
internal static class Grouping
{
    /// <param name="open">The open alerts of the class, oldest first.</param>
    public static List<Group> Of(
        FindingClass cls, List<AlertRow> open, IEnumerable<NodeStatus> nodes, IReadOnlyList<Showing> showing, AlertOptions options)
    {
        var free = showing.ToList();
        var groups = new List<Group>();
        if (free.Count == 0)
            return groups;
        var census = new Census(nodes, showing);
        if (cls != FindingClass.Away)
            groups.AddRange(new SharedCauses(cls, census, options).Take(free, open));
        var ofJobs = open.Where(a => a.Key.Scope == CauseScope.Job).ToDictionary(a => a.Key);
        foreach (var job in free.Where(s => s.Job is not null).GroupBy(s => s.Job!.Value).OrderBy(g => g.Key.JobId, StringComparer.Ordinal).ThenBy(g => g.Key.StartMs))
            groups.AddRange(OfJob(cls, job.Key, [.. job], ofJobs, census, options));
        foreach (var node in free.Where(s => s.Job is null))
            groups.Add(Lone(cls, node, 1, 1));
        return groups;
    }

    private static IEnumerable<Group> OfJob(FindingClass cls, JobKey job, List<Showing> members, Dictionary<CauseKey, AlertRow> open, Census census, AlertOptions options)
    {
        var key = new CauseKey(cls, CauseScope.Job, job.ToString());
        var alert = open.GetValueOrDefault(key);
        var watched = census.Job(job);
        var cause = CauseRules.OfJob(members.Count, watched, alert?.Alert.Cause ?? AlertCause.Unknown, options);
        // What was raised for a job stays one alert: one that falls apart again would be news to nobody.
        if (alert is null && (cause == AlertCause.Node || members.Count == 1))
            return members.Select(m => Lone(cls, m, watched, members.Count));
        return [new Group(key, cause, CauseRules.KindOf(members), members, watched, members.Count)];
    }

    private static Group Lone(FindingClass cls, Showing node, int watchedOfJob, int showingInJob) => new(
        new CauseKey(cls, CauseScope.Node, node.Node.Name),
        cls == FindingClass.Fault ? CauseRules.OfNode(node, watchedOfJob) : AlertCause.Node,
        node.Kind, [node], Math.Max(1, watchedOfJob), showingInJob);
}
