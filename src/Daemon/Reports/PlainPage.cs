using System.Net;
using System.Text;

namespace Tocsin.Daemon.Reports;

/// <summary>A page for a file: without a script and without anything from elsewhere, in light and dark; every text is escaped, plots are SVG within it.</summary>
internal static class PlainPage
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2733;background:#fff}
        h1{font-size:1.4rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin-top:2rem}
        .said{font-size:1.15rem;border-left:.4rem solid #888;padding:.4rem .8rem;background:#f3f5f7}
        .node,.shared{border-color:#c33}.code{border-color:#27c}.nothing{border-color:#293}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #dde3e8;vertical-align:top}
        td:first-child,th:first-child{white-space:nowrap}td{overflow-wrap:anywhere}
        svg{display:block;max-width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#1c2733}.f{color:#5a6772;font-size:.9rem}
        @media(prefers-color-scheme:dark){body{color:#dfe6ec;background:#14191f}.said{background:#1e252d}th,td{border-color:#333d47}.f{color:#9aa7b3}svg text{fill:#dfe6ec}}
        """;

    /// <param name="title">Hostile text.</param>
    public static StringBuilder Begin(string title) => new StringBuilder("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n")
        .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
        .Append($"<title>{Text(title)}</title>\n<style>{Style}</style>\n");

    /// <summary>The page, with a last line.</summary>
    public static string End(StringBuilder html, string words) => html.Append($"<p class=\"f\">Tocsin {Text(Serve.Build.Version)}{Text(words)}</p>\n</html>\n").ToString();

    public static string Text(string text) => WebUtility.HtmlEncode(OneLine.Of(text, 2000));
}
