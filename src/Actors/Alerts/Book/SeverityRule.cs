using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>How bad it is, in points: how far over the threshold, for how long, how much work is at stake, and whether it is shared.</summary>
public static class SeverityRule
{
    /// <param name="ratio">Score over threshold; 0 where there is none.</param>
    /// <param name="durationMs">Since the onset.</param>
    /// <param name="nodesAtStake">Nodes of the job: one bad node stops them all. Of a shared cause those that show it.</param>
    /// <param name="atLeast">What a rule demands.</param>
    /// <returns>Critical from 3 points on, Warning from 1.</returns>
    public static Severity Of(float ratio, long durationMs, int nodesAtStake, AlertCause cause, Severity? atLeast)
    {
        var points = 0;
        // A single glance over the threshold is worth a look, no more; twice the threshold is no accident of calibration.
        points += ratio >= 4 ? 2 : ratio >= 2 ? 1 : 0;
        points += durationMs >= 10 * 60_000 ? 1 : 0;
        points += nodesAtStake >= 128 ? 2 : nodesAtStake >= 16 ? 1 : 0;
        points += cause == AlertCause.Shared ? 2 : 0;
        var severity = points >= 3 ? Severity.Critical : points >= 1 ? Severity.Warning : Severity.Info;
        return atLeast is { } least && least > severity ? least : severity;
    }

    internal static Severity Of(Group group, long sinceMs, long nowMs)
    {
        var rows = group.Members.SelectMany(m => m.Rows).ToList();
        var ratio = rows.Max(r => Ratio(r.Finding));
        var atStake = group.Key.Scope is CauseScope.Node or CauseScope.Job ? group.Members.Max(m => m.JobNodes) : group.Members.Count;
        Severity? least = group.Key.Class switch
        {
            // Without its source the whole room is dark.
            FindingClass.Away => Severity.Critical,
            FindingClass.Silence or FindingClass.Down => Severity.Warning,
            _ => null,
        };
        return Of(ratio, nowMs - sinceMs, atStake, group.Cause, rows.Select(r => r.Finding.AtLeast).Append(least).Max());
    }

    internal static float Ratio(Finding finding) => finding.Threshold > 0 ? finding.Score / finding.Threshold : 0;
}
