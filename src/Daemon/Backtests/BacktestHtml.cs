using System.Globalization;
using System.Text;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Reports;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>The result as one file without a script and without anything from elsewhere: every text is escaped, plots are SVG within it.</summary>
internal static class BacktestHtml
{
    private const int MostRows = 2000;
    private const int MostLanes = 120;
    private const int Left = 130, Width = 1000, Lane = 16;

    public static string Of(BacktestResult r)
    {
        var lines = BacktestText.Lines(r).ToArray();
        var html = PlainPage.Begin("Backtest: what Tocsin would have said").Append("<h1>What Tocsin would have said</h1>\n");
        html.Append("<p class=\"said\">").AppendJoin("<br>\n", lines.Where(l => l.Length > 0 && !l.StartsWith("  2", StringComparison.Ordinal) && !l.StartsWith("  ...", StringComparison.Ordinal)).Select(Text)).Append("</p>\n");
        html.Append("<h2>Over time</h2>\n").Append(Plot(r));
        html.Append("<p class=\"f\">A lane a node. Bars: alerts, red where they count for an incident or nothing is known of any, orange where they count for none. Below them, grey: known incidents.</p>\n");
        html.Append("<h2>Alerts</h2>\n<table><thead><tr><th scope=\"col\">Since (UTC)</th><th scope=\"col\">Lasted</th><th scope=\"col\">Raised after</th><th scope=\"col\">Cause, kind, severity</th><th scope=\"col\">What it would have said</th></tr></thead><tbody>\n");
        foreach (var a in r.Told.Take(MostRows))
        {
            html.Append($"<tr><td>{BacktestText.Time(a.SinceMs)}</td><td>{BacktestText.Lasted(a)}</td><td>{BacktestText.Span((a.RaisedMs - a.SinceMs) / 3_600_000.0)}</td>");
            html.Append($"<td>{Schema.Word(a.Cause)}, {Schema.Word(a.Kind)}, {Schema.Word(a.Severity)}</td><td>{Text(a.Evidence)}</td></tr>\n");
        }
        html.Append("</tbody></table>\n");
        if (r.Hits is { } hits)
        {
            html.Append("<h2>Known incidents</h2>\n<table><thead><tr><th scope=\"col\">Start (UTC)</th><th scope=\"col\">Alert</th><th scope=\"col\">What is known</th><th scope=\"col\">What Tocsin would have said</th></tr></thead><tbody>\n");
            foreach (var o in hits.Outcomes.OrderBy(o => o.Incident.StartMs).Take(MostRows))
            {
                html.Append($"<tr><td>{BacktestText.Time(o.Incident.StartMs)}</td><td>{BacktestText.Seen(o)}</td>");
                html.Append($"<td>{Text(BacktestText.Where(o.Incident) + o.Incident.What)}</td><td>{(o.Alert is null ? "" : Text(o.Alert.Summary))}</td></tr>\n");
            }
            html.Append("</tbody></table>\n");
        }
        return PlainPage.End(html, ". Times are UTC. Made by the daemon's own shards of nodes and alerts; left out: the comparison of a job's nodes with each other, and what is learned on the way.");
    }

    private static string Plot(BacktestResult r)
    {
        var lanes = r.Nodes.OrderByDescending(n => r.Told.Count(a => a.Nodes.Contains(n))).Take(MostLanes).Order(StringComparer.Ordinal).ToArray();
        var height = (lanes.Length * Lane) + 26;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Left + Width + 10} {height}\" role=\"img\" aria-label=\"Alerts and incidents of each node over time\">\n");
        var wrong = (r.Hits?.False ?? []).Select(a => a.Id).ToHashSet();
        for (var i = 0; i < lanes.Length; i++)
        {
            var y = (i * Lane) + 2;
            svg.Append($"<text x=\"{Left - 8}\" y=\"{y + 11}\" text-anchor=\"end\">{Text(lanes[i])}</text><rect x=\"{Left}\" y=\"{y + 12}\" width=\"{Width}\" height=\"1\" fill=\"#8884\"/>");
            foreach (var a in r.Told.Where(a => a.Nodes.Contains(lanes[i])))
                Bar(svg, r.Range, a.SinceMs, a.ClearedMs ?? r.Range.UntilMs, y, 7, wrong.Contains(a.Id) ? "#e08a00" : "#c33");
            foreach (var o in r.Hits?.Outcomes.Where(o => o.Incident.IsOn([lanes[i]])) ?? [])
                Bar(svg, r.Range, o.Incident.StartMs, o.Incident.EndMs ?? r.Range.UntilMs, y + 8, 4, "#778");
        }
        for (var tick = 0; tick <= 4; tick++)
        {
            var at = r.Range.FromMs + ((r.Range.UntilMs - r.Range.FromMs) * tick / 4);
            svg.Append($"<text x=\"{Left + (Width * tick / 4)}\" y=\"{height - 6}\" text-anchor=\"{(tick == 0 ? "start" : tick == 4 ? "end" : "middle")}\">{BacktestText.Time(at)}</text>");
        }
        return svg.Append("\n</svg>\n").ToString();
    }

    private static void Bar(StringBuilder svg, TimeRangeMs range, long fromMs, long untilMs, int y, int height, string colour)
    {
        double X(long ms) => Left + (Width * Math.Clamp((ms - range.FromMs) / (double)(range.UntilMs - range.FromMs), 0, 1));
        var (from, until) = (X(fromMs), X(untilMs));
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{from:0.#}\" y=\"{y}\" width=\"{Math.Max(2, until - from):0.#}\" height=\"{height}\" fill=\"{colour}\"/>");
    }

    private static string Text(string text) => PlainPage.Text(text);
}
