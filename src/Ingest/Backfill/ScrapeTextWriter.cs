using System.Globalization;
using System.Text;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Backfill;

/// <summary>Turns series with their points into scrapes with their series: Prometheus text, one body a time.</summary>
internal static class ScrapeTextWriter
{
    /// <summary>In the order of their times. A point that is NaN is none.</summary>
    public static IEnumerable<(long TimeMs, string Body)> Write(IReadOnlyList<QuerySeries> series)
    {
        var heads = series.Select(s => Head(s.Series)).ToArray();
        var next = new int[series.Count];
        var body = new StringBuilder();
        foreach (var time in series.SelectMany(s => s.Points.Select(p => p.TimeMs)).Distinct().Order().ToArray())
        {
            body.Clear();
            for (var s = 0; s < series.Count; s++)
            {
                var points = series[s].Points;
                if (next[s] == points.Count || points[next[s]].TimeMs != time)
                    continue;
                var value = points[next[s]++].Value;
                if (!double.IsNaN(value))
                    body.Append(heads[s]).Append(' ').Append(Number(value)).Append('\n');
            }
            if (body.Length > 0)
                yield return (time, body.ToString());
        }
    }

    private static string Number(double value) =>
        double.IsInfinity(value) ? value > 0 ? "+Inf" : "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Head(SeriesId series)
    {
        if (series.Labels.Count == 0)
            return series.Name;
        var labels = series.Labels.Select(l => $"{l.Key}=\"{l.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"");
        return $"{series.Name}{{{string.Join(',', labels)}}}";
    }
}
