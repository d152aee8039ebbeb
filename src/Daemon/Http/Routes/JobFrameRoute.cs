using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Frames;
using Tocsin.Inference.Preparation;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record JobNodeJson(string Node, NodeCondition? Condition, float Off, IReadOnlyList<float> Values);

internal sealed record JobMetricJson(string Metric, string Unit, Treatment Treatment, float Off, string Node);

internal sealed record JobFramesJson(
    string JobId, string JobName, string? User, string? Start, string? End, int NodeCount, string? Metric, string? Unit, Treatment? Treatment, string First, long StepMs,
    IReadOnlyList<JobNodeJson> Nodes, IReadOnlyList<float> Median, IReadOnlyList<JobMetricJson> Ranked);

/// <summary><c>GET /api/v1/jobs/{id}/frames</c>: the nodes of a job against one another.</summary>
internal static class JobFrameRoute
{
    /// <summary>Of one job; its first ones by name are compared.</summary>
    private const int MostNodes = 4096;

    public static ApiRoute Of(NodeDirectory nodes, IHistoryReader history, string cluster) => new("GET", "/api/v1/jobs/{id}/frames", Roles.Read, "One metric of all nodes of a job over time, and how far each node is off the others", c => FramesAsync(c, nodes, history, cluster))
    {
        Parameters =
        [
            new ApiParameter("id", "path", "JobID; of several runs the latest", Schema.Text(), "8812345"),
            QueryText.Query("metric", "without it the one that tells the nodes apart most", Schema.Text(), "cpu_user_share"),
            QueryText.Query("from", "unix seconds or ISO 8601", Schema.Text(), "2026-01-31T14:00:00Z"),
            QueryText.Query("until", "exclusive; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T15:00:00Z"),
        ],
        Answers =
        [
            new ApiAnswer(200, "What is kept in memory of the job's nodes (limits.frames); at most 4,096 nodes and 60,000 values, fewer ticks where there would be more", ApiJson.Type, Schema.Object(
                ("job_id", Schema.Text()), ("job_name", Schema.Text()), ("user", Schema.OrNull(Schema.Text())), ("start", Schema.OrNull(Schema.Time())), ("end", Schema.OrNull(Schema.Time("exclusive; null: it runs"))),
                ("node_count", Schema.Whole("of the job")), ("metric", Schema.OrNull(Schema.Text("null: nothing is kept"))), ("unit", Schema.OrNull(Schema.Text())),
                ("treatment", Schema.OrNull((JsonObject)FrameRoutes.TreatmentSchema.DeepClone())), ("first", Schema.Time("of the first value")), ("step_ms", Schema.Whole("from one value to the next")),
                ("nodes", Schema.List(Schema.Object(
                    ("node", Schema.Text()), ("condition", Schema.OrNull(Schema.Words<NodeCondition>("now"))),
                    ("off", Schema.OrNull(Schema.Number("from the median of the nodes over the latest 8 ticks, in robust deviations; null: not known, or fewer than 3 nodes"))),
                    ("values", Schema.List(Schema.OrNull(Schema.Number())))))),
                ("median", Schema.List(Schema.OrNull(Schema.Number()), "of the nodes")),
                ("ranked", Schema.List(Schema.Object(("metric", Schema.Text()), ("unit", Schema.Text()), ("treatment", (JsonObject)FrameRoutes.TreatmentSchema.DeepClone()), ("off", Schema.Number("of the node that is furthest off")), ("node", Schema.Text())), "all metrics, the one that tells the nodes apart most first"))),
                JsonNode.Parse("""
                    {"job_id": "8812345", "job_name": "lattice", "user": "user-3f9a1c20beef", "start": "2026-01-31T09:10:00.000Z", "end": null, "node_count": 3, "metric": "cpu_user_share", "unit": "share", "treatment": "level",
                     "first": "2026-01-31T14:00:00.000Z", "step_ms": 15000, "nodes": [{"node": "cn0421", "condition": "anomalous", "off": -9.4, "values": [0.97, 0.12]}], "median": [0.97, 0.96],
                     "ranked": [{"metric": "cpu_user_share", "unit": "share", "treatment": "level", "off": 9.4, "node": "cn0421"}]}
                    """)),
            new ApiAnswer(400, "A parameter is nonsense"),
            new ApiAnswer(404, "No such job"),
            new ApiAnswer(503, "The store cannot be asked now"),
        ],
    };

    private static async Task FramesAsync(HttpContext context, NodeDirectory nodes, IHistoryReader history, string cluster)
    {
        var query = new QueryText(context);
        var id = ((string)context.GetRouteValue("id")!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var metric = query.Text("metric");
        var (from, until) = (query.Time("from"), query.Time("until"));
        if (query.Problem() is { } problem)
        {
            await ApiError.AnswerAsync(context, 400, problem);
            return;
        }
        var run = (await history.FindAsync(new JobQuery(JobId: id, Limit: 1), context.RequestAborted)).FirstOrDefault(r => r.JobId == id);
        // Those that run it now are known at once; the store's word may be a commit behind.
        var now = nodes.Nodes.Where(n => n.Jobs.Any(j => j.JobId == id && (run?.StartMs is null || j.StartMs >= run.StartMs))).ToList();
        if (run is null && now.Count == 0)
        {
            await ApiError.AnswerAsync(context, 404, $"no job '{id}' is known; /api/v1/jobs lists those that are");
            return;
        }
        var job = now.SelectMany(n => n.Jobs).FirstOrDefault(j => j.JobId == id);
        var start = run?.StartMs ?? job?.StartMs ?? 0;
        var keys = Keys(run, now, cluster);
        foreach (var key in keys)
            nodes.Frames.Want(key);
        var frames = nodes.Frames;
        var curves = JobCurves.Of(frames, keys, metric, frames.Tick(Math.Max(start, from ?? 0)), frames.Tick(Math.Min(run?.EndMs ?? long.MaxValue, until ?? long.MaxValue)));
        await ApiJson.WriteAsync(context, new JobFramesJson(
            id, run?.JobName is { Length: > 0 } name ? name : job?.JobName ?? "", run?.User ?? job?.User, Iso.Text(start), Iso.Text(run?.EndMs), Math.Max(run?.NodeCount ?? 0, keys.Count),
            curves.Metric?.Name, curves.Metric?.Unit, curves.Metric?.Treatment, Iso.Tick(curves.First, frames.StepMs), frames.StepMs * curves.Stride,
            [.. curves.Nodes.Select(n => new JobNodeJson(n.Node.Name, nodes.Find(n.Node)?.Condition, n.Off, n.Values))], curves.Median,
            [.. curves.Ranked.Select(r => new JobMetricJson(r.Metric.Name, r.Metric.Unit, r.Metric.Treatment, r.Off, r.Furthest.Name))]));
    }

    private static List<NodeKey> Keys(JobEvent? run, List<NodeView> now, string cluster)
    {
        var keys = now.Select(n => n.Node).ToHashSet();
        if (run is not null && Hostlist.Expand(run.NodeList, out var names) is null)
        {
            foreach (var name in names)
            {
                if (NodeKey.TryParse(cluster, name, out var key))
                    keys.Add(key);
            }
        }
        return [.. keys.OrderBy(k => k.Name, StringComparer.Ordinal).Take(MostNodes)];
    }
}
