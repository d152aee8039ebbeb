using System.Globalization;
using System.Text;

namespace Tocsin.Daemon.Reports;

/// <summary>One node's run as a small SVG: when it was not watched, its alerts, and the score over its threshold as far as it is remembered.</summary>
internal static class NodePlot
{
    private const int Width = 320, Height = 44, Bar = 6, MostPoints = 320;

    public static string Of(NodeReport node, RunFacts run)
    {
        var svg = new StringBuilder();
        svg.Append($"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{ReportHtml.Text($"{node.Facts.Name}: {node.Alerts.Count} alerts, watched {JudgeRules.Percent(node.Time.Watched)}")}\">");
        svg.Append($"<rect y=\"{Height - Bar}\" width=\"{Width}\" height=\"{Bar}\" fill=\"#bcc6cf\"/>");
        foreach (var segment in node.Facts.Segments.Where(s => s.Pattern is not null))
            Box(svg, run, segment.StartMs, segment.EndMs ?? run.UntilMs, Height - Bar, Bar, "#5a9e6f", 1);
        foreach (var alert in node.Alerts.Where(a => !a.Dismissed))
            Box(svg, run, alert.Alert.SinceMs, alert.Alert.ClearedMs ?? run.UntilMs, 0, Height - Bar - 2, "#d33", 0.22);
        Scores(svg, node.Facts.Scores, run);
        return svg.Append("</svg>").ToString();
    }

    private static void Box(StringBuilder svg, RunFacts run, long fromMs, long untilMs, int y, int height, string colour, double opacity)
    {
        var (from, until) = (X(run, fromMs), X(run, untilMs));
        if (until > from)
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{from:0.#}\" y=\"{y}\" width=\"{Math.Max(1, until - from):0.#}\" height=\"{height}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>");
    }

    /// <summary>Score over threshold, up to three times it; of many points the highest of each pixel. The line is the threshold.</summary>
    private static void Scores(StringBuilder svg, IReadOnlyList<ScorePoint> points, RunFacts run)
    {
        const int Area = Height - Bar - 4;
        const double Most = 3;
        var highest = new SortedDictionary<int, double>();
        foreach (var point in points.Where(p => p.Threshold > 0))
        {
            var x = (int)(X(run, point.TimeMs) * MostPoints / Width);
            highest[x] = Math.Max(highest.GetValueOrDefault(x), Math.Clamp(point.Score / point.Threshold, 0, Most));
        }
        if (highest.Count == 0)
            return;
        double Y(double ratio) => 2 + (Area * (1 - (ratio / Most)));
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"0\" x2=\"{Width}\" y1=\"{Y(1):0.#}\" y2=\"{Y(1):0.#}\" stroke=\"#888\" stroke-dasharray=\"3 3\"/>");
        svg.Append("<polyline fill=\"none\" stroke=\"#27c\" points=\"");
        foreach (var (x, ratio) in highest)
            svg.Append(CultureInfo.InvariantCulture, $"{x * (double)Width / MostPoints:0.#},{Y(ratio):0.#} ");
        svg.Append("\"/>");
    }

    private static double X(RunFacts run, long timeMs) =>
        Width * Math.Clamp((double)(timeMs - run.FromMs) / Math.Max(1, run.UntilMs - run.FromMs), 0, 1);
}
