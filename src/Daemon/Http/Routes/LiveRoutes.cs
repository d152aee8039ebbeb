using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record BriefJobJson(string JobId, string JobName);

internal sealed record BriefNodeJson(string Node, NodeCondition Condition, bool Muted, float Score, float Threshold, int? Pattern, IReadOnlyList<BriefJobJson> Jobs)
{
    public static BriefNodeJson Of(NodeView v) => new(
        v.Node.Name, v.Condition, v.Muted, v.Score, v.Threshold, v.Match is { Matched: true } m ? m.Pattern : null, [.. v.Jobs.Select(j => new BriefJobJson(j.JobId, j.JobName))]);
}

internal sealed record NodeChangesJson(string Cluster, string Now, string AsOf, bool All, int Total, IReadOnlyList<BriefNodeJson> Nodes);

internal sealed record ScoresJson(string Node, string First, long StepMs, IReadOnlyList<float> Scores, IReadOnlyList<float> Thresholds);

/// <summary>What a picture of the cluster is kept up to date with: nodes that changed, and the latest scores of one.</summary>
internal static class LiveRoutes
{
    public static IEnumerable<ApiRoute> All(NodeDirectory nodes, string cluster, NodesAsOf asOf)
    {
        yield return new ApiRoute("GET", "/api/v1/nodes/changes", Roles.Read, "Nodes in brief that changed since the answer before: 5,000 nodes can be followed every other second", c => ChangesAsync(c, nodes, asOf))
        {
            Parameters = [QueryText.Query("since", "the as_of of the answer before; without it: all nodes", Schema.Text(), "1769850000000.42")],
            Answers =
            [
                new ApiAnswer(200, "What changed", ApiJson.Type, Schema.Object(
                    ("cluster", Schema.Text()), ("now", Schema.Time("by the daemon's clock")), ("as_of", Schema.Text("ask with it next")),
                    ("all", Schema.Flag("these are all nodes: forget the others")), ("total", Schema.Whole("nodes watched")),
                    ("nodes", Schema.List(Schema.Object(
                        ("node", Schema.Text("Slurm's NodeName")), ("condition", Schema.Words<NodeCondition>()), ("muted", Schema.Flag()), ("score", Schema.OrNull(Schema.Number())), ("threshold", Schema.OrNull(Schema.Number())),
                        ("pattern", Schema.OrNull(Schema.Whole("null: none fits, or none was looked for"))), ("jobs", Schema.List(Schema.Object(("job_id", Schema.Text()), ("job_name", Schema.Text())))))))),
                    JsonNode.Parse("""
                        {"cluster": "hpc", "now": "2026-01-31T14:05:31.000Z", "as_of": "1769850000000.42", "all": true, "total": 1, "nodes": [{"node": "cn0421", "condition": "anomalous", "muted": false,
                         "score": 11.2, "threshold": 6.1, "pattern": 3, "jobs": [{"job_id": "8812345", "job_name": "lattice"}]}]}
                        """)),
                new ApiAnswer(400, "A parameter is nonsense"),
            ],
        };
        yield return new ApiRoute("GET", "/api/v1/nodes/{key}/scores", Roles.Read, "The latest scores of one node with their thresholds: four hours at 15 s, since the daemon's start", c => ScoresAsync(c, nodes, cluster))
        {
            Parameters =
            [
                new ApiParameter("key", "path", "NodeName, or cluster%2FNodeName", Schema.Text(), "cn0421"),
                QueryText.Query("from", "unix seconds or ISO 8601", Schema.Text(), "2026-01-31T14:00:00Z"),
                QueryText.Query("until", "exclusive; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T15:00:00Z"),
            ],
            Answers =
            [
                new ApiAnswer(200, "Scores on the grid of the cadence, in three digits", ApiJson.Type, Schema.Object(
                    ("node", Schema.Text()), ("first", Schema.Time("of the first score")), ("step_ms", Schema.Whole()),
                    ("scores", Schema.List(Schema.OrNull(Schema.Number()), "null: no frame, or none that was scored")), ("thresholds", Schema.List(Schema.OrNull(Schema.Number()), "as many"))),
                    JsonNode.Parse("""{"node": "cn0421", "first": "2026-01-31T14:00:00.000Z", "step_ms": 15000, "scores": [1.25, null, 7.5], "thresholds": [6.1, null, 6.1]}""")),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(404, "Not watched"),
            ],
        };
    }

    private static Task ChangesAsync(HttpContext context, NodeDirectory nodes, NodesAsOf asOf)
    {
        var query = new QueryText(context);
        var since = query.Text("since", 60);
        if (query.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        return ApiJson.WriteAsync(context, asOf.Tell(nodes.Since(asOf.Version(since)), nodes.Count));
    }

    private static Task ScoresAsync(HttpContext context, NodeDirectory nodes, string cluster)
    {
        var query = new QueryText(context);
        var text = ((string)context.GetRouteValue("key")!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var key = query.Node("key", text, cluster);
        var (from, until) = (query.Time("from"), query.Time("until"));
        if (query.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        if (nodes.Find(key) is null)
            return ApiError.AnswerAsync(context, 404, $"node '{text}' is not watched; /api/v1/nodes lists those that are");
        var scores = nodes.Scores;
        var stretch = scores.Read(key, Math.Max(0, from ?? 0), until ?? long.MaxValue);
        return ApiJson.WriteAsync(context, new ScoresJson(key.Name, Iso.Tick(stretch.First, scores.StepMs), scores.StepMs, stretch.Scores, stretch.Thresholds));
    }
}
