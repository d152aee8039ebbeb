using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Reports;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record ReportAlertJson(
    string Id, string Summary, string Evidence, AlertCause Cause, FaultKind Kind, string Since, string? Cleared, IReadOnlyList<FindingSource> Sources, VerdictWord? Verdict);

internal sealed record ReportNodeJson(string Node, double Watched, IReadOnlyDictionary<string, double> Shares, IReadOnlyList<string> Alerts, IReadOnlyList<string> Rules, string Peers);

internal sealed record ReportRunJson(
    RunJson Run, Blame Blame, string Sentence, IReadOnlyList<string> Reasons, double Watched, double Seen, IReadOnlyList<ReportAlertJson> Alerts, IReadOnlyList<ReportNodeJson> Nodes);

internal sealed record ReportJson(string Cluster, string JobId, string Now, Blame Blame, string Sentence, IReadOnlyList<ReportRunJson> Runs)
{
    public static ReportJson Of(JobReport report) => new(
        report.Cluster, report.JobId, Iso.Text(report.NowMs)!, report.Judgement.Blame, report.Judgement.Sentence, [.. report.Runs.Select(Of)]);

    private static ReportRunJson Of(RunReport run) => new(
        RunJson.Of(run.Facts.Run), run.Judgement.Blame, run.Judgement.Sentence, run.Judgement.Reasons, Math.Round(run.Watched, 4), Math.Round(run.Seen, 4),
        [.. run.Facts.Alerts.Select(a => new ReportAlertJson(
            a.Alert.Id.ToString(), a.Alert.Summary, a.Alert.Evidence, a.Alert.Cause, a.Alert.Kind, Iso.Text(a.Alert.SinceMs)!, Iso.Text(a.Alert.ClearedMs),
            [.. a.Alert.Signs.Select(s => s.Source).Distinct()], a.Verdict?.Word))],
        [.. run.Nodes.Select(n => new ReportNodeJson(
            n.Facts.Name, Math.Round(n.Time.Watched, 4), n.Time.Shares.ToDictionary(s => Schema.Word(s.Key), s => Math.Round(s.Value, 4)), [.. n.Alerts.Select(a => a.Alert.Id.ToString())], n.Rules, n.Peers))]);
}

/// <summary><c>GET /api/v1/jobs/{id}/report</c>: was it the node or the code?</summary>
internal sealed class ReportRoute(ReportSource source, Gate gate)
{
    public ApiRoute Route() => new("GET", "/api/v1/jobs/{id}/report", Roles.Read, "Whether it was the node or the code, with what that rests on; a token of a user's sees that user's jobs", AnswerAsync)
    {
        OwnJobs = true,
        Parameters =
        [
            new ApiParameter("id", "path", "JobID", Schema.Text(), "8812345"),
            QueryText.Query("format", "json where it is left out", Schema.OneOf("", "json", "text", "html"), "text"),
        ],
        Answers =
        [
            new ApiAnswer(200, "The report; of format text and html as such", ApiJson.Type, Shape, Example),
            new ApiAnswer(400, "A parameter is nonsense"),
            new ApiAnswer(404, "No such job is known, or it is another user's"),
            new ApiAnswer(503, "The store cannot be asked now"),
        ],
    };

    private static JsonObject Shape => Schema.Object(
        ("cluster", Schema.Text()), ("job_id", Schema.Text()), ("now", Schema.Time()), ("blame", Schema.Words<Blame>()), ("sentence", Schema.Text()),
        ("runs", Schema.List(Schema.Object(
            ("run", HistoryRoutes.RunSchema), ("blame", Schema.Words<Blame>()), ("sentence", Schema.Text()), ("reasons", Schema.List(Schema.Text())),
            ("watched", Schema.Number("share of the run on its nodes that was held against a model, 0 to 1")), ("seen", Schema.Number("share of which there are data, 0 to 1")),
            ("alerts", Schema.List(Schema.Object(
                ("id", Schema.Text()), ("summary", Schema.Text()), ("evidence", Schema.Text()), ("cause", Schema.Words<AlertCause>()), ("kind", Schema.Words<FaultKind>()), ("since", Schema.Time()),
                ("cleared", Schema.OrNull(Schema.Time())), ("sources", Schema.List(Schema.Words<FindingSource>())), ("verdict", Schema.OrNull(Schema.Words<VerdictWord>()))), "the oldest first")),
            ("nodes", Schema.List(Schema.Object(
                ("node", Schema.Text()), ("watched", Schema.Number()), ("shares", Shares), ("alerts", Schema.List(Schema.Text())), ("rules", Schema.List(Schema.Text("that fired"))), ("peers", Schema.Text())), "with alerts first"))),
            "the newest first")));

    private static JsonObject Shares => Schema.Object([.. Enum.GetValues<Unwatched>().Select(u => (Schema.Word(u) + "?", Schema.Number()))]);

    private static JsonNode Example => JsonNode.Parse("""
        {"cluster": "hpc", "job_id": "8812345", "now": "2026-01-31T15:00:00.000Z", "blame": "node", "sentence": "The node: cn0421: node fault likely (memory), 40 min before the end; the job's other 63 nodes show nothing of it.",
         "runs": [{"run": {"job_id": "8812345", "job_name": "lattice", "user": "user-3f9a1c20beef", "state": "failed", "submit": null, "start": "2026-01-31T09:10:00.000Z", "end": "2026-01-31T14:42:00.000Z", "nodes": "cn[0421-0484]",
           "node_count": 64, "exit_code": "1:0", "source": "accounting", "as_of": "2026-01-31T14:43:00.000Z"}, "blame": "node", "sentence": "The node: cn0421: node fault likely (memory), 40 min before the end; the job's other 63 nodes show nothing of it.",
           "reasons": ["Alert hpc-17: cn0421: node fault likely (memory)."], "watched": 0.97, "seen": 1,
           "alerts": [{"id": "hpc-17", "summary": "cn0421: node fault likely (memory)", "evidence": "cn0421: node fault likely (memory).", "cause": "node", "kind": "memory", "since": "2026-01-31T14:02:00.000Z", "cleared": null, "sources": ["model"], "verdict": null}],
           "nodes": [{"node": "cn0421", "watched": 0.97, "shares": {"watched": 0.97, "too_short": 0.03}, "alerts": ["hpc-17"], "rules": [], "peers": "no difference found"}]}]}
        """)!;

    private async Task AnswerAsync(HttpContext context)
    {
        var words = new QueryText(context);
        var format = words.Text("format") ?? "json";
        var id = (string)context.GetRouteValue("id")!;
        if (words.Problem() is { } problem)
            await ApiError.AnswerAsync(context, 400, problem);
        else if (format is not ("json" or "text" or "html"))
            await ApiError.AnswerAsync(context, 400, $"format: '{OneLine.Of(format)}', expected json, text or html");
        else if (id.Length > NodeKey.MaxLength || await source.FindAsync(id, gate.Holder(context)?.User, context.RequestAborted) is not { } report)
            await ApiError.AnswerAsync(context, 404, $"no job '{OneLine.Of(id, 64)}' is known{(gate.Holder(context)?.User is null ? "" : " of yours")}");
        else if (format == "json")
            await ApiJson.WriteAsync(context, ReportJson.Of(report));
        else
        {
            context.Response.ContentType = format == "html" ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
            await context.Response.WriteAsync(format == "html" ? ReportHtml.Of(report) : ReportText.Of(report), context.RequestAborted);
        }
    }
}
