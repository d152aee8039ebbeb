using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>GET /api/v1/alerts</c> and <c>/api/v1/alerts/{id}</c>: what is stored.</summary>
internal static class AlertRoutes
{
    public const int MaxLimit = 1000;

    public static readonly JsonObject AlertSchema = Schema.Object(
        ("id", Schema.Text("cluster-number")),
        ("revision", Schema.Whole("1, 2, 3 ...: whoever has seen a higher one ignores this")),
        ("change?", Schema.OneOf("in streams and webhooks: what happened", "raised", "updated", "cleared")),
        ("why?", Schema.Text("of an update: what changed")),
        ("status", Schema.OneOf("", "open", "cleared")),
        ("labels", Schema.Object(("alertname", Schema.Text()), ("cluster", Schema.Text()), ("node?", Schema.Text()), ("job?", Schema.Text("JobID")), ("switch?", Schema.Text()), ("source?", Schema.Text()), ("kind", Schema.Text()))),
        ("cause", Schema.Words<AlertCause>("who shows it: the node, all nodes of the job, a shared part")),
        ("kind", Schema.Words<FaultKind>("the part of the machine that shows it now")),
        ("fault_class", Schema.Words<ForecastClass>("what class of fault the fault model expects in the next interval; unclassified: no model serves, or it cannot tell")),
        ("fault_probability?", Schema.Number("of a fault in that interval, 0 to 1; missing where no model says anything")),
        ("fault_node?", Schema.Text("whose it is: of the nodes the one whose fault is likeliest")),
        ("fault_model?", Schema.Whole("the model's version")),
        ("fault_said?", Schema.Time("when the model said so")),
        ("severity", Schema.Words<Severity>()),
        ("since", Schema.Time("its onset")),
        ("raised", Schema.Time()),
        ("updated", Schema.Time()),
        ("cleared?", Schema.Time()),
        ("clear_reason?", Schema.Words<ClearReason>()),
        ("merged_into?", Schema.Text("the id of the alert that it became part of")),
        ("job?", Schema.Object(("id", Schema.Text()), ("start", Schema.Time()))),
        ("nodes", Schema.List(Schema.Text(), "who shows it, at most 64 of node_count")),
        ("node_count", Schema.Whole()),
        ("out_of", Schema.Whole("watched nodes of the job, the switch or the site; 1 for a node")),
        ("score?", Schema.Number()),
        ("threshold?", Schema.Number()),
        ("top", Schema.List(Schema.Object(("metric", Schema.Text()), ("unit", Schema.Text()), ("share?", Schema.Number()), ("value?", Schema.Number()), ("expected?", Schema.Number()), ("spread?", Schema.Number()), ("device?", Schema.Text())))),
        ("summary", Schema.Text("one short line")),
        ("evidence", Schema.Text("the sentences an operator decides by, in raw units")),
        ("verdict?", Schema.Object(
            ("id", Schema.Whole()), ("verdict", Schema.Words<VerdictWord>()), ("scope", Schema.Words<VerdictScope>()), ("who", Schema.Text()), ("given", Schema.Time()), ("until?", Schema.Time()), ("note", Schema.Text()))));

    public static readonly JsonNode Example = JsonNode.Parse("""
        {"id": "hpc-17", "revision": 2, "status": "open", "labels": {"alertname": "TocsinNode", "cluster": "hpc", "node": "cn0421", "kind": "memory"},
         "cause": "node", "kind": "memory", "fault_class": "ram", "fault_probability": 0.83, "fault_node": "cn0421", "fault_model": 4, "fault_said": "2026-01-31T14:05:00.000Z", "severity": "warning", "since": "2026-01-31T14:02:15.000Z", "raised": "2026-01-31T14:02:45.000Z", "updated": "2026-01-31T14:07:15.000Z",
         "job": {"id": "8812345", "start": "2026-01-31T09:10:00.000Z"}, "nodes": ["cn0421"], "node_count": 1, "out_of": 1, "score": 11.2, "threshold": 6.1,
         "top": [{"metric": "memory_available_bytes", "unit": "bytes", "share": 0.71, "value": 3.3e9, "expected": 4.4e10, "spread": 4.3e9}],
         "summary": "cn0421: node fault likely (memory)",
         "evidence": "cn0421: node fault likely (memory). Job 8812345: the other 63 nodes normal. MemAvailable 3.1 GiB, expected 41 +- 4 GiB, since 14:02."}
        """)!;

    public static IEnumerable<ApiRoute> All(IAlertReader alerts, IVerdictDesk verdicts, TimeProvider clock)
    {
        yield return new ApiRoute("GET", "/api/v1/alerts", Roles.Read, "Alerts that were open between from and until, the newest first", c => ListAsync(c, alerts, verdicts, clock))
        {
            Parameters =
            [
                QueryText.Query("from", "still open at it, or cleared after it; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T14:00:00Z"),
                QueryText.Query("until", "raised before it; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T15:00:00Z"),
                QueryText.Query("node", "NodeName", Schema.Text(), "cn0421"),
                QueryText.Query("job", "JobID", Schema.Text(), "8812345"),
                QueryText.Query("kind", "the part of the machine", Schema.Words<FaultKind>(), "memory"),
                QueryText.Query("severity", "at least", Schema.Words<Severity>(), "warning"),
                QueryText.Query("open", "only those that are open, or only those that are not", Schema.OneOf("", "true", "false"), "true"),
                QueryText.Query("limit", "1 to 1000", Schema.Whole(), 100),
                QueryText.Query("before", "the answer's next: the page after it", Schema.Whole(), 17),
                QueryText.Query("format", $"csv: all of them as comma-separated values, the newest first, at most 100,000; columns {string.Join(", ", AlertCsv.Head)}", Schema.OneOf("", "json", "csv"), "json"),
            ],
            Answers =
            [
                new ApiAnswer(200, "A page of alerts", ApiJson.Type, Schema.Object(("alerts", Schema.List((JsonObject)AlertSchema.DeepClone())), ("next", Schema.OrNull(Schema.Whole("null: this was the last page")))),
                    new JsonObject { ["alerts"] = new JsonArray(Example.DeepClone()), ["next"] = null }),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(503, "The store cannot be asked now"),
            ],
        };
        yield return new ApiRoute("GET", "/api/v1/alerts/{id}", Roles.Read, "One alert as its latest revision has it", c => OneAsync(c, alerts, verdicts, clock))
        {
            Parameters = [new ApiParameter("id", "path", "cluster-number", Schema.Text(), "hpc-17")],
            Answers = [new ApiAnswer(200, "The alert", ApiJson.Type, (JsonObject)AlertSchema.DeepClone(), Example.DeepClone()), new ApiAnswer(404, "No such alert"), new ApiAnswer(503, "The store cannot be asked now")],
        };
    }

    /// <summary>Null where it is none.</summary>
    public static AlertId? Id(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash > 0 && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new AlertId(text[..dash], number) : null;
    }

    /// <summary>The newest that stands on each.</summary>
    private static async Task<Dictionary<AlertId, Verdict>> VerdictsAsync(IVerdictDesk verdicts, IEnumerable<Alert> alerts, TimeProvider clock, CancellationToken stop) =>
        (await verdicts.FindAsync(new VerdictQuery([.. alerts.Select(a => a.Id)], Standing: true, StandingMs: clock.GetUtcNow().ToUnixTimeMilliseconds(), Limit: int.MaxValue), stop))
            .GroupBy(v => v.Verdict.Alert).ToDictionary(g => g.Key, g => g.First().Verdict);

    private static async Task ListAsync(HttpContext context, IAlertReader alerts, IVerdictDesk verdicts, TimeProvider clock)
    {
        var words = new QueryText(context);
        var query = new AlertQuery(
            // One more than is shown says whether there is a next page.

            words.Time("from"), words.Time("until"), words.Text("node"), words.Text("job"), words.Word<FaultKind>("kind"), words.Word<Severity>("severity"), words.Flag("open"),
            words.Long("before"), words.Whole("limit", 100, 1, MaxLimit) + 1);
        var format = words.Word<ListFormat>("format");
        if (words.Problem() is { } problem)
        {
            await ApiError.AnswerAsync(context, 400, problem);
            return;
        }
        if (format == ListFormat.Csv)
        {
            await AlertCsv.SendAsync(context, alerts, query);
            return;
        }
        var found = await alerts.FindAsync(query, context.RequestAborted);
        var said = await VerdictsAsync(verdicts, found, clock, context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("alerts");
            foreach (var alert in found.Take(query.Limit - 1))
                AlertJson.Write(json, alert, verdict: said.GetValueOrDefault(alert.Id));
            json.WriteEndArray();
            if (found.Count == query.Limit)
                json.WriteNumber("next", found[query.Limit - 2].Id.Number);
            else
                json.WriteNull("next");
            json.WriteEndObject();
        });
    }

    private static async Task OneAsync(HttpContext context, IAlertReader alerts, IVerdictDesk verdicts, TimeProvider clock)
    {
        var text = (string)context.GetRouteValue("id")!;
        if (Id(text) is { } id && await alerts.FindAsync(id, context.RequestAborted) is { } alert)
        {
            var said = await VerdictsAsync(verdicts, [alert], clock, context.RequestAborted);
            await WriteAsync(context, json => AlertJson.Write(json, alert, verdict: said.GetValueOrDefault(id)));
        }
        else
            await ApiError.AnswerAsync(context, 404, $"there is no alert '{text}'");
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = ApiJson.Type;
        context.Response.Headers.CacheControl = "no-store";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder }))
            write(json);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
