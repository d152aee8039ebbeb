using System.Globalization;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>The result as figures, for <c>--json</c>.</summary>
internal static class BacktestJson
{
    public static object Of(BacktestResult r) => new
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
}
