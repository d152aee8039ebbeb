using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

/// <summary>Alerts as a table, for sheets and scripts.</summary>
internal static class AlertCsv
{
    private const int MostRows = 100_000;

    /// <summary>New columns come at the end: scripts count from the left.</summary>
    public static IReadOnlyList<string> Head { get; } =
    [
        "id", "revision", "status", "cause", "kind", "severity", "since", "raised", "updated", "cleared", "clear_reason", "job", "job_start", "nodes", "node_count", "out_of", "score", "threshold", "top_metrics", "summary", "evidence",
        "fault_class", "fault_probability", "fault_node", "fault_model", "fault_said",
    ];

    /// <summary>Page after page of the store: what is asked for at once stays small.</summary>
    public static async Task SendAsync(HttpContext context, IAlertReader alerts, AlertQuery query)
    {
        var rows = new List<IEnumerable<string?>>();
        while (rows.Count < MostRows)
        {
            var page = await alerts.FindAsync(query with { Limit = AlertQuery.MaxLimit }, context.RequestAborted);
            rows.AddRange(page.Select(Row));
            if (page.Count < AlertQuery.MaxLimit)
                break;
            query = query with { Before = page[^1].Id.Number };
        }
        await CsvText.SendAsync(context, "alerts.csv", Head, rows);
    }

    public static string Of(IEnumerable<Alert> alerts) => CsvText.Of(Head, alerts.Select(Row));

    private static IEnumerable<string?> Row(Alert a) =>
    [
        a.Id.ToString(), Text(a.Revision), a.Open ? "open" : "cleared", Schema.Word(a.Cause), Schema.Word(a.Kind), Schema.Word(a.Severity), Iso.Text(a.SinceMs), Iso.Text(a.RaisedMs), Iso.Text(a.UpdatedMs),
        Iso.Text(a.ClearedMs), a.Reason is { } reason ? Schema.Word(reason) : null, a.Job?.JobId, a.Job is { } job ? Iso.Text(job.StartMs) : null, string.Join(' ', a.Nodes), Text(a.NodeCount), Text(a.OutOf),
        a.Score > 0 ? a.Score.ToString("0.###", CultureInfo.InvariantCulture) : null, a.Threshold > 0 ? a.Threshold.ToString("0.###", CultureInfo.InvariantCulture) : null,
        string.Join(' ', a.Top.Select(t => t.Metric)), a.Summary, a.Evidence,
        Schema.Word(a.Forecast?.Class ?? ForecastClass.Unclassified), a.Forecast?.Probability.ToString("0.####", CultureInfo.InvariantCulture), a.Forecast?.Node, a.Forecast is { } said ? Text(said.Version) : null, Iso.Text(a.Forecast?.AtMs),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
