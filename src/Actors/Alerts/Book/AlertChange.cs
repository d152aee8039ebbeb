using Tocsin.Actors.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>Whether what an alert has become is worth a new revision. Immediate are a rise in severity (at most 2), a doubling of its nodes over the most
/// it ever told of (log2), and in its first revisions that it is the job. All else keeps a distance that doubles with every fourth revision up to an
/// hour, so that an alert that changes its mind all day has 16 revisions in its first five hours and 24 a day from then on.</summary>
internal static class AlertChange
{
    private const int FirstRevisions = 4;

    /// <returns>Null = not worth it, now.</returns>
    public static string? Why(AlertRow told, Group group, IFaultOutlook outlook, long nowMs, AlertOptions options)
    {
        var before = told.Alert;
        var severity = SeverityRule.Of(group, Math.Min(before.SinceMs, group.SinceMs), nowMs);
        if (severity > before.Severity)
            return $"severity {before.Severity} -> {severity}";
        if (group.Cause != before.Cause && group.Cause == AlertCause.Job && before.Revision <= FirstRevisions)
            return $"cause {before.Cause} -> {group.Cause}";
        if (group.Members.Count >= 2 * told.ToldNodes)
            return $"nodes {told.ToldNodes} -> {group.Members.Count}";
        if (nowMs - before.UpdatedMs < DistanceMs(before.Revision, options))
            return null;
        if (group.Cause != before.Cause)
            return $"cause {before.Cause} -> {group.Cause}";
        if (group.Kind != before.Kind)
            return $"kind {before.Kind} -> {group.Kind}";
        if (group.Job != before.Job)
            return $"job {before.Job?.ToString() ?? "none"} -> {group.Job?.ToString() ?? "none"}";
        if (Forecasts.Of(outlook, group.Members.Select(m => m.Node), nowMs) is { } said && said.Class != Forecasts.ClassOf(before.Forecast))
            return $"fault class {Forecasts.ClassOf(before.Forecast)} -> {said.Class}";
        // Told of at ages 5, 10, 20, 40 ... minutes.
        return nowMs - before.RaisedMs >= 2 * (before.UpdatedMs - before.RaisedMs) ? "goes on" : null;
    }

    private static double DistanceMs(int revision, AlertOptions options)
    {
        var first = options.FirstRefresh.TotalMilliseconds;
        return Math.Max(first, Math.Min(first * Math.Pow(2, revision / FirstRevisions), TimeSpan.FromHours(1).TotalMilliseconds));
    }
}
