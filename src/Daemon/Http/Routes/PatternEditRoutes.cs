using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Actors.Learning;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record MemberJson(string Cluster, string Node, string Start, string Last, string JobName, bool Idle, int Frames)
{
    public static MemberJson Of(KeptSegment s) => new(s.Node.Cluster, s.Node.Name, Iso.Text(s.StartMs)!, Iso.Text(s.LastMs)!, s.JobName, s.Idle, s.Frames);
}

internal sealed record ShapeJson(string Metric, string Unit, Treatment Treatment, IReadOnlyList<string> With, IReadOnlyList<float> Mean, IReadOnlyList<float> Low, IReadOnlyList<float> High)
{
    public static ShapeJson Of(ShapeCurve c) => new(c.Metric.Name, c.Metric.Unit, c.Metric.Treatment, c.With, c.Mean, c.Low, c.High);
}

internal sealed record PatternLookJson(long LibraryVersion, long StepMs, bool Measured, int KeptCount, IReadOnlyList<MemberJson> Kept, IReadOnlyList<ShapeJson> Shape);

/// <summary><c>GET /api/v1/patterns/{id}</c>, <c>POST .../members</c> and <c>.../join</c>: what there is of a pattern, and what operators say of it.</summary>
internal sealed class PatternEditRoutes(IPatternDesk desk, Gate gate, string cluster, TimeSpan cadence)
{
    private static readonly ApiParameter Id = new("id", "path", "of the pattern in the active version", Schema.Whole(), 7);

    public IEnumerable<ApiRoute> All()
    {
        yield return new ApiRoute("GET", "/api/v1/patterns/{id}", Roles.Read, "The segments that are kept of a pattern, and how they begin; of none: those that are like no pattern", LookAsync)
        {
            Parameters = [new ApiParameter("id", "path", "of the pattern in the active version, or none", Schema.Text(), "none")],
            Answers =
            [
                new ApiAnswer(200, "The newest 200 kept segments, and the shape of the newest 24", ApiJson.Type, Schema.Object(
                    ("library_version", Schema.Whole()), ("step_ms", Schema.Whole("of the shape")), ("measured", Schema.Flag("false: no segment is kept, and the shape is the level that training found")),
                    ("kept_count", Schema.Whole()),
                    ("kept", Schema.List(Schema.Object(
                        ("cluster", Schema.Text()), ("node", Schema.Text()), ("start", Schema.Time()), ("last", Schema.Time("of the last frame that is kept")), ("job_name", Schema.Text()), ("idle", Schema.Flag()), ("frames", Schema.Whole())))),
                    ("shape", Schema.List(Schema.Object(
                        ("metric", Schema.Text("at most three of each group, twelve in all: those that tell the pattern from all others most")), ("unit", Schema.Text()), ("treatment", (JsonObject)FrameRoutes.TreatmentSchema.DeepClone()),
                        ("with", Schema.List(Schema.Text(), "metrics that move together with it")), ("mean", Column("of the segments, at each frame of the head")), ("low", Column("less the deviation among them")), ("high", Column("and that added")))))),
                    JsonNode.Parse("""
                        {"library_version": 2, "step_ms": 15000, "measured": true, "kept_count": 1, "kept": [{"cluster": "hpc", "node": "cn0421", "start": "2026-01-31T09:10:00.000Z", "last": "2026-01-31T10:10:00.000Z", "job_name": "lattice", "idle": false, "frames": 240}],
                         "shape": [{"metric": "cpu_user_share", "unit": "share", "treatment": "level", "with": ["cpu_idle_share"], "mean": [0.4, 0.97], "low": [0.2, 0.96], "high": [0.6, 0.98]}]}
                        """)),
                new ApiAnswer(400, "No number"),
                new ApiAnswer(404, "There is none of that number"),
            ],
        };
        yield return new ApiRoute("POST", "/api/v1/patterns/{id}/members", Roles.Operate, "Counts a kept segment to this pattern, and what is like it: a new version", MoveAsync)
        {
            Changes = LiveTopic.Library,
            Parameters = [Id],
            Body = new ApiBody("application/json", "The segment", Schema.Object(("node", Schema.Text("NodeName, or cluster/NodeName")), ("start", Schema.Text("its start, as it is listed")), ("who?", Schema.Text("where no tokens are asked for; else it is the token's name"))),
                JsonNode.Parse("""{"node": "cn0421", "start": "2026-01-31T09:10:00.000Z"}""")),
            Answers = Answers("It is; if it was not before, by a new version"),
        };
        yield return new ApiRoute("POST", "/api/v1/patterns/{id}/join", Roles.Operate, "Makes this pattern a part of another one: a new version", JoinAsync)
        {
            Changes = LiveTopic.Library,
            Parameters = [Id],
            Body = new ApiBody("application/json", "The one that stays", Schema.Object(("into", Schema.Whole()), ("who?", Schema.Text("where no tokens are asked for; else it is the token's name"))), JsonNode.Parse("""{"into": 3}""")),
            Answers = Answers("They are one, by a new version"),
        };
    }

    private static IReadOnlyList<ApiAnswer> Answers(string done) => [.. LibraryRoutes.Answers(done), new ApiAnswer(413, "Larger than 16 KiB"), new ApiAnswer(415, "Not application/json")];

    private static JsonObject Column(string description) => Schema.List(Schema.OrNull(Schema.Number()), description);

    private static int? Number(HttpContext context) =>
        int.TryParse((string)context.GetRouteValue("id")!, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private async Task LookAsync(HttpContext context)
    {
        var query = new QueryText(context);
        var id = (string)context.GetRouteValue("id")! == "none" ? IPatternDesk.Strangers : Number(context);
        if ((query.Problem() ?? (id is null ? "id: expected the number of a pattern, or none" : null)) is { } problem)
            await ApiError.AnswerAsync(context, 400, problem);
        else if (await desk.LookAsync(id!.Value, context.RequestAborted) is not { } look)
            await ApiError.AnswerAsync(context, 404, $"there is no pattern {id}; /api/v1/patterns lists those that are");
        else
            await ApiJson.WriteAsync(context, new PatternLookJson(
                look.Version, (long)cadence.TotalMilliseconds, look.Measured, look.MembersInAll, [.. look.Members.Select(MemberJson.Of)], [.. look.Shape.Select(ShapeJson.Of)]));
    }

    private async Task MoveAsync(HttpContext context)
    {
        if (await Operated.ReadAsync(context, "node", "start", "who") is not { } fields)
            return;
        var (text, start) = (fields.Text("node", (2 * NodeKey.MaxLength) + 1, needed: true), fields.Text("start", 60, needed: true));
        var slash = text?.IndexOf('/') ?? -1;
        var known = NodeKey.TryParse(slash < 0 ? cluster : text![..slash], slash < 0 ? text ?? "" : text![(slash + 1)..], out var node);
        if (text is not null && !known)
            fields.Wrong("node: expected a node's name, or cluster/name");
        var ms = 0L;
        if (start is not null && !EventTime.TryParse(start, out ms))
            fields.Wrong("start: expected unix seconds or ISO 8601");
        var who = Who(context, fields);
        if ((fields.Problem ?? (Number(context) is null ? "id: expected the number of a pattern" : null)) is { } problem)
            await ApiError.AnswerAsync(context, 400, problem);
        else
            await LibraryRoutes.AnswerAsync(context, await desk.MoveAsync(node, ms, Number(context)!.Value, who, context.RequestAborted));
    }

    private async Task JoinAsync(HttpContext context)
    {
        if (await Operated.ReadAsync(context, "into", "who") is not { } fields)
            return;
        var into = -1;
        if (fields.Text("into", 10, needed: true) is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out into))
            fields.Wrong("into: expected the number of a pattern");
        var who = Who(context, fields);
        if ((fields.Problem ?? (Number(context) is null ? "id: expected the number of a pattern" : null)) is { } problem)
            await ApiError.AnswerAsync(context, 400, problem);
        else
            await LibraryRoutes.AnswerAsync(context, await desk.JoinAsync(Number(context)!.Value, into, who, context.RequestAborted));
    }

    private string Who(HttpContext context, JsonFields fields) => gate.Holder(context)?.Name ?? fields.Text("who", 64) ?? "anyone";
}
