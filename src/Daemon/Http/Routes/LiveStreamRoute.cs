using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Actors.Sinks.Streams;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Live;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>GET /api/v1/live</c>: all that a page needs to stay right, over one connection, since browsers have few of them for one server.</summary>
internal static class LiveStreamRoute
{
    public static ApiRoute Of(AlertStream alerts, NodeDirectory nodes, NodesAsOf asOf, LiveTopics topics, TimeProvider clock, CancellationToken stopping) =>
        new("GET", "/api/v1/live", Roles.Read, "Alerts as in /api/v1/alerts/stream, and beside them nodes as they change, and what else changed", context =>
        {
            var query = new QueryText(context);
            var since = query.Text("since", 60);
            return query.Problem() is { } problem
                ? ApiError.AnswerAsync(context, 400, problem)
                : EventStream.SendAsync(context, alerts, AlertFilter.All, new LiveChanges(nodes, asOf, topics, asOf.Version(since)), clock, stopping);
        })
        {
            Load = RouteLoad.Own,
            Parameters =
            [
                QueryText.Query("since", "the as_of of the last answer of /api/v1/nodes/changes; without it the first event is ask", Schema.Text(), "1769850000000.42"),
                new ApiParameter("Last-Event-ID", "header", "go on after this event of an alert", Schema.Whole(), 1234),
            ],
            Answers =
            [
                new ApiAnswer(200, "Events raised, updated, cleared, reset, lost as in /api/v1/alerts/stream; nodes: as an answer of /api/v1/nodes/changes, at most each half second; "
                    + "ask: too much has changed, read /api/v1/nodes/changes; changed: what else is another now, of library, labels and verdicts", SseWriter.ContentType,
                    Schema.Text(), JsonValue.Create("event: changed\ndata: {\"what\": [\"labels\"]}\n\n")),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(503, "As many subscribers as may be (limits.streams)"),
            ],
        };
}
