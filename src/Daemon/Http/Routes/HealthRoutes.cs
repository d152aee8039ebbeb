using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Telemetry;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record CheckJson(string Name, bool Ok, string Detail);

internal sealed record ReadyJson(bool Ready, IReadOnlyList<CheckJson> Checks);

/// <summary>Probes, and the daemon's own numbers.</summary>
internal static class HealthRoutes
{
    private static readonly JsonObject ReadySchema = Schema.Object(
        ("ready", Schema.Flag()),
        ("checks", Schema.List(Schema.Object(("name", Schema.Text()), ("ok", Schema.Flag()), ("detail", Schema.Text())), "empty where a token with the role read is asked for and was not shown")));

    public static IEnumerable<ApiRoute> All(Readiness readiness, Gate gate, MeterCollector meters, NodeDirectory nodes)
    {
        yield return new ApiRoute("GET", "/-/healthy", Roles.None, "The process answers; restart it when this does not", c => TextAsync(c, "healthy\n"))
        {
            Load = RouteLoad.Light,
            Answers = [new ApiAnswer(200, "It lives", "text/plain; charset=utf-8")],
        };
        yield return new ApiRoute("GET", "/-/ready", Roles.None, "Whether samples are taken and alerts told now, part by part", c => ReadyAsync(c, readiness, gate))
        {
            Load = RouteLoad.Light,
            Answers =
            [
                new ApiAnswer(200, "All parts do their work", ApiJson.Type, (JsonObject)ReadySchema.DeepClone(), JsonNode.Parse("""{"ready": true, "checks": [{"name": "library", "ok": true, "detail": "no library yet"}]}""")),
                new ApiAnswer(503, "A part does not", ApiJson.Type, (JsonObject)ReadySchema.DeepClone(), JsonNode.Parse("""{"ready": false, "checks": [{"name": "log", "ok": false, "detail": "disk full"}]}""")),
            ],
        };
        yield return new ApiRoute("GET", "/metrics", Roles.Read, "Own health, and score, threshold and state of each node, in Prometheus text", c => MetricsAsync(c, meters, nodes))
        {
            Answers = [new ApiAnswer(200, "Prometheus text 0.0.4", PrometheusWriter.Type)],
        };
    }

    private static Task TextAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static Task ReadyAsync(HttpContext context, Readiness readiness, Gate gate)
    {
        var (ready, checks) = readiness.Ask();
        context.Response.StatusCode = ready ? 200 : 503;
        var told = (gate.RolesOf(context) & Roles.Read) != 0 ? checks : [];
        return ApiJson.WriteAsync(context, new ReadyJson(ready, [.. told.Select(c => new CheckJson(c.Name, c.Result.Ok, OneLine.Of(c.Result.Detail, 300)))]));
    }

    private static Task MetricsAsync(HttpContext context, MeterCollector meters, NodeDirectory nodes)
    {
        context.Response.ContentType = PrometheusWriter.Type;
        var writer = new PrometheusWriter(context.Response.BodyWriter);
        meters.Write(writer);
        nodes.Write(writer);
        return context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }
}
