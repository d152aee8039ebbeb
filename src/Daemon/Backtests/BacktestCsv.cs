using System.Globalization;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>The result as a table of alerts, and as figures.</summary>
internal static class BacktestCsv
{
    public static IEnumerable<string> Lines(BacktestResult r)
    {
        yield return "since,raised,cleared,cause,kind,severity,nodes,node_count,job,score,threshold,summary";
        foreach (var a in r.Told)
        {
            yield return string.Join(',', Time(a.SinceMs), Time(a.RaisedMs), a.ClearedMs is { } end ? Time(end) : "", a.Cause, a.Kind, a.Severity, Quoted(string.Join(' ', a.Nodes)),
                a.NodeCount.ToString(CultureInfo.InvariantCulture), Quoted(a.Job?.JobId ?? ""), a.Score.ToString("0.##", CultureInfo.InvariantCulture), a.Threshold.ToString("0.##", CultureInfo.InvariantCulture), Quoted(a.Summary));
        }
    }

    public static object Figures(BacktestResult r) => new
    {
        watched_hours = r.Range.Hours,
        learned_hours = r.LearnedFrom.Hours,
        nodes = r.Nodes.Count,
        notes = r.Notes,
        node_hours = r.NodeHours,
        judged = r.Watched.Judged / Math.Max(1, r.ExpectedFrames),
        not_judged = r.Watched.Rest(r.ExpectedFrames, r.Scrapes).Select(w => new { why = w.Why, share = w.Share }),
        alerts = r.Told.Count,
        alerts_per_day = r.AlertsPerDay,
        alerts_per_day_at_most = r.AlertsPerDayAtMost,
        alerts_by_threshold = r.ByThreshold,
        budget = r.Budget is { } b ? new { a_day = b.PerDay, nodes = b.Nodes, a_day_here = r.BudgetPerDay, held_out_hours = b.Hours, allowed = b.Allowed, seen = b.Seen, extrapolated = b.Extrapolated } : null,
        incidents = r.Hits?.Outcomes.Count,
        found = r.Hits?.Found,
        by_chance = r.Hits?.ByChance,
        false_alerts = r.Hits?.False.Count,
        false_per_node_day = r.FalsePerNodeDay,
        false_per_node_day_at_most = r.FalsePerNodeDayAtMost,
        outcomes = r.Hits?.Outcomes.Select(o => new { start = Time(o.Incident.StartMs), what = o.Incident.What, nodes = o.Incident.Nodes, alert = o.Alert?.Id.ToString(), lead_s = o.LeadMs / 1000.0, under_open_alert = o.Under }),
    };

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>What begins like a formula is not to be one where a spreadsheet opens it.</summary>
    private static string Quoted(string text) => $"\"{(text.Length > 0 && text[0] is '=' or '+' or '-' or '@' ? "'" : "")}{text.Replace("\"", "\"\"")}\"";
}
