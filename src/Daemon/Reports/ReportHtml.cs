using System.Net;
using System.Text;
using Tocsin.Daemon.Http;

namespace Tocsin.Daemon.Reports;

/// <summary>A report as one file without a script and without anything from elsewhere: every text is escaped, plots are SVG within it.</summary>
internal static class ReportHtml
{
    /// <summary>Nodes that are drawn; the others stand in the table alone.</summary>
    private const int MostDrawn = 64;

    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#1c2733;background:#fff}
        h1{font-size:1.4rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin-top:2rem}
        .said{font-size:1.15rem;border-left:.4rem solid #888;padding:.4rem .8rem;background:#f3f5f7}
        .node,.shared{border-color:#c33}.code{border-color:#27c}.nothing{border-color:#293}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #dde3e8;vertical-align:top}
        svg{display:block}.f{color:#5a6772;font-size:.9rem}
        @media(prefers-color-scheme:dark){body{color:#dfe6ec;background:#14191f}.said{background:#1e252d}th,td{border-color:#333d47}.f{color:#9aa7b3}}
        """;

    public static string Of(JobReport report)
    {
        var html = new StringBuilder();
        html.Append($"<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        html.Append($"<title>Job {Text(report.JobId)}: {Text(JudgeRules.Word(report.Judgement.Blame))}</title>\n<style>{Style}</style>\n");
        html.Append($"<h1>Job {Text(report.JobId)} on {Text(report.Cluster)}</h1>\n{Said(report.Judgement)}\n");
        foreach (var run in report.Runs)
            Add(html, run, report.Runs.Count > 1);
        html.Append($"<p class=\"f\">Tocsin {Text(Serve.Build.Version)}, {Iso.Text(report.NowMs)}. Times are UTC.</p>\n</html>\n");
        return html.ToString();
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

    public static string Text(string text) => WebUtility.HtmlEncode(OneLine.Of(text, 2000));
}
