using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Labels;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record LabelJson(long Id, string Cluster, string Node, string From, string Until, FaultKind? Fault, string Who, string Note, string Given, string? Undone, string? UndoneBy)
{
    public static LabelJson Of(Label l) => new(l.Number, l.Node.Cluster, l.Node.Name, Iso.Text(l.FromMs)!, Iso.Text(l.UntilMs)!, l.Fault, l.Who, l.Note, Iso.Text(l.GivenMs)!, Iso.Text(l.UndoneMs), l.UndoneBy);
}

internal sealed record LabelListJson(IReadOnlyList<LabelJson> Labels, long? Next);

internal sealed record SuggestionJson(string From, string Until, string By, string? Metric, float Peak);

internal sealed record SuggestionsJson(IReadOnlyList<SuggestionJson> Suggestions);

/// <summary><c>/api/v1/labels</c> and <c>/api/v1/nodes/{key}/suggestions</c>: what stretches of a node's time were, by those who know.</summary>
internal sealed class LabelRoutes(ILabelDesk desk, NodeDirectory nodes, Gate gate, string cluster, TimeProvider clock)
{
    private const int MaxLimit = 1000;
    private const int MostRows = 100_000;

    private static readonly string[] Head = ["id", "cluster", "node", "from", "until", "label", "fault", "who", "note", "given"];

    private static JsonObject One => Schema.Object(
        ("id", Schema.Whole()), ("cluster", Schema.Text()), ("node", Schema.Text()), ("from", Schema.Time()), ("until", Schema.Time("exclusive")), ("fault", Schema.OrNull(Schema.Words<FaultKind>("null: it was normal"))),
        ("who", Schema.Text("the token's name")), ("note", Schema.Text()), ("given", Schema.Time()), ("undone", Schema.OrNull(Schema.Time())), ("undone_by", Schema.OrNull(Schema.Text())));

    private static JsonNode Example => JsonNode.Parse("""
        {"id": 5, "cluster": "hpc", "node": "cn0421", "from": "2026-01-31T14:02:15.000Z", "until": "2026-01-31T14:20:00.000Z", "fault": "memory", "who": "ada", "note": "a DIMM was changed",
         "given": "2026-01-31T15:00:00.000Z", "undone": null, "undone_by": null}
        """)!;

    public IEnumerable<ApiRoute> All()
    {
        yield return new ApiRoute("GET", "/api/v1/labels", Roles.Read, "What operators marked, the newest first", ListAsync)
        {
            Parameters =
            [
                QueryText.Query("node", "NodeName, or cluster/NodeName", Schema.Text(), "cn0421"),
                QueryText.Query("from", "unix seconds or ISO 8601", Schema.Text(), "2026-01-31T14:00:00Z"),
                QueryText.Query("until", "exclusive; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T15:00:00Z"),
                QueryText.Query("limit", "1 to 1000", Schema.Whole(), 100),
                QueryText.Query("before", "the answer's next: the page after it", Schema.Whole(), 5),
                QueryText.Query("format", "csv: all of them as comma-separated values, the oldest first, at most 100,000", Schema.OneOf("", "json", "csv"), "json"),
            ],
            Answers =
            [
                new ApiAnswer(200, "A page of labels; those that are undone are not among them", ApiJson.Type, Schema.Object(("labels", Schema.List(One)), ("next", Schema.OrNull(Schema.Whole("null: this was the last page")))),
                    new JsonObject { ["labels"] = new JsonArray(Example), ["next"] = null }),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(503, "The store cannot be asked now"),
            ],
        };
        yield return new ApiRoute("POST", "/api/v1/labels", Roles.Operate, "Marks a stretch of a node's time as a fault of a kind, which is never learned from, or as normal", AddAsync)
        {
            Changes = LiveTopic.Labels,
            Body = new ApiBody("application/json", "What it was", Schema.Object(
                ("node", Schema.Text("NodeName, or cluster/NodeName")), ("from", Schema.Text("unix seconds or ISO 8601")), ("until", Schema.Text("exclusive")), ("label", Schema.OneOf("", "fault", "normal")),
                ("fault?", Schema.Words<FaultKind>("of a fault its kind; unknown where it is left out")), ("note?", Schema.Text("at most 500 characters")), ("who?", Schema.Text("where no tokens are asked for; else it is the token's name"))),
                JsonNode.Parse("""{"node": "cn0421", "from": "2026-01-31T14:02:15Z", "until": "2026-01-31T14:20:00Z", "label": "fault", "fault": "memory", "note": "a DIMM was changed"}""")),
            Answers =
            [
                new ApiAnswer(200, "It is kept; the same again by the same gives the one that stands", ApiJson.Type, One, Example),
                new ApiAnswer(400, "A word is nonsense"),
                new ApiAnswer(413, "Larger than 16 KiB"),
                new ApiAnswer(415, "Not application/json"),
                new ApiAnswer(503, "The store does not take it now"),
            ],
        };
        yield return new ApiRoute("DELETE", "/api/v1/labels/{id}", Roles.Operate, "Undoes a label", UndoAsync)
        {
            Changes = LiveTopic.Labels,
            Parameters = [new ApiParameter("id", "path", "of the label", Schema.Whole(), 5)],
            Answers = [new ApiAnswer(200, "It is undone (again does no harm)", ApiJson.Type, One, Example), new ApiAnswer(400, "No number"), new ApiAnswer(404, "No such label"), new ApiAnswer(503, "The store does not take it now")],
        };
        yield return new ApiRoute("GET", "/api/v1/nodes/{key}/suggestions", Roles.Read, "Stretches of a node's time that detectors find strange, to be marked or not", SuggestAsync)
        {
            Parameters = [new ApiParameter("key", "path", "NodeName, or cluster%2FNodeName", Schema.Text(), "cn0421")],
            Answers =
            [
                new ApiAnswer(200, "By time, at most 50, of what is kept in memory", ApiJson.Type, Schema.Object(("suggestions", Schema.List(Schema.Object(
                    ("from", Schema.Time()), ("until", Schema.Time("exclusive")), ("by", Schema.OneOf("score: over its threshold; k-sigma: a metric far from where it usually is", "score", "k-sigma")),
                    ("metric", Schema.OrNull(Schema.Text("of k-sigma"))), ("peak", Schema.Number("thresholds, or deviations")))))),
                    JsonNode.Parse("""{"suggestions": [{"from": "2026-01-31T14:02:15.000Z", "until": "2026-01-31T14:20:00.000Z", "by": "score", "metric": null, "peak": 1.8}]}""")),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(404, "Not watched"),
            ],
        };
    }

    private async Task ListAsync(HttpContext context)
    {
        var words = new QueryText(context);
        var limit = words.Whole("limit", 100, 1, MaxLimit);
        NodeKey? node = words.Text("node") is { } text ? words.Node("node", text, cluster) : null;
        var query = new LabelQuery(node, words.Time("from"), words.Time("until"), Before: words.Long("before"), Limit: limit + 1);
        var format = words.Word<ListFormat>("format");
        if (words.Problem() is { } problem)
        {
            await ApiError.AnswerAsync(context, 400, problem);
            return;
        }
        if (format == ListFormat.Csv)
        {
            var all = await desk.FindAsync(query with { Limit = MostRows }, context.RequestAborted);
            await CsvText.SendAsync(context, "labels.csv", Head, all.Reverse().Select(l => (IEnumerable<string?>)
                [l.Number.ToString(CultureInfo.InvariantCulture), l.Node.Cluster, l.Node.Name, Iso.Text(l.FromMs), Iso.Text(l.UntilMs), l.Fault is null ? "normal" : "fault", l.Fault is { } kind ? Schema.Word(kind) : "", l.Who, l.Note, Iso.Text(l.GivenMs)]));
            return;
        }
        var found = await desk.FindAsync(query, context.RequestAborted);
        await ApiJson.WriteAsync(context, new LabelListJson([.. found.Take(limit).Select(LabelJson.Of)], found.Count > limit ? found[limit - 1].Number : null));
    }

    private async Task AddAsync(HttpContext context)
    {
        if (await Operated.ReadAsync(context, "node", "from", "until", "label", "fault", "note", "who") is not { } fields)
            return;
        var label = LabelBody.Read(fields, cluster, gate.Holder(context)?.Name, clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (fields.Problem is { } problem)
            await ApiError.AnswerAsync(context, 400, problem);
        else
            await ApiJson.WriteAsync(context, LabelJson.Of(await desk.AddAsync(label, context.RequestAborted)));
    }

    private async Task UndoAsync(HttpContext context)
    {
        if (LibraryRoutes.FromElsewhere(context))
            await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
        else if (!long.TryParse((string)context.GetRouteValue("id")!, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            await ApiError.AnswerAsync(context, 400, "id: expected the number of a label");
        else if (await desk.UndoAsync(number, clock.GetUtcNow().ToUnixTimeMilliseconds(), gate.Holder(context)?.Name ?? "anyone", context.RequestAborted) is { } label)
            await ApiJson.WriteAsync(context, LabelJson.Of(label));
        else
            await ApiError.AnswerAsync(context, 404, $"there is no label {number}");
    }

    private Task SuggestAsync(HttpContext context)
    {
        var query = new QueryText(context);
        var text = ((string)context.GetRouteValue("key")!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var key = query.Node("key", text, cluster);
        if (query.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        if (nodes.Find(key) is null)
            return ApiError.AnswerAsync(context, 404, $"node '{text}' is not watched; /api/v1/nodes lists those that are");
        return ApiJson.WriteAsync(context, new SuggestionsJson([.. Suggestions.Of(nodes, key).Select(s => new SuggestionJson(Iso.Text(s.FromMs)!, Iso.Text(s.UntilMs)!, s.Metric is null ? "score" : "k-sigma", s.Metric, s.Peak))]));
    }
}

/// <summary>How a list is written.</summary>
internal enum ListFormat
{
    Json,
    Csv,
}
