using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Frames;
using Tocsin.Inference.Preparation;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record RankedMetricJson(string Metric, string Unit, Treatment Treatment, float Off)
{
    public static RankedMetricJson Of(MetricOff m) => new(m.Metric.Name, m.Metric.Unit, m.Metric.Treatment, m.Off);
}

internal sealed record CurveJson(string Metric, string Unit, Treatment Treatment, IReadOnlyList<float> Values, IReadOnlyList<float> Expected, IReadOnlyList<float> Low, IReadOnlyList<float> High)
{
    public static CurveJson Of(FrameCurve c) => new(c.Metric.Name, c.Metric.Unit, c.Metric.Treatment, c.Values, c.Expected, c.Low, c.High);
}

internal sealed record FramesJson(string Node, string First, long StepMs, int Ticks, IReadOnlyList<CurveJson> Metrics, IReadOnlyList<RankedMetricJson> Ranked);

/// <summary><c>GET /api/v1/nodes/{key}/frames</c>: metrics of a node over time beside what the model expected of them.</summary>
internal static class FrameRoutes
{
    public const int MostMetrics = 12;
    private const int Usual = 4;

    public static readonly JsonObject TreatmentSchema = Schema.Words<Treatment>("level: as it stands; increase, decrease: its change per second; since_start: since the segment's first frames");

    public static readonly JsonObject RankedSchema = Schema.List(Schema.Object(
        ("metric", Schema.Text()), ("unit", Schema.Text()), ("treatment", (JsonObject)TreatmentSchema.DeepClone()), ("off", Schema.Number("spreads from what was expected, the mean over the latest 20 frames"))),
        "all metrics of the library, the furthest off first");

    public static IEnumerable<ApiRoute> All(NodeDirectory nodes, string cluster)
    {
        yield return new ApiRoute("GET", "/api/v1/nodes/{key}/frames", Roles.Read, "Metrics of one node over time, each with what the pattern's model expected of it from the others", c => FramesAsync(c, nodes, cluster))
        {
            Parameters =
            [
                new ApiParameter("key", "path", "NodeName, or cluster%2FNodeName", Schema.Text(), "cn0421"),
                QueryText.Query("from", "unix seconds or ISO 8601", Schema.Text(), "2026-01-31T14:00:00Z"),
                QueryText.Query("until", "exclusive; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T15:00:00Z"),
                QueryText.Query("metrics", "names with commas between them, at most 12; without it the four that are furthest off", Schema.Text(), "memory_available_bytes,cpu_user_share"),
            ],
            Answers =
            [
                new ApiAnswer(200, "What is kept in memory: up to four hours of nodes that are anomalous or looked at, some minutes of the others (limits.frames), since the daemon's start", ApiJson.Type, Schema.Object(
                    ("node", Schema.Text()), ("first", Schema.Time("of the first tick")), ("step_ms", Schema.Whole()), ("ticks", Schema.Whole()),
                    ("metrics", Schema.List(Schema.Object(
                        ("metric", Schema.Text()), ("unit", Schema.Text()), ("treatment", (JsonObject)TreatmentSchema.DeepClone()),
                        ("values", Column("null: no frame, or missing in it")), ("expected", Column("the model's reconstruction from the other metrics")),
                        ("low", Column("two spreads of what the model cannot tell below what was expected")), ("high", Column("the same above"))))),
                    ("ranked", (JsonObject)RankedSchema.DeepClone())),
                    JsonNode.Parse("""
                        {"node": "cn0421", "first": "2026-01-31T14:00:00.000Z", "step_ms": 15000, "ticks": 2, "metrics": [{"metric": "memory_available_bytes", "unit": "bytes", "treatment": "level",
                         "values": [4.1e10, 3.3e9], "expected": [4.2e10, 4.4e10], "low": [3.4e10, 3.5e10], "high": [5.1e10, 5.2e10]}],
                         "ranked": [{"metric": "memory_available_bytes", "unit": "bytes", "treatment": "level", "off": 9.4}]}
                        """)),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(404, "Not watched"),
            ],
        };
    }

    private static JsonObject Column(string description) => Schema.List(Schema.OrNull(Schema.Number()), description);

    private static Task FramesAsync(HttpContext context, NodeDirectory nodes, string cluster)
    {
        var query = new QueryText(context);
        var text = ((string)context.GetRouteValue("key")!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var key = query.Node("key", text, cluster);
        var (from, until) = (query.Time("from") ?? 0, query.Time("until") ?? long.MaxValue);
        var wanted = query.Words("metrics", MostMetrics);
        if (query.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        if (nodes.Find(key) is null)
            return ApiError.AnswerAsync(context, 404, $"node '{text}' is not watched; /api/v1/nodes lists those that are");
        var frames = nodes.Frames;
        frames.Want(key);
        if (frames.Of(key) is not { } ring || ring.Scale is not { } scale)
            return ApiJson.WriteAsync(context, new FramesJson(key.Name, Iso.Tick(0, 1), frames.StepMs, 0, [], []));
        var (first, end) = (frames.Tick(Math.Max(0, from)), frames.Tick(until));
        var ranked = FrameCurves.Rank(scale.Plan, ring, first, end);
        var names = wanted.Count > 0 ? wanted : [.. ranked.Take(Usual).Select(r => r.Metric.Name)];
        int[] columns = [.. names.Select(n => IndexOf(scale.Plan, n)).Where(c => c >= 0)];
        var stretch = ring.Read(first, end, columns);
        // The node's scale may have changed between the two: then the next answer is right, and this one has columns that are there in both.
        var curves = FrameCurves.Of(scale.Plan, scale.Scaling, stretch, columns);
        return ApiJson.WriteAsync(context, new FramesJson(
            key.Name, Iso.Tick(stretch.First, frames.StepMs), frames.StepMs, stretch.Ticks, [.. curves.Select(CurveJson.Of)], [.. ranked.Select(RankedMetricJson.Of)]));
    }

    private static int IndexOf(PreparationPlan plan, string name)
    {
        for (var m = 0; m < plan.Count; m++)
        {
            if (plan.Metrics[m].Name == name)
                return m;
        }
        return -1;
    }
}
