using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Verdicts;

/// <summary>What a verdict does to what is found after it: docs/ALERTS.md says the same in words. No clock, no state.</summary>
public static class VerdictRules
{
    /// <summary>A false alarm that comes again is told of when it is more than half as strong again as the one that was judged.</summary>
    public const float Margin = 1.5f;

    /// <summary>Whether a verdict mutes a sign on a node, provided that it stands.</summary>
    public static bool Mutes(Verdict verdict, string node, AlertSign sign) => verdict.Word != VerdictWord.Fault && verdict.Scope switch
    {
        VerdictScope.Node => verdict.Nodes.Contains(node, StringComparer.Ordinal) && IsLike(verdict, sign),
        VerdictScope.Pattern => sign.Pattern is { } pattern && verdict.Patterns.Contains(pattern) && IsLike(verdict, sign),
        VerdictScope.Metric => IsBecauseOf(verdict.Metric!, sign),
        _ => IsLike(verdict, sign),
    };

    /// <summary>Whether a confirmed fault keeps a sign on a node from being muted: the same, and not much weaker. So a false alarm of the same kind stays muted
    /// where a strong fault was confirmed.</summary>
    public static bool Protects(Verdict fault, string node, AlertSign sign) =>
        fault.Word == VerdictWord.Fault && fault.Nodes.Contains(node, StringComparer.Ordinal)
        && fault.Signs.Any(s => AreOfOneSort(s, sign) && (s.Ratio <= 0 || sign.Ratio >= s.Ratio / Margin));

    /// <summary>Whether an alert would have been muted as a whole: each of its signs, on each of its nodes.</summary>
    public static bool WouldMute(Verdict verdict, IReadOnlyList<string> nodes, int nodeCount, IReadOnlyList<AlertSign> signs) =>
        signs.Count > 0 && nodes.Count > 0 && (nodes.Count >= nodeCount || verdict.Scope != VerdictScope.Node)
        && nodes.All(n => signs.All(s => Mutes(verdict, n, s)));

    /// <summary>Whether a verdict mutes any of what a fault was confirmed by.</summary>
    public static bool Hides(Verdict verdict, Verdict fault) =>
        fault.Word == VerdictWord.Fault && fault.Nodes.Any(n => fault.Signs.Any(s => Mutes(verdict, n, s)));

    private static bool IsLike(Verdict verdict, AlertSign sign) => verdict.Signs.Any(s =>
        AreOfOneSort(s, sign) && (verdict.Word == VerdictWord.Expected || s.Ratio <= 0 || sign.Ratio <= Margin * s.Ratio));

    /// <summary>One source and rule; of scores also one part of the machine, or one metric that leads.</summary>
    private static bool AreOfOneSort(AlertSign a, AlertSign b) =>
        a.Source == b.Source && a.Rule == b.Rule
        && (a.Source is not (FindingSource.Model or FindingSource.Peer) || a.Kind == b.Kind || (a.Lead is not null && a.Lead == b.Lead));

    /// <summary>Without the metric nothing would have been found: what the others carry of the score is under the threshold; a rule reads nothing else.</summary>
    private static bool IsBecauseOf(string metric, AlertSign sign) => sign.Ratio > 0
        ? sign.Top.Any(t => t.Metric == metric) && sign.Ratio * (1 - sign.Top.Where(t => t.Metric == metric).Sum(t => t.Share)) < 1
        : sign.Top.Count > 0 && sign.Top.All(t => t.Metric == metric);
}
