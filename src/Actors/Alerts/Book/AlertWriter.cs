using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Actors.Alerts.Words;
using Tocsin.Actors.Faults;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>A group of nodes as an alert at one revision.</summary>
/// <param name="outlook">Of the fault model.</param>
internal sealed class AlertWriter(AlertOptions options, IFaultOutlook outlook, long nowMs)
{
    private readonly Sentences _sentences = new(options.Zone, nowMs);

    /// <param name="before">The revision before this one; null where it is raised.</param>
    public Alert Write(AlertId id, int revision, AlertLabels labels, Group group, Alert? before)
    {
        var since = Math.Min(before?.SinceMs ?? long.MaxValue, group.SinceMs);
        var severity = SeverityRule.Of(group, since, nowMs);
        var worst = group.Members.SelectMany(m => m.Rows).MaxBy(r => SeverityRule.Ratio(r.Finding))!.Finding;
        return new Alert
        {
            Id = id,
            Revision = revision,
            Labels = labels,
            Cause = group.Cause,
            Kind = group.Kind,
            // Never lowered: who was woken by it wants to know how it went on, not that it is less bad than it was.
            Severity = before is { } b && b.Severity > severity ? b.Severity : severity,
            SinceMs = since,
            RaisedMs = before?.RaisedMs ?? nowMs,
            UpdatedMs = nowMs,
            Job = group.Job,
            Nodes = [.. group.Members.Select(m => m.Node.Name).Order(StringComparer.Ordinal).Take(Alert.MaxNodes)],
            NodeCount = group.Members.Count,
            OutOf = group.OutOf,
            Score = worst.Score,
            Threshold = worst.Threshold,
            Top = worst.Top,
            Summary = _sentences.Summary(group),
            Evidence = _sentences.Evidence(group, since),
            // Where the model went away meanwhile, what it said last stays, with its time.
            Forecast = Forecasts.Of(outlook, group.Members.Select(m => m.Node), nowMs) ?? before?.Forecast,
            Signs = Signs.Of(before?.Signs ?? [], group.Members.SelectMany(m => m.Rows).Select(r => r.Finding)),
            Fired = Signs.Fired(before?.Fired ?? [], group.Members.SelectMany(m => m.Rows).Select(r => r.Finding)),
        };
    }

    /// <param name="members">Findings that belong to it: what joined since its last revision no revision told of, and where a rule fired is kept all the same.</param>
    /// <param name="by">The verdict that mutes it; null where it is something else.</param>
    public Alert Clear(Alert alert, IEnumerable<FindingRow> members, ClearReason reason, AlertId? into, Verdict? by = null)
    {
        var lasted = RawUnits.Span(nowMs - alert.SinceMs);
        var end = reason switch
        {
            ClearReason.Merged => $"Part of alert {into}.",
            ClearReason.Muted when by is not null => $"Muted since {_sentences.Time(nowMs)} by verdict {by.Number} ({by.Word.ToString().ToLowerInvariant()}, {OneLine.Of(by.Who, 64)}): still scored, not told of.",
            ClearReason.Muted => $"In maintenance or drained since {_sentences.Time(nowMs)}: still scored, not told of.",
            ClearReason.Gone => "Its nodes are watched no more.",
            _ => $"Over at {_sentences.Time(nowMs)}, after {lasted}.",
        };
        return alert with
        {
            Revision = alert.Revision + 1,
            UpdatedMs = nowMs,
            ClearedMs = nowMs,
            Reason = reason,
            MergedInto = into,
            Fired = Signs.Fired(alert.Fired, members.Select(r => r.Finding)),
            Evidence = OneLine.Of($"{end} {alert.Evidence}", Sentences.MaxEvidence),
        };
    }
}
