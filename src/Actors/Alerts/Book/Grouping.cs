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
        var jobs = free.Where(s => s.Job is not null).GroupBy(s => s.Job!.Value).ToDictionary(g => CauseKey.NameOf(g.Key), g => (Job: g.Key, Members: g.ToList()));
        var ofJobs = open.Where(a => a.Key.Scope == CauseScope.Job).ToDictionary(a => a.Key.Name);
        Stay(free, jobs, ofJobs.Values);
        foreach (var (name, (job, members)) in jobs.OrderBy(j => j.Key, StringComparer.Ordinal))
            groups.AddRange(OfJob(new CauseKey(cls, CauseScope.Job, name), job, members, ofJobs.GetValueOrDefault(name), census, options));
        foreach (var node in free.Where(s => s.Job is null))
            groups.Add(Lone(cls, node, 1, 1));
        return groups;
    }

    /// <summary>When a job is over its nodes are idle, and some still show for a while what they showed: they stay with the job's alert, else 500 nodes
    /// of one job would be 500 alerts of idle nodes.</summary>
    private static void Stay(List<Showing> free, Dictionary<string, (JobKey Job, List<Showing> Members)> jobs, IEnumerable<AlertRow> alerts)
    {
        var byNumber = alerts.ToDictionary(a => a.Alert.Id.Number);
        var staying = new HashSet<Showing>(ReferenceEqualityComparer.Instance);
        foreach (var node in free.Where(s => s.Job is null))
        {
            if (node.Rows.Select(r => byNumber.GetValueOrDefault(r.Alert)).FirstOrDefault(a => a is not null) is not { } alert)
                continue;
            if (!jobs.TryGetValue(alert.Key.Name, out var group))
                jobs.Add(alert.Key.Name, group = (alert.Alert.Job!.Value, []));
            group.Members.Add(node);
            staying.Add(node);
        }
        free.RemoveAll(staying.Contains);
    }

    private static IEnumerable<Group> OfJob(CauseKey key, JobKey job, List<Showing> members, AlertRow? alert, Census census, AlertOptions options)
    {
        var running = members.Count(m => m.Job is not null);
        var watched = census.Job(job);
        // Of a job that is over nobody can be counted any more: what was said of it stands.
        var cause = running == 0 && alert is not null ? alert.Alert.Cause : CauseRules.OfJob(running, watched, alert?.Alert.Cause ?? AlertCause.Unknown, options);
        // What was raised for a job stays one alert: one that falls apart again would be news to nobody.
        if (alert is null && (cause == AlertCause.Node || members.Count == 1))
            return members.Select(m => Lone(key.Class, m, watched, members.Count));
        return [new Group(key, cause, CauseRules.KindOf(members), members, Math.Max(watched, members.Count), members.Count) { Job = job }];
    }

    private static Group Lone(FindingClass cls, Showing node, int watchedOfJob, int showingInJob) => new(
        new CauseKey(cls, CauseScope.Node, node.Node.Name),
        cls == FindingClass.Fault ? CauseRules.OfNode(node, watchedOfJob) : AlertCause.Node,
        node.Kind, [node], Math.Max(1, watchedOfJob), showingInJob)
    { Job = node.Job };
}
