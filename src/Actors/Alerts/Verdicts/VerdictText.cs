using System.Globalization;
using Tocsin.Actors.Alerts.Words;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Verdicts;

/// <summary>What a verdict does, in a sentence.</summary>
public static class VerdictText
{
    private const int Names = 3;

    public static string Does(Verdict verdict)
    {
        if (verdict.Word == VerdictWord.Fault)
            return "Confirmed: it is never learned from, and no verdict hides it.";
        if (verdict.Scope == VerdictScope.Metric)
            return $"{OneLine.Of(verdict.Metric!, 64)} is left out: what is found because of it is not told of, on any node.";
        var what = string.Join("; ", verdict.Signs.Take(Names).Select(s => Sign(verdict.Word, s)));
        var more = verdict.Signs.Count > Names ? $" and {verdict.Signs.Count - Names} more" : "";
        return $"Not told of {Where(verdict)}: {what}{more}.";
    }

    private static string Where(Verdict verdict) => verdict.Scope switch
    {
        VerdictScope.Node when verdict.Nodes.Count > Names => $"on {OneLine.Of(verdict.Nodes[0], 64)} and {verdict.Nodes.Count - 1} other nodes",
        VerdictScope.Node => $"on {string.Join(", ", verdict.Nodes.Select(n => OneLine.Of(n, 64)))}",
        VerdictScope.Pattern => $"in pattern {string.Join(", ", verdict.Patterns)}",
        _ => "on any node",
    };

    private static string Sign(VerdictWord word, AlertSign sign)
    {
        var from = sign.Source switch
        {
            FindingSource.Model => "scores",
            FindingSource.Peer => "differences from the job's other nodes",
            FindingSource.Rule => $"rule {OneLine.Of(sign.Rule, 64)}",
            FindingSource.Silence => "silence",
            FindingSource.Scheduler => "down, as the scheduler says",
            _ => "a source that is away",
        };
        if (sign.Source is not (FindingSource.Model or FindingSource.Peer))
            return from;
        var lead = sign.Lead is { } metric ? $", most of it {OneLine.Of(metric, 64)}" : "";
        var limit = word == VerdictWord.False && sign.Ratio > 0
            ? string.Create(CultureInfo.InvariantCulture, $", up to {VerdictRules.Margin * sign.Ratio:0.##} times the threshold") : ", however high";
        return $"{from} ({sign.Kind.ToString().ToLowerInvariant()}{lead}){limit}";
    }
}
