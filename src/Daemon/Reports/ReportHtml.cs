using System.Text;
using Tocsin.Daemon.Http;

namespace Tocsin.Daemon.Reports;

/// <summary>A report as one file without a script and without anything from elsewhere: every text is escaped, plots are SVG within it.</summary>
internal static class ReportHtml
{
    /// <summary>Nodes that are drawn; the others stand in the table alone.</summary>
    private const int MostDrawn = 64;

    public static string Of(JobReport report)
    {
        var html = PlainPage.Begin($"Job {report.JobId}: {JudgeRules.Word(report.Judgement.Blame)}");
        html.Append($"<h1>Job {Text(report.JobId)} on {Text(report.Cluster)}</h1>\n{Said(report.Judgement)}\n");
        foreach (var run in report.Runs)
            Add(html, run, report.Runs.Count > 1);
        return PlainPage.End(html, $", {Iso.Text(report.NowMs)}. Times are UTC.");
    }

    private static string Said(Judgement judged) => $"<p class=\"said {JudgeRules.Word(judged.Blame)}\">{Text(judged.Sentence)}</p>";

    private static void Add(StringBuilder html, RunReport run, bool several)
    {
        html.Append($"<h2>Run from {Iso.Text(run.Facts.FromMs)}</h2>\n<p>{Text(ReportText.Head(run))}</p>\n");
        if (several)
            html.Append(Said(run.Judgement)).Append('\n');
        html.Append("<ul>\n").AppendJoin("", run.Judgement.Reasons.Select(r => $"<li>{Text(r)}</li>\n")).Append("</ul>\n");
        html.Append("<table><thead><tr><th scope=\"col\">Node</th><th scope=\"col\">Watched</th><th scope=\"col\">What was found</th><th scope=\"col\">Score over threshold; alerts red; watched green</th></tr></thead><tbody>\n");
        for (var i = 0; i < run.Nodes.Count; i++)
        {
            var node = run.Nodes[i];
            var rest = ReportText.Rest(node.Time);
            html.Append($"<tr><th scope=\"row\">{Text(node.Facts.Name)}</th><td>{JudgeRules.Percent(node.Time.Watched)}{(rest.Length > 0 ? $"<br><span class=\"f\">{Text(rest)}</span>" : "")}</td><td>");
            html.AppendJoin("", node.Alerts.Select(a => $"{Text(a.Alert.Summary)} <span class=\"f\">({Text(a.Alert.Id.ToString())}, since {Iso.Text(a.Alert.SinceMs)})</span><br>"));
            html.AppendJoin("", node.Rules.Select(r => $"rule {Text(r)}<br>"));
            html.Append($"<span class=\"f\">peers: {Text(node.Peers)}</span></td><td>{(i < MostDrawn ? NodePlot.Of(node, run.Facts) : "")}</td></tr>\n");
        }
        html.Append("</tbody></table>\n");
    }

    public static string Text(string text) => PlainPage.Text(text);
}
