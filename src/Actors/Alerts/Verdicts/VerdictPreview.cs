using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Verdicts;

/// <summary>What a verdict would have done to the alerts of a while, had it been there from the start.</summary>
/// <param name="Removed">Alerts that nobody would have been told of, the newest first.</param>
/// <param name="Hidden">Confirmed faults that it would have hidden, of whatever age.</param>
/// <param name="Seen">Alerts that it was held against.</param>
public sealed record VerdictPreview(IReadOnlyList<Alert> Removed, IReadOnlyList<Verdict> Hidden, int Seen)
{
    /// <summary>That are open: they are cleared when it is given.</summary>
    public int Open => Removed.Count(a => a.Open);

    /// <param name="alerts">Of the while, the newest first.</param>
    /// <param name="faults">Fault verdicts that stand.</param>
    public static VerdictPreview Of(Verdict verdict, IEnumerable<Alert> alerts, IReadOnlyCollection<Verdict> faults)
    {
        var removed = new List<Alert>();
        var seen = 0;
        foreach (var alert in alerts)
        {
            // What became part of another alert is counted there.
            if (alert.Reason == ClearReason.Merged)
                continue;
            seen++;
            var signs = Signs.Of(alert);
            if (VerdictRules.WouldMute(verdict, alert.Nodes, alert.NodeCount, signs)
                && !faults.Any(f => f.Alert == alert.Id || alert.Nodes.Any(n => signs.Any(s => VerdictRules.Protects(f, n, s)))))
                removed.Add(alert);
        }
        return new VerdictPreview(removed, [.. faults.Where(f => VerdictRules.Hides(verdict, f))], seen);
    }
}
