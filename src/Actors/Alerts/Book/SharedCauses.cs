using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>Finds what several jobs and idle nodes have in common: a switch, a shared part, a change of the whole site.</summary>
internal sealed class SharedCauses(FindingClass cls, Census census, AlertOptions options)
{
    /// <summary>Of the site, of faults that have nothing in common but their time.</summary>
    public const string Mass = "mass";

    /// <summary>Nodes from which on a mass is one: with fewer an open one is over.</summary>
    public static int MassOf(int watched, AlertOptions options) => Math.Max(options.SiteNodes, (int)(options.MassShare * watched) + 1);

    /// <summary>Too few nodes keep an alert open that reaches that far. Of a shared cause a quarter of its nodes is too few, else the last broken node would keep it open for ever;
    /// but never so many that they would make a shared cause again.</summary>
    /// <param name="told">Nodes that have shown it.</param>
    public static int Enough(CauseKey key, int told, IEnumerable<NodeStatus> nodes, AlertOptions options) =>
        key.Scope is not (CauseScope.Site or CauseScope.Switch) ? 1
        : key is { Scope: CauseScope.Site, Name: Mass } ? MassOf(nodes.Count(n => n.Mute == NodeMute.None && n.Presence == NodePresence.Fresh), options)
        : Math.Min(Math.Max(2, (told + 3) / 4), Math.Min(options.SiteNodes, options.SwitchNodes));

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
        if (cls == FindingClass.Fault)
            TakeMass(free, open, groups);
        return groups;

        void Keep(CauseScope scope)
        {
            foreach (var alert in open.Where(a => a.Key.Scope == scope))
            {
                if (KeepOf(free, open, alert) is { } kept)
                    groups.Add(kept);
            }
        }
    }

    /// <summary>An open shared alert keeps who belongs to it and takes in who shows the same.</summary>
    private Group? KeepOf(List<Showing> free, List<AlertRow> open, AlertRow alert)
    {
        var kind = KindOf(alert.Key);
        var scattered = new Lazy<HashSet<Showing>>(() => [.. Scattered(free, open)]);
        var members = free.Where(s => s.In(alert.Alert.Id.Number) || alert.Key.Scope switch
        {
            CauseScope.Switch => s.Switch == alert.Key.Name,
            _ when alert.Key.Name == Mass => scattered.Value.Contains(s) && s.Rows.All(r => r.Finding.Source != FindingSource.Rule),
            // What is never right on one node is not hidden by what is odd on all of them.
            _ => kind is null ? s.Rows.All(r => r.Finding.Source != FindingSource.Rule) : s.Shows(kind.Value),
        }).ToList();
        return members.Count == 0 ? null : Form(free, members, alert.Key, alert.Key.Scope == CauseScope.Switch ? census.Switch(alert.Key.Name) : census.Site);
    }

    private static FaultKind? KindOf(CauseKey site) => Enum.TryParse<FaultKind>(site.Name, out var kind) ? kind : null;

    private void TakeSite(List<Showing> free, FaultKind? kind, double share, List<Group> groups)
    {
        var members = Together(free.Where(s => kind is null || s.Shows(kind.Value)), options.OnsetWindow);
        if (members.Count >= Math.Max(options.SiteNodes, share * census.Site) && IsOfMany(members, options.SharedUnits) && !IsOfOneSwitch(members))
            groups.Add(Form(free, members, new CauseKey(cls, CauseScope.Site, kind?.ToString() ?? "any"), census.Site));
    }

    /// <summary>What no switch, no shared part and no job explains, and is too much to be chance.</summary>
    private void TakeMass(List<Showing> free, List<AlertRow> open, List<Group> groups)
    {
        var members = Together(Scattered(free, open), options.MassWithin);
        if (options.MassShare < 1 && members.Count >= MassOf(census.Site, options) && IsOfMany(members, options.SharedUnits) && !IsOfOneSwitch(members))
            groups.Add(Form(free, members, new CauseKey(cls, CauseScope.Site, Mass), census.Site));
    }

    /// <summary>Those that are not of a job that shows it as a whole, nor were when it was told of.</summary>
    private IEnumerable<Showing> Scattered(List<Showing> free, List<AlertRow> open)
    {
        var told = open.Where(a => a.Key.Scope == CauseScope.Job && a.Alert.Cause == AlertCause.Job).Select(a => a.Alert.Id.Number).ToHashSet();
        var whole = free.Where(s => s.Job is not null).CountBy(s => s.Job!.Value)
            .Where(j => CauseRules.OfJob(j.Value, census.Job(j.Key), AlertCause.Unknown, options) == AlertCause.Job).Select(j => j.Key).ToHashSet();
        return free.Where(s => (s.Job is not { } job || !whole.Contains(job)) && !s.Rows.Any(r => told.Contains(r.Alert)));
    }

    private void TakeSwitch(List<Showing> free, string name, List<Group> groups)
    {
        var members = Together(free.Where(s => s.Switch == name), options.OnsetWindow);
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
    private static List<Showing> Together(IEnumerable<Showing> nodes, TimeSpan window)
    {
        var byOnset = nodes.OrderBy(n => n.SinceMs).ToList();
        var (from, best, first) = (0, 0, 0);
        for (var to = 0; to < byOnset.Count; to++)
        {
            while (byOnset[to].SinceMs - byOnset[from].SinceMs > (long)window.TotalMilliseconds)
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
