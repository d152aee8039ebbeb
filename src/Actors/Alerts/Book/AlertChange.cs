using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>Whether what an alert has become is worth a new revision. All bounds together: an alert that lasts for a day has at most
/// 2 + 2 + log2(nodes) revisions at once, and otherwise one in five minutes at worst.</summary>
internal static class AlertChange
{
    /// <returns>Null = not worth it, now.</returns>
    public static string? Why(AlertRow told, Alert now, AlertOptions options)
    {
        var before = told.Alert;
        if (now.Severity > before.Severity)
            return $"severity {before.Severity} -> {now.Severity}";
        if (now.Cause != before.Cause && now.Cause is (AlertCause.Job or AlertCause.Shared))
            return $"cause {before.Cause} -> {now.Cause}";
        if (now.NodeCount >= 2 * told.ToldNodes)
            return $"nodes {told.ToldNodes} -> {now.NodeCount}";
        var calm = now.UpdatedMs - before.UpdatedMs >= (long)options.FirstRefresh.TotalMilliseconds;
        if (!calm)
            return null;
        if (now.Cause != before.Cause)
            return $"cause {before.Cause} -> {now.Cause}";
        if (now.Kind != before.Kind)
            return $"kind {before.Kind} -> {now.Kind}";
        if (now.Job != before.Job)
            return $"job {before.Job?.ToString() ?? "none"} -> {now.Job?.ToString() ?? "none"}";
        // Told of at ages 5, 10, 20, 40 ... minutes.
        return now.UpdatedMs - now.RaisedMs >= 2 * (before.UpdatedMs - before.RaisedMs) ? "goes on" : null;
    }
}
