using System.Globalization;
using Tocsin.Daemon.Commands;
using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>The result in lines.</summary>
internal static class BacktestText
{
    private const int MostAlerts = 50;
    private const int MostIncidents = 50;

    public static IEnumerable<string> Lines(BacktestResult r)
    {
        yield return $"Learned from {Span(r.LearnedFrom.Hours)} of {r.Data}: {string.Join(", ", r.Learned.Select(p => EvalTable.Safe(p, 32)))}.";
        yield return $"Watched the next {Span(r.Range.Hours)}, {Number(r.NodeHours)} node-hours of {r.Nodes.Count} {(r.Nodes.Count == 1 ? "node" : "nodes")}; judged {Percent(r.Watched.Judged / Math.Max(1, r.ExpectedFrames))} of them.";
        foreach (var (why, share) in r.Watched.Rest(r.ExpectedFrames, r.Scrapes).Where(w => w.Share >= 0.005))
            yield return $"  not judged {Percent(share),5}: {why}";
        if (r.Budget is { } budget)
            yield return Budget(r, budget);
        foreach (var note in r.Notes)
            yield return $"Note: {EvalTable.Safe(note, 400)}";
        yield return "";
        yield return $"Alerts: {r.Told.Count}, {Number(r.AlertsPerDay)} a day; at most {Number(r.AlertsPerDayAtMost)} a day, 95 % sure.{(r.Range.Hours < 72 ? " So short a time says little about a day." : "")}";
        foreach (var alert in r.Told.OrderBy(a => a.RaisedMs).Take(MostAlerts))
            yield return $"  {Time(alert.SinceMs)}  {Lasted(alert),8}  {EvalTable.Safe(Sentence(alert), 240)}";
        if (r.Told.Count > MostAlerts)
            yield return $"  ... and {r.Told.Count - MostAlerts} more in the report";
        yield return "";
        if (r.Hits is not { } hits)
        {
            yield return "Nothing is known of what really happened: give --node-events (what Slurm knows of its nodes), or --prometheus where Slurm answers, to see hits, lead times and false alarms.";
            yield break;
        }
        var injected = hits.Outcomes.Count(o => o.Incident.Injected);
        yield return $"Known incidents: {hits.Outcomes.Count}{(injected > 0 ? $" ({injected} injected)" : "")}; {hits.Found} were alerted{(hits.Under > 0 ? $", {hits.Under} began while an alert of before was open" : "")}{(injected < hits.Outcomes.Count ? $", up to {Span(r.LeadMs / 3_600_000.0)} before" : "")}. As many alerts at random would have hit {Number(hits.ByChance)}.";
        foreach (var o in hits.Outcomes.OrderBy(o => o.Incident.StartMs).Take(MostIncidents))
            yield return $"  {Time(o.Incident.StartMs)}  {Seen(o),14}  {EvalTable.Safe($"{Where(o.Incident)}{o.Incident.What}", 160)}";
        if (hits.Outcomes.Count > MostIncidents)
            yield return $"  ... and {hits.Outcomes.Count - MostIncidents} more in the report";
        yield return $"Alerts on no known incident: {hits.False.Count}, {Number(r.FalsePerNodeDay)} per node and day; at most {Number(r.FalsePerNodeDayAtMost)}, 95 % sure.{(injected < hits.Outcomes.Count ? " Not all of them need be wrong: nobody notes everything." : "")}";
    }

    private static string Budget(BacktestResult r, BudgetChoice b)
    {
        var here = r.Nodes.Count < b.Nodes ? $", {Number(r.BudgetPerDay)} of them for the {r.Nodes.Count} nodes here" : "";
        var scale = 24.0 * r.Nodes.Count / b.Hours;
        return $"Alert budget: {Number(b.PerDay)} a day for {b.Nodes} {(b.Nodes == 1 ? "node" : "nodes")}{here}. The threshold was chosen on {Number(b.Hours)} node-hours that were held out of the learning: "
            + $"{b.Seen} {(b.Seen == 1 ? "alarm is" : "alarms are")} above it there, of {Number(b.Allowed)} allowed{(b.Extrapolated ? " (so few that the threshold is extrapolated)" : "")}. "
            + $"Expected of it: {Number(b.Seen * scale)} a day, at most {Number(PoissonBound.Upper95(b.Seen) * scale)}, 95 % sure; watched: {Number(r.ByThreshold / r.Range.Hours * 24)} a day ({r.ByThreshold}). "
            + "Rules, silence and the scheduler's own word come on top.";
    }

    public static string Sentence(Alert alert) => alert.Open ? alert.Evidence : alert.Summary + Metrics(alert);

    public static string Seen(IncidentOutcome o) => o.Alert is not null ? Lead(o.LeadMs!.Value) : o.Under ? "still open" : "missed";

    public static string Lead(long leadMs) => leadMs >= 0 ? $"{Span(leadMs / 3_600_000.0)} before" : $"{Span(-leadMs / 3_600_000.0)} after";

    public static string Where(Incident incident) => incident.Nodes.Count == 0 ? "" : $"{incident.Nodes[0]}{(incident.Nodes.Count > 1 ? $" and {incident.Nodes.Count - 1} more" : "")}: ";

    public static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Lasted(Alert alert) => alert.ClearedMs is { } end ? Span((end - alert.SinceMs) / 3_600_000.0) : "open";

    public static string Span(double hours) => hours switch
    {
        < 1.0 / 60 => $"{Number(hours * 3600)} s",
        < 2 => $"{Number(hours * 60)} min",
        < 48 => $"{Number(hours)} h",
        _ => $"{Number(hours / 24)} d",
    };

    public static string Number(double value) => double.IsNaN(value) ? "-" : value.ToString(Math.Abs(value) < 10 ? "0.##" : "0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => $"{(100 * share).ToString("0", CultureInfo.InvariantCulture)} %";

    private static string Metrics(Alert alert) => alert.Top.Count == 0 ? "" : $"; {string.Join(", ", alert.Top.Take(3).Select(t => t.Metric))}";
}
