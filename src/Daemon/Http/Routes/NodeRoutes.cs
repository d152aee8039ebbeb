using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Serve;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record JobJson(string JobId, string JobName, string? User, string Start)
{
    public static JobJson Of(JobRun job) => new(job.JobId, job.JobName, job.User, Iso.Text(job.StartMs)!);
}

internal sealed record ShareJson(string Metric, float Share);

internal sealed record MatchJson(int Pattern, int Nearest, float Distance, float Confidence, int HeadFrames);

internal sealed record NodeJson(
    string Cluster, string Node, NodeCondition Condition, string? Since, bool Muted, string? Frame, float Score, float Threshold, IReadOnlyList<ShareJson> Top,
    string? SegmentStart, IReadOnlyList<JobJson> Jobs, MatchJson? Match, long LibraryVersion, string? SchedulerState)
{
    public static NodeJson Of(NodeView v) => new(
        v.Node.Cluster, v.Node.Name, v.Condition, Iso.Text(v.SinceMs), v.Muted, Iso.Text(v.FrameMs), v.Score, v.Threshold,
        [.. v.Top.Select(t => new ShareJson(t.Metric, t.Share))], Iso.Text(v.SegmentStartMs), [.. v.Jobs.Select(JobJson.Of)],
        v.Match is { } m ? new MatchJson(m.Pattern, m.Nearest, m.Distance, m.Confidence, m.HeadFrames) : null, v.LibraryVersion, v.SchedulerState);
}

internal sealed record NodeListJson(IReadOnlyList<NodeJson> Nodes, int Total, IReadOnlyDictionary<string, int> ByCondition, string? Next);

/// <summary><c>GET /api/v1/nodes</c> and <c>/api/v1/nodes/{key}</c>.</summary>
internal static class NodeRoutes
{
    private static readonly JsonObject NodeSchema = Schema.Object(
        ("cluster", Schema.Text()),
        ("node", Schema.Text("Slurm's NodeName")),
        ("condition", Schema.Words<NodeCondition>("stale: no data; anomalous: data, and a score above the threshold; down: the scheduler says so")),
        ("since", Schema.OrNull(Schema.Time("when it came to be in that condition"))),
        ("muted", Schema.Flag("in maintenance or drained: scored, not notified, not learned")),
        ("frame", Schema.OrNull(Schema.Time("of the latest frame"))),
        ("score", Schema.OrNull(Schema.Number())),
        ("threshold", Schema.OrNull(Schema.Number())),
        ("top", Schema.List(Schema.Object(("metric", Schema.Text()), ("share", Schema.Number("of the score, 0 to 1"))), "the metrics that carry the score, largest share first")),
        ("segment_start", Schema.OrNull(Schema.Time())),
        ("jobs", Schema.List(Schema.Object(("job_id", Schema.Text()), ("job_name", Schema.Text()), ("user", Schema.OrNull(Schema.Text())), ("start", Schema.Time())), "empty: idle")),
        ("match", Schema.OrNull(Schema.Object(
            ("pattern", Schema.Whole("-1: none fits")), ("nearest", Schema.Whole()), ("distance", Schema.OrNull(Schema.Number("in radii of the nearest pattern"))),
            ("confidence", Schema.OrNull(Schema.Number("0 to 1"))), ("head_frames", Schema.Whole("of the segment, on which the match rests"))))),
        ("library_version", Schema.Whole("that the segment is pinned to; 0: none")),
        ("scheduler_state", Schema.OrNull(Schema.Text("as the scheduler wrote it"))));

    private static readonly JsonNode Example = JsonNode.Parse("""
        {"cluster": "hpc", "node": "cn0421", "condition": "anomalous", "since": "2026-01-31T14:02:15.000Z", "muted": false, "frame": "2026-01-31T14:05:30.000Z",
         "score": 11.2, "threshold": 6.1, "top": [{"metric": "memory_available_bytes", "share": 0.71}], "segment_start": "2026-01-31T09:10:00.000Z",
         "jobs": [{"job_id": "8812345", "job_name": "lattice", "user": "user-3f9a1c20beef", "start": "2026-01-31T09:10:00.000Z"}],
         "match": {"pattern": 3, "nearest": 3, "distance": 0.6, "confidence": 0.93, "head_frames": 40}, "library_version": 2, "scheduler_state": "ALLOCATED"}
        """)!;

    public static IEnumerable<ApiRoute> All(NodeDirectory nodes, string cluster)
    {
        yield return new ApiRoute("GET", "/api/v1/nodes", Roles.Read, "The watched nodes, by name, as they are now", c => ListAsync(c, nodes))
        {
            Parameters =
            [
                QueryText.Query("condition", "only nodes in it", Schema.Words<NodeCondition>(), "anomalous"),
                QueryText.Query("job", "only nodes that run this JobID", Schema.Text(), "8812345"),
                QueryText.Query("limit", "1 to 10000", Schema.Whole(), 1000),
                QueryText.Query("after", "the answer's next: the page after it", Schema.Text(), "hpc/cn0421"),
            ],
            Answers =
            [
                new ApiAnswer(200, "A page of nodes; total and by_condition are over all nodes", ApiJson.Type, Schema.Object(
                    ("nodes", Schema.List((JsonObject)NodeSchema.DeepClone())),
                    ("total", Schema.Whole()),
                    ("by_condition", Schema.Object([.. Enum.GetValues<NodeCondition>().Select(c => (Schema.Word(c), Schema.Whole()))])),
                    ("next", Schema.OrNull(Schema.Text("null: this was the last page")))),
                    new JsonObject
                    {
                        ["nodes"] = new JsonArray(Example.DeepClone()),
                        ["total"] = 1,
                        ["by_condition"] = new JsonObject { ["unknown"] = 0, ["normal"] = 0, ["anomalous"] = 1, ["stale"] = 0, ["down"] = 0 },
                        ["next"] = null,
                    }),
                new ApiAnswer(400, "A parameter is nonsense"),
            ],
        };
        yield return new ApiRoute("GET", "/api/v1/nodes/{**key}", Roles.Read, "One node as it is now", c => OneAsync(c, nodes, cluster))
        {
            Parameters = [new ApiParameter("key", "path", "NodeName, or cluster/NodeName", Schema.Text(), "cn0421")],
            Answers = [new ApiAnswer(200, "The node", ApiJson.Type, (JsonObject)NodeSchema.DeepClone(), Example.DeepClone()), new ApiAnswer(404, "Not watched")],
        };
    }

    private static Task ListAsync(HttpContext context, NodeDirectory nodes)
    {
        var query = new QueryText(context);
        var condition = query.Word<NodeCondition>("condition");
        var job = query.Text("job");
        var limit = query.Whole("limit", 1000, 1, 10_000);
        var after = query.Text("after", NodeKey.MaxLength * 2 + 1);
        if (query.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        var all = nodes.Nodes.ToList();
        var counts = Enum.GetValues<NodeCondition>().ToDictionary(Schema.Word, c => all.Count(n => n.Condition == c));
        var page = all
            .Where(n => (condition is null || n.Condition == condition) && (job is null || n.Jobs.Any(j => j.JobId == job)))
            .Select(n => (Key: n.Node.ToString(), View: n))
            .Where(n => after is null || string.CompareOrdinal(n.Key, after) > 0)
            .OrderBy(n => n.Key, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        var next = page.Count > limit ? page[limit - 1].Key : null;
        return ApiJson.WriteAsync(context, new NodeListJson([.. page.Take(limit).Select(n => NodeJson.Of(n.View))], all.Count, counts, next));
    }

    private static Task OneAsync(HttpContext context, NodeDirectory nodes, string cluster)
    {
        // The server leaves an escaped slash as it is: it would be one more part of the path.
        var text = ((string)context.GetRouteValue("key")!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var slash = text.IndexOf('/');
        var known = slash < 0 ? NodeKey.TryParse(cluster, text, out var key) : NodeKey.TryParse(text[..slash], text[(slash + 1)..], out key);
        return known && nodes.Find(key) is { } view
            ? ApiJson.WriteAsync(context, NodeJson.Of(view))
            : ApiError.AnswerAsync(context, 404, $"node '{text}' is not watched; /api/v1/nodes lists those that are");
    }
}
