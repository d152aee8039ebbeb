using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <param name="Alert">The first one that counts for it; null = it was missed.</param>
/// <param name="LeadMs">From the alert's raising to the incident's start: positive is early.</param>
/// <param name="Under">Injected while an alert of before was open on its nodes: neither found nor missed.</param>
internal sealed record IncidentOutcome(Incident Incident, Alert? Alert, long? LeadMs, bool Under);

/// <summary>Alerts beside what is known to have happened. Pure.</summary>
/// <param name="False">Alerts that count for no incident. Of a real site not all of them are wrong: nobody noted everything.</param>
/// <param name="ByChance">Incidents that as many alerts at random times and nodes would have hit.</param>
internal sealed record Hits(IReadOnlyList<IncidentOutcome> Outcomes, IReadOnlyList<Alert> False, double ByChance)
{
    /// <summary>An alert may be raised so long after an injected fault's end: scores look back.</summary>
    private const long GraceMs = 5_000;

    /// <summary>And so long after the scheduler noticed: its clock and its polls.</summary>
    private const long LateMs = 60_000;

    public int Found => Outcomes.Count(o => o.Alert is not null);

    public int Under => Outcomes.Count(o => o.Under);

    /// <param name="leadMs">How long before the scheduler's word an alert still counts for it.</param>
    /// <param name="nodeHours">Watched.</param>
    public static Hits Of(IReadOnlyCollection<Alert> alerts, IReadOnlyList<Incident> incidents, long leadMs, double nodeHours)
    {
        var told = alerts.Where(a => a.Reason != ClearReason.Merged).OrderBy(a => a.RaisedMs).ToArray();
        var outcomes = new List<IncidentOutcome>();
        var counted = new HashSet<AlertId>();
        foreach (var incident in incidents)
        {
            var mine = told.Where(a => Counts(a, incident, leadMs)).ToArray();
            counted.UnionWith(mine.Select(a => a.Id));
            var first = mine.FirstOrDefault();
            var under = first is null && told.Any(a => incident.IsOn(a.Nodes) && IsOpen(a, incident.StartMs));
            outcomes.Add(new IncidentOutcome(incident, first, first is null ? null : incident.StartMs - first.RaisedMs, under));
        }
        var perHour = nodeHours > 0 ? told.Sum(a => (double)a.NodeCount) / nodeHours : 0;
        var byChance = incidents.Sum(i => 1 - Math.Exp(-perHour * Math.Max(1, i.Nodes.Count) * Window(i, leadMs) / 3_600_000.0));
        // What began with an incident, or lies within one, is its doing as well.
        var falses = told.Where(a => !counted.Contains(a.Id) && !incidents.Any(i => i.IsOn(a.Nodes) && a.SinceMs <= (i.EndMs ?? long.MaxValue - GraceMs) + GraceMs && (a.ClearedMs ?? long.MaxValue) >= i.StartMs)).ToArray();
        return new Hits(outcomes, falses, byChance);
    }

    private static bool Counts(Alert alert, Incident incident, long leadMs) => incident.IsOn(alert.Nodes) && (incident.Injected
        ? alert.SinceMs >= incident.StartMs - 1000 && alert.SinceMs <= (incident.EndMs ?? long.MaxValue - GraceMs) + GraceMs
        : alert.RaisedMs <= incident.StartMs + LateMs && (alert.RaisedMs >= incident.StartMs - leadMs || IsOpen(alert, incident.StartMs)));

    private static bool IsOpen(Alert alert, long atMs) => alert.RaisedMs <= atMs && (alert.ClearedMs ?? long.MaxValue) > atMs;

    private static double Window(Incident incident, long leadMs) => incident.Injected ? (incident.EndMs ?? incident.StartMs) - incident.StartMs + GraceMs : leadMs + LateMs;
}
