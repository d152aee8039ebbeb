using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Actors.Sinks.Streams;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>GET /api/v1/alerts/stream</c>: server-sent events, until one side goes.</summary>
internal sealed class AlertStreamRoute(AlertStream stream, TimeProvider clock, CancellationToken stopping)
{
    public ApiRoute Route() => new("GET", "/api/v1/alerts/stream", Roles.Read, "Alerts as they are raised, updated and cleared: curl -N", StreamAsync)
    {
        Load = RouteLoad.Own,
        Parameters =
        [
            QueryText.Query("node", "NodeNames, with commas", Schema.Text(), "cn0421,cn0422"),
            QueryText.Query("job", "JobIDs, with commas", Schema.Text(), "8812345"),
            QueryText.Query("kind", "parts of the machine, with commas", Schema.Text(), "memory,disk"),
            QueryText.Query("severity", "at least", Schema.Words<Severity>(), "warning"),
            new ApiParameter("Last-Event-ID", "header", "go on after this event; browsers send it by themselves", Schema.Whole(), 1234),
        ],
        Answers =
        [
            new ApiAnswer(200, "Events raised, updated, cleared with an alert as data; reset: some that were missed are not kept, read /api/v1/alerts; lost: too slow, come again", SseWriter.ContentType,
                Schema.Text(), JsonValue.Create("id: 1234\nevent: raised\ndata: {\"id\": \"hpc-17\", \"revision\": 1}\n\n")),
            new ApiAnswer(400, "A filter is nonsense"),
            new ApiAnswer(503, "As many subscribers as may be (limits.streams)"),
        ],
    };

    private async Task StreamAsync(HttpContext context)
    {
        var request = context.Request;
        var doubled = request.Query.FirstOrDefault(q => q.Value.Count != 1).Key;
        AlertFilter? filter = null;
        var problem = doubled is not null
            ? $"{doubled}: expected once, with commas between its values"
            : AlertFilter.TryParse(request.Query.Select(q => KeyValuePair.Create(q.Key, q.Value.ToString())), out filter);
        if (problem is not null)
            await ApiError.AnswerAsync(context, 400, problem);
        else
            await EventStream.SendAsync(context, stream, filter!, null, clock, stopping);
    }
}
