using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Checkpointing.Actions;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>/api/v1/actions</c>: what is done, and what operators say of it. Each word is stored before it is answered.</summary>
internal sealed class ActionRoutes(IActionDesk desk, Gate gate, string cluster, TimeProvider clock)
{
    private const int MaxLimit = 1000;

    private static readonly string[] Words = ["who", "note", "until", "node", "job"];

    public IEnumerable<ApiRoute> All()
    {
        yield return new ApiRoute("GET", "/api/v1/actions", Roles.Read, "Actions, the newest first, with vetoes and what holds them", ListAsync)
        {
            Parameters =
            [
                QueryText.Query("open", "only those that are not over, or whose outcome a human has to look at (unknown); or only the others", Schema.OneOf("", "true", "false"), "true"),
                QueryText.Query("limit", "1 to 1000", Schema.Whole(), 100),
                QueryText.Query("before", "the answer's next: the page after it", Schema.Whole(), 5),
            ],
            Answers =
            [
                new ApiAnswer(200, "A page of actions", ApiJson.Type, ActionsJson.Shape, new JsonObject
                {
                    ["dry_run"] = false, ["held"] = null, ["actions"] = new JsonArray(ActionJson.Example), ["vetoes"] = new JsonArray(VetoJson.Example), ["nodes_out"] = new JsonArray("cn0421"), ["next"] = null,
                }),
                new ApiAnswer(400, "A parameter is nonsense"),
            ],
        };
        yield return Said("/api/v1/actions/{id}/veto", "An operator's no to an action: it beats whatever has not run yet", OperatorWord.Veto);
        yield return Said("/api/v1/actions/{id}/force", "Skips the policy; preconditions, vetoes and brakes hold all the same. One that came to nothing is proposed anew", OperatorWord.Force);
        yield return Said("/api/v1/actions/{id}/approve", "Lets one go on that waits for an operator", OperatorWord.Approve);
        yield return Said("/api/v1/actions/{id}/close", "A human looked at one whose outcome nobody could tell", OperatorWord.Close);
        yield return Said("/api/v1/actions/veto", "An operator's no to whatever is about a node or a job, or, with neither, to everything", OperatorWord.Veto);
        yield return Said("/api/v1/actions/hold", "Nothing is done any more until it is released", OperatorWord.Hold);
        yield return Said("/api/v1/actions/resume", "Releases what was held", OperatorWord.Resume);
        yield return new ApiRoute("DELETE", "/api/v1/actions/vetoes/{id}", Roles.Operate, "Takes a veto back", c => SayAsync(c, OperatorWord.Unveto))
        {
            Parameters = [new ApiParameter("id", "path", "of the veto", Schema.Whole(), 2)],
            Answers = [.. Answered],
        };
    }

    private static IEnumerable<ApiAnswer> Answered =>
    [
        new ApiAnswer(200, "It is stored and holds", ApiJson.Type, Schema.Object(("done", Schema.Flag()), ("says", Schema.Text("one sentence")), ("action", Schema.OrNull(Schema.Whole("that it is about")))),
            JsonNode.Parse("""{"done": true, "says": "veto 2 holds", "action": 5}""")),
        new ApiAnswer(400, "A word is nonsense"),
        new ApiAnswer(404, "No such action or veto"),
        new ApiAnswer(409, "It cannot be now, or nothing is decided here"),
        new ApiAnswer(413, "Larger than 16 KiB"),
        new ApiAnswer(415, "Not application/json"),
        new ApiAnswer(503, "The log does not take it now, or the supervisor has not read it yet: then it is stored and holds as soon as it has"),
    ];

    private ApiRoute Said(string path, string summary, OperatorWord word) => new("POST", path, Roles.Operate, summary, c => SayAsync(c, word))
    {
        Parameters = path.Contains("{id}", StringComparison.Ordinal) ? [new ApiParameter("id", "path", "of the action", Schema.Whole(), 5)] : [],
        Body = new ApiBody("application/json", "Who says it and why", Schema.Object(
            ("note?", Schema.Text("why, at most 500 characters")), ("until?", Schema.Text("of a veto: a time, or how long from now, e.g. 7d; without it until it is taken back")),
            ("node?", Schema.Text("of a veto of no action: NodeName")), ("job?", Schema.Text("of a veto of no action: JobID")), ("who?", Schema.Text("where no tokens are asked for; else it is the token's name"))),
            JsonNode.Parse("""{"note": "is being repaired"}""")),
        Answers = [.. Answered],
    };

    private Task ListAsync(HttpContext context)
    {
        var words = new QueryText(context);
        var (open, limit, before) = (words.Flag("open"), words.Whole("limit", 100, 1, MaxLimit), words.Long("before"));
        if (words.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        if (desk.Options is not { } options)
            return ApiJson.WriteAsync(context, new ActionsJson(true, null, [], [], [], null));
        if (desk.View is not { } view)
            return ApiJson.WriteAsync(context, new ActionsJson(options.Enabled.Count == 0, null, [], [], [], null));
        var found = view.Actions.Values.Reverse().Where(a => (before is null || a.Action.Id.Number < before) && (open is null || (a.Action.Open || a.Action.State is Unknown) == open)).Take(limit + 1).ToList();
        return ApiJson.WriteAsync(context, new ActionsJson(
            options.Enabled.Count == 0, view.Hold is { } hold ? OneLine.Of($"{hold.Who}: {hold.Note}", 200) : null, [.. found.Take(limit).Select(ActionJson.Of)], [.. view.Vetoes.Values.Select(VetoJson.Of)],
            ActionsJson.Out(view), found.Count > limit ? found[limit - 1].Action.Id.Number : null));
    }

    private async Task SayAsync(HttpContext context, OperatorWord word)
    {
        JsonFields? fields = null;
        if (word == OperatorWord.Unveto)
        {
            if (LibraryRoutes.FromElsewhere(context))
            {
                await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
                return;
            }
        }
        else if ((fields = await Operated.ReadAsync(context, Words)) is null)
        {
            return;
        }
        var said = Read(context, word, fields, out var problem);
        if ((problem ?? fields?.Problem) is { } wrong)
        {
            await ApiError.AnswerAsync(context, 400, wrong);
            return;
        }
        var answer = await desk.SayAsync(said!, context.RequestAborted);
        if (answer.Status >= 300)
            await ApiError.AnswerAsync(context, answer.Status, answer.Says);
        else
            await ApiJson.WriteAsync(context, new OperatedJson(true, answer.Says, answer.Action));
    }

    private OperatorSaid? Read(HttpContext context, OperatorWord word, JsonFields? fields, out string? problem)
    {
        problem = null;
        long? number = null;
        if (context.GetRouteValue("id") is string text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                problem = "id: expected a number";
                return null;
            }
            number = id;
        }
        NodeKey? node = null;
        if (fields?.Text("node", NodeKey.MaxLength) is { } name)
        {
            if (!NodeKey.TryParse(cluster, name, out var key))
                fields.Wrong($"node: '{OneLine.Of(name, 60)}' is no node's name");
            node = key;
        }
        long? until = null;
        if (fields?.Text("until", 64) is { } when)
        {
            until = Until(when);
            if (until is null)
                fields.Wrong($"until: '{OneLine.Of(when, 60)}', expected a time, or how long from now, e.g. 7d");
            else if (until <= clock.GetUtcNow().ToUnixTimeMilliseconds())
                fields.Wrong($"until: '{OneLine.Of(when, 60)}' is over already (times are UTC where they say nothing else)");
        }
        return new OperatorSaid(
            word, number, node, fields?.Text("job", 64), OneLine.Of(gate.Holder(context)?.Name ?? fields?.Text("who", OperatorSaid.MaxWho) ?? "anyone", OperatorSaid.MaxWho),
            OneLine.Of(fields?.Text("note", OperatorSaid.MaxNote) ?? "", OperatorSaid.MaxNote), until);
    }

    private long? Until(string text) =>
        DurationText.TryParse(text, out var span) && span > TimeSpan.Zero ? (clock.GetUtcNow() + span).ToUnixTimeMilliseconds()
        : Ingest.Recordings.EventTime.TryParse(text, out var ms) ? ms : null;
}
