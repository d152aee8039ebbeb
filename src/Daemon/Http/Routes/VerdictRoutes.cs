using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>POST /api/v1/alerts/{id}/verdict</c>, <c>GET /api/v1/verdicts</c> and <c>DELETE /api/v1/verdicts/{id}</c>: what operators say of alerts.</summary>
internal sealed class VerdictRoutes(IVerdictDesk desk, Gate gate, TimeProvider clock)
{
    private const int MaxLimit = 1000;

    public IEnumerable<ApiRoute> All()
    {
        yield return new ApiRoute("POST", "/api/v1/alerts/{id}/verdict", Roles.Operate, "Says what an alert was; false and expected mute what is like it, from now on and until then", GiveAsync)
        {
            Changes = LiveTopic.Verdicts,
            Parameters =
            [
                new ApiParameter("id", "path", "cluster-number", Schema.Text(), "hpc-17"),
                QueryText.Query("preview", "true: only says what it would have done to the alerts of the last 7 days", Schema.OneOf("", "true", "false"), "true"),
            ],
            Body = new ApiBody("application/json", "What it was", Schema.Object(
                ("verdict", Schema.Words<VerdictWord>("fault: it was right; expected: it is known; false: a false alarm")),
                ("scope?", Schema.Words<VerdictScope>("how far it reaches; node where it is left out")),
                ("until?", Schema.Text("a time, or how long from now, e.g. 7d; without it until it is undone; not of a fault")),
                ("note?", Schema.Text("why, at most 500 characters")),
                ("metric?", Schema.Text("of scope metric; the one that carries most of it where it is left out")),
                ("who?", Schema.Text("where no tokens are asked for; else it is the token's name"))),
                JsonNode.Parse("""{"verdict": "false", "scope": "node", "until": "7d", "note": "a known leak of the licence daemon"}""")),
            Answers =
            [
                new ApiAnswer(200, "It is kept and in the log (the same again gives the one that stands); or, of a preview, what it would do", ApiJson.Type, Given, GivenExample),
                new ApiAnswer(400, "It does not fit the alert, or a word is nonsense"),
                new ApiAnswer(404, "No such alert"),
                new ApiAnswer(409, "It would hide a confirmed fault, or another verdict on the alert says otherwise"),
                new ApiAnswer(413, "Larger than 16 KiB"),
                new ApiAnswer(415, "Not application/json"),
                new ApiAnswer(503, "The store cannot be asked now, or the log does not take it now: then it is kept and told again"),
            ],
        };
        yield return new ApiRoute("GET", "/api/v1/verdicts", Roles.Read, "Verdicts, the newest first", ListAsync)
        {
            Parameters =
            [
                QueryText.Query("alert", "cluster-number", Schema.Text(), "hpc-17"),
                QueryText.Query("verdict", "what was said", Schema.Words<VerdictWord>(), "false"),
                QueryText.Query("stands", "only those that are neither undone nor over, or only the others", Schema.OneOf("", "true", "false"), "true"),
                QueryText.Query("limit", "1 to 1000", Schema.Whole(), 100),
                QueryText.Query("before", "the answer's next: the page after it", Schema.Whole(), 3),
            ],
            Answers =
            [
                new ApiAnswer(200, "A page of verdicts", ApiJson.Type, Schema.Object(("verdicts", Schema.List(VerdictJson.Schema)), ("next", Schema.OrNull(Schema.Whole("null: this was the last page")))),
                    new JsonObject { ["verdicts"] = new JsonArray(VerdictJson.Example), ["next"] = null }),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(503, "The store cannot be asked now"),
            ],
        };
        yield return new ApiRoute("DELETE", "/api/v1/verdicts/{id}", Roles.Operate, "Undoes a verdict: what it muted is told of again, at once where it lasts", UndoAsync)
        {
            Changes = LiveTopic.Verdicts,
            Parameters = [new ApiParameter("id", "path", "of the verdict", Schema.Whole(), 3)],
            Answers =
            [
                new ApiAnswer(200, "It is undone (again does no harm): the verdict as it now is", ApiJson.Type, Given, GivenExample),
                new ApiAnswer(400, "No number"),
                new ApiAnswer(404, "No such verdict"),
                new ApiAnswer(503, "The store cannot be asked now, or the log does not take it now: then it is kept and told again"),
            ],
        };
    }

    private static JsonObject Given => Schema.Object(("verdict", VerdictJson.Schema), ("preview", Schema.OrNull(VerdictPreviewJson.Schema)));

    private static JsonObject GivenExample => new() { ["verdict"] = VerdictJson.Example, ["preview"] = VerdictPreviewJson.Example };

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task GiveAsync(HttpContext context)
    {
        var query = new QueryText(context);
        var preview = query.Flag("preview") ?? false;
        // A page in a browser can post text to loopback without asking, JSON it cannot.
        if (context.Request.ContentType?.Split(';')[0].Trim() is not "application/json" and var type)
            await ApiError.AnswerAsync(context, 415, $"Content-Type is '{type}', expected application/json");
        else if (LibraryRoutes.FromElsewhere(context))
            await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
        else if (query.Problem() is { } problem)
            await ApiError.AnswerAsync(context, 400, problem);
        else if (AlertRoutes.Id((string)context.GetRouteValue("id")!) is not { } id)
            await ApiError.AnswerAsync(context, 404, $"there is no alert '{context.GetRouteValue("id")}'");
        else
        {
            using var body = await BodyReader.ReadAsync(context, VerdictBody.MaxBytes);
            var (words, wrong) = VerdictBody.Read(body.Memory.Span, gate.Holder(context)?.Name, NowMs);
            if (words is null)
                await ApiError.AnswerAsync(context, 400, wrong!);
            else
                await AnswerAsync(context, await desk.GiveAsync(id, words, !preview, context.RequestAborted));
        }
    }

    private async Task UndoAsync(HttpContext context)
    {
        if (LibraryRoutes.FromElsewhere(context))
            await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
        else if (!long.TryParse((string)context.GetRouteValue("id")!, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            await ApiError.AnswerAsync(context, 400, "id: expected the number of a verdict");
        else
            await AnswerAsync(context, await desk.UndoAsync(number, gate.Holder(context)?.Name ?? "anyone", context.RequestAborted));
    }

    private async Task ListAsync(HttpContext context)
    {
        var words = new QueryText(context);
        var alert = words.Text("alert");
        var limit = words.Whole("limit", 100, 1, MaxLimit);
        var query = new VerdictQuery(
            alert is null ? null : AlertRoutes.Id(alert) is { } id ? [id] : [], words.Word<VerdictWord>("verdict"), words.Flag("stands"), NowMs, false, words.Long("before"), limit + 1);
        if (words.Problem() is { } problem)
        {
            await ApiError.AnswerAsync(context, 400, problem);
            return;
        }
        var found = await desk.FindAsync(query, context.RequestAborted);
        await ApiJson.WriteAsync(context, new VerdictListJson([.. found.Take(limit).Select(v => VerdictJson.Of(v, NowMs))], found.Count > limit ? found[limit - 1].Verdict.Number : null));
    }

    private Task AnswerAsync(HttpContext context, VerdictAnswer answer) => answer.Problem is { } problem
        ? ApiError.AnswerAsync(context, answer.Status, problem)
        : ApiJson.WriteAsync(context, new GivenVerdictJson(VerdictJson.Of(answer.Verdict!, NowMs), answer.Preview is { } preview ? VerdictPreviewJson.Of(preview, NowMs) : null));
}
