using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>A node that shows something of one class now.</summary>
/// <param name="Rows">At least one, strongest first: rules, then by score over threshold.</param>
/// <param name="Switch">Null where unknown.</param>
internal sealed record Showing(NodeKey Node, IReadOnlyList<FindingRow> Rows, JobKey? Job, int JobNodes, string? Switch)
{
    public long SinceMs { get; } = Rows.Min(r => r.Finding.SinceMs);

    public FaultKind Kind => Rows[0].Finding.Kind;

    /// <summary>What has one cause by itself: a job, or a node on which none runs.</summary>
    public string Unit => Job is { } job ? CauseKey.NameOf(job) : "/" + Node.Name;

    public bool Shows(FaultKind kind) => Rows.Any(r => r.Finding.Kind == kind);

    public bool In(long alert) => Rows.Any(r => r.Alert == alert);

    /// <summary>Long enough to be told of, and long enough that others have had their turn.</summary>
    public bool Ripe(long nowMs, AlertOptions options) => Rows.Any(r => r.IsRipe(nowMs, options));
}

/// <summary>Nodes that have one cause.</summary>
/// <param name="OutOf">Watched nodes of the job, the switch or the site.</param>
/// <param name="ShowingInJob">Nodes of a lone node's job that show something, itself among them.</param>
internal sealed record Group(CauseKey Key, AlertCause Cause, FaultKind Kind, IReadOnlyList<Showing> Members, int OutOf, int ShowingInJob)
{
    public long SinceMs { get; } = Members.Min(m => m.SinceMs);

    /// <summary>Null where several jobs have a part in it.</summary>
    public JobKey? Job { get; init; }

    public int Units => Members.Select(m => m.Unit).Distinct(StringComparer.Ordinal).Count();
}

/// <summary>Who is watched: fresh and not muted, so that their not showing anything means something.</summary>
internal sealed class Census
{
    private readonly Dictionary<JobKey, int> _jobs = [];
    private readonly Dictionary<string, int> _switches = new(StringComparer.Ordinal);

    /// <param name="showing">Counted in any case, also where nothing else is known of them yet.</param>
    public Census(IEnumerable<NodeStatus> nodes, IReadOnlyCollection<Showing> showing)
    {
        var shows = showing.ToDictionary(s => s.Node);
        foreach (var node in nodes)
        {
            if (shows.ContainsKey(node.Node) || node.Mute != NodeMute.None || node.Presence != NodePresence.Fresh)
                continue;
            Site++;
            foreach (var job in node.Jobs)
                Count(_jobs, job);
            if (node.Switch is { } name)
                Count(_switches, name);
        }
        foreach (var node in showing)
        {
            Site++;
            if (node.Job is { } job)
                Count(_jobs, job);
            if (node.Switch is { } name)
                Count(_switches, name);
        }
    }

    public int Site { get; private set; }

    public int Job(JobKey job) => _jobs.GetValueOrDefault(job);

    public int Switch(string name) => _switches.GetValueOrDefault(name);

    private static void Count<T>(Dictionary<T, int> counts, T key) where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;
}
