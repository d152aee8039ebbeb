using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Verdicts;

/// <summary>What an alert is recognised by.</summary>
public static class Signs
{
    /// <summary>One for each source, rule, kind and pattern, at its strongest; the strongest first.</summary>
    /// <param name="before">The alert's so far: a sign that is weaker by now was seen all the same.</param>
    public static IReadOnlyList<AlertSign> Of(IReadOnlyList<AlertSign> before, IEnumerable<Finding> findings) =>
    [
        .. before.Concat(findings.Select(AlertSign.Of))
            .GroupBy(s => (s.Source, s.Rule, s.Kind, s.Pattern))
            .Select(g => g.MaxBy(s => s.Ratio)!)
            .OrderByDescending(s => s.Ratio).ThenBy(s => s.Source).ThenBy(s => s.Rule, StringComparer.Ordinal).ThenBy(s => s.Kind).ThenBy(s => s.Pattern ?? -1)
            .Take(AlertSign.Most),
    ];

    /// <summary>Which rule fired on which node, at its first onset there; the earliest first, so that a bound leaves out the newest.</summary>
    /// <param name="before">The alert's so far: a rule that is over by now has fired all the same.</param>
    public static IReadOnlyList<RuleFired> Fired(IReadOnlyList<RuleFired> before, IEnumerable<Finding> findings) =>
    [
        .. before.Concat(findings.Where(f => f.Source == FindingSource.Rule).Select(f => new RuleFired(f.Rule, f.Kind, f.Node.Name, f.SinceMs)))
            .GroupBy(f => (f.Rule, f.Node))
            .Select(g => g.MinBy(f => f.SinceMs)!)
            .OrderBy(f => f.SinceMs).ThenBy(f => f.Node, StringComparer.Ordinal).ThenBy(f => f.Rule, StringComparer.Ordinal)
            .Take(Alert.MaxNodes),
    ];

    /// <summary>Of an alert from before they were kept: what its labels and its numbers say.</summary>
    public static IReadOnlyList<AlertSign> Of(Alert alert)
    {
        if (alert.Signs.Count > 0)
            return alert.Signs;
        var source = alert.Labels.AlertName switch
        {
            "TocsinSourceAway" => FindingSource.SourceAway,
            "TocsinNodeSilent" or "TocsinJobSilent" or "TocsinSharedSilence" => FindingSource.Silence,
            "TocsinNodeDown" or "TocsinJobDown" or "TocsinSharedDown" => FindingSource.Scheduler,
            _ => FindingSource.Model,
        };
        var ratio = alert.Threshold > 0 ? alert.Score / alert.Threshold : 0;
        return [new AlertSign(source, "", alert.Kind, null, ratio, [.. alert.Top.Take(AlertSign.MostTop).Select(t => new MetricShare(t.Metric, t.Share))])];
    }
}
