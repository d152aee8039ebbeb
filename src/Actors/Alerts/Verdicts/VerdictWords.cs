using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Verdicts;

/// <summary>What an operator says of an alert, before it is held against the alert.</summary>
/// <param name="Metric">Of the metric scope: one that the alert names; null = the one that carries most of it.</param>
/// <param name="UntilMs">Null = until it is undone.</param>
public sealed record VerdictWords(VerdictWord Word, VerdictScope Scope, string? Metric, long? UntilMs, string Note, string Who)
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <returns>The verdict without a number; or what is wrong with it, in one line.</returns>
    public (Verdict? Verdict, string? Problem) On(Alert alert, long nowMs)
    {
        var signs = Signs.Of(alert);
        var whole = alert.Nodes.Count >= alert.NodeCount;
        if (Word == VerdictWord.Fault && UntilMs is not null)
            return (null, "until: what was a fault stays one; leave it out");
        if (UntilMs <= nowMs || UntilMs > nowMs + (long)Longest.TotalMilliseconds)
            return (null, $"until: expected a time from now up to {Longest.TotalDays:0} days ahead");
        if (Scope == VerdictScope.Node && Word != VerdictWord.Fault && !whole)
            return (null, $"scope: only {alert.Nodes.Count} of the {alert.NodeCount} nodes of {alert.Id} are named: expected pattern, metric or site");
        int[] patterns = [.. signs.Select(s => s.Pattern).OfType<int>().Distinct().Order().Take(Verdict.MaxPatterns)];
        if (Scope == VerdictScope.Pattern && patterns.Length == 0)
            return (null, $"scope: no segment of {alert.Id} matched a pattern: expected node, metric or site");
        if (Metric is not null && Scope != VerdictScope.Metric)
            return (null, "metric: only with scope metric");
        var metrics = signs.SelectMany(s => s.Top.Select(t => t.Metric)).Distinct(StringComparer.Ordinal).ToList();
        var metric = Scope == VerdictScope.Metric ? Metric ?? metrics.FirstOrDefault() : null;
        if (Scope == VerdictScope.Metric && (metric is null || !metrics.Contains(metric)))
            return (null, metrics.Count == 0 ? $"scope: {alert.Id} names no metric: expected node, pattern or site" : $"metric: expected one that {alert.Id} names: {string.Join(", ", metrics.Take(8))}");
        return (new Verdict
        {
            Number = 0,
            Alert = alert.Id,
            Word = Word,
            Scope = Scope,
            Nodes = whole ? alert.Nodes : [],
            Patterns = patterns,
            Metric = metric,
            Signs = signs,
            SinceMs = alert.SinceMs,
            ClearedMs = alert.ClearedMs,
            Who = Who,
            Note = Note,
            GivenMs = nowMs,
            UntilMs = UntilMs,
        }, null);
    }
}
