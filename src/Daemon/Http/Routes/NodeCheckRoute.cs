using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Serve.Acting;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>GET /api/v1/nodes/{key}/health</c>: what a node's own health check asks, in one line. Asked without a token, so that no secret lies on compute nodes; it says
/// something of a node only where a drain of it would be allowed.</summary>
internal sealed class NodeCheckRoute(IActionDesk desk, TimeProvider clock)
{
    /// <summary>So many rounds of decisions: older ones say nothing any more.</summary>
    private const int FreshRounds = 3;

    private const long LeastFreshMs = 30_000;

    public ApiRoute Route() => new("GET", "/api/v1/nodes/{key}/health", Roles.None, "What LBNL's Node Health Check asks on the node itself (deploy/slurm/tocsin.nhc)", AnswerAsync)
    {
        Load = RouteLoad.Light,
        Parameters = [new ApiParameter("key", "path", "NodeName", Schema.Text(), "cn0421")],
        Answers =
        [
            new ApiAnswer(200, "One line: 'ok', or 'suspect', an open alert that is the node's own fault, and its kind. 'ok' also for nodes that nobody knows, in a dry run, under any brake, veto or hold, and where Tocsin drains the node itself",
                "text/plain; charset=utf-8"),
        ],
    };

    private Task AnswerAsync(HttpContext context)
    {
        var text = (string)context.GetRouteValue("key")!;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        desk.CheckAsked(now);
        var fresh = desk.Options is { } options ? Math.Max(LeastFreshMs, FreshRounds * (long)options.Every.TotalMilliseconds) : 0;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(desk.View?.WordOn(text, now, fresh) is { } word ? $"suspect {word.Alert} {Schema.Word(word.Kind)}\n" : "ok\n", context.RequestAborted);
    }
}
