using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>Finds what several jobs and idle nodes have in common: a switch, a shared part, a change of the whole site.</summary>
internal sealed class SharedCauses(FindingClass cls, Census census, AlertOptions options)
{
    /// <summary>Takes the members of each shared cause out of <paramref name="free"/>.</summary>
    /// <param name="open">The open alerts of the class, oldest first.</param>
    public List<Group> Take(List<Showing> free, List<AlertRow> open)
    {
        var groups = new List<Group>();
        // The whole site goes first, or a dead filesystem would be one alert a switch; it needs more than one switch, or a dead switch would be a site.
        // What reaches one switch after the other becomes a site, and the switches' alerts go into it.
        Keep(CauseScope.Site);
        TakeSite(free, null, options.SiteShare, groups);
        foreach (var kind in free.SelectMany(s => s.Rows.Select(r => r.Finding.Kind)).Distinct().Where(CauseRules.IsSharedPart).Order().ToList())
            TakeSite(free, kind, options.SiteShareOfSharedParts, groups);
        Keep(CauseScope.Switch);
        foreach (var name in free.Select(s => s.Switch).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList())
            TakeSwitch(free, name, groups);
        return groups;

        void Keep(CauseScope scope)
        {
            foreach (var alert in open.Where(a => a.Key.Scope == scope))
            {
                if (KeepOf(free, alert) is { } kept)
                    groups.Add(kept);
            }
        }
    }

    /// <summary>An open shared alert keeps who belongs to it and takes in who shows the same.</summary>
    private Group? KeepOf(List<Showing> free, AlertRow alert)
    {
        var kind = KindOf(alert.Key);
        var members = free.Where(s => s.In(alert.Alert.Id.Number) || alert.Key.Scope switch
        {
            CauseScope.Switch => s.Switch == alert.Key.Name,
            // What is never right on one node is not hidden by what is odd on all of them.
            _ => kind is null ? s.Rows.All(r => r.Finding.Source != FindingSource.Rule) : s.Shows(kind.Value),
        }).ToList();
        return members.Count == 0 ? null : Form(free, members, alert.Key, alert.Key.Scope == CauseScope.Switch ? census.Switch(alert.Key.Name) : census.Site);
    }

    private static FaultKind? KindOf(CauseKey site) => Enum.TryParse<FaultKind>(site.Name, out var kind) ? kind : null;

    private void TakeSite(List<Showing> free, FaultKind? kind, double share, List<Group> groups)
    {
        var members = Together(free.Where(s => kind is null || s.Shows(kind.Value)));
        if (members.Count >= Math.Max(options.SiteNodes, share * census.Site) && IsOfMany(members, options.SharedUnits) && !IsOfOneSwitch(members))
            groups.Add(Form(free, members, new CauseKey(cls, CauseScope.Site, kind?.ToString() ?? "any"), census.Site));
    }

    private void TakeSwitch(List<Showing> free, string name, List<Group> groups)
    {
        var members = Together(free.Where(s => s.Switch == name));
        if (members.Count >= Math.Max(options.SwitchNodes, options.SwitchShare * census.Switch(name)) && IsOfMany(members, 2))
            groups.Add(Form(free, members, new CauseKey(cls, CauseScope.Switch, name), census.Switch(name)));
    }

    /// <summary>Where it has half of a job's nodes, it has the job's others as well: they show what follows from it.</summary>
    private static Group Form(List<Showing> free, List<Showing> members, CauseKey key, int outOf)
    {
        var taken = members.ToHashSet();
        var jobs = members.Where(m => m.Job is not null).CountBy(m => m.Job!.Value).ToDictionary();
        var all = free.Where(s => s.Job is not null).CountBy(s => s.Job!.Value).ToDictionary();
        foreach (var other in free)
        {
            if (other.Job is { } job && jobs.TryGetValue(job, out var count) && 2 * count >= all[job])
                taken.Add(other);
        }
        var whole = free.Where(taken.Contains).ToList();
        free.RemoveAll(taken.Contains);
        return new Group(key, AlertCause.Shared, CauseRules.KindOf(members), whole, Math.Max(outOf, whole.Count), 0);
    }

    /// <summary>The most nodes whose onsets lie within the window.</summary>
    private List<Showing> Together(IEnumerable<Showing> nodes)
    {
        var byOnset = nodes.OrderBy(n => n.SinceMs).ToList();
        var (from, best, first) = (0, 0, 0);
        for (var to = 0; to < byOnset.Count; to++)
        {
            while (byOnset[to].SinceMs - byOnset[from].SinceMs > (long)options.OnsetWindow.TotalMilliseconds)
                from++;
            if (to - from + 1 > best)
                (best, first) = (to - from + 1, from);
        }
        return byOnset.GetRange(first, best);
    }

    private bool IsOfMany(List<Showing> members, int units)
    {
        var counts = members.CountBy(m => m.Unit).ToList();
        return counts.Count >= units && counts.Max(c => c.Value) <= options.OneJobShare * members.Count;
    }

    private bool IsOfOneSwitch(List<Showing> members) =>
        members.Select(m => m.Switch).OfType<string>().CountBy(s => s).Any(c => c.Value > options.OneJobShare * members.Count);
}
