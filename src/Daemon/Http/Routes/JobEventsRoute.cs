using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Ingest.Slurm.Events;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record RejectedEventJson(int Index, string Error);

internal sealed record JobEventsJson(int Accepted, IReadOnlyList<RejectedEventJson> Rejected);

/// <summary><c>POST /api/v1/jobs/events</c>: what hooks and other schedulers tell of jobs.</summary>
/// <param name="heard">Told of each event that is in the log.</param>
internal sealed class JobEventsRoute(IJobEventSink sink, Action<JobEvent> heard, TimeProvider clock)
{
    private const int MaxNamed = 100;

    private long _accepted;
    private long _rejected;

    /// <summary>Bodies and the events of them take memory beyond their length.</summary>
    private readonly SemaphoreSlim _bodies = new(8, 8);

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Rejected => Interlocked.Read(ref _rejected);

    public ApiRoute Route() => new("POST", "/api/v1/jobs/events", Roles.Ingest, "Starts and ends of jobs, as hooks see them; the same again does no harm", ReceiveAsync)
    {
        Load = RouteLoad.Own,
        Body = new ApiBody("application/json", "An array of events, one event, or one event a line; at most 10000", Schema.List(Schema.Object(
            ("event?", Schema.OneOf("what time means where start and end are not named", "start", "end")),
            ("source?", Schema.OneOf("accounting outranks hook", "hook", "accounting")),
            ("jobId", Schema.Text("12, 12_3 of an array, 12+1 of a heterogeneous job")),
            ("jobName?", Schema.Text()),
            ("jobNameHex?", Schema.Text("its bytes in hexadecimal, in place of jobName")),
            ("user?", Schema.Text()),
            ("nodes", Schema.Text("Slurm's list; or an array of names")),
            ("submit?", Schema.Text("times are unix seconds (also as numbers) or ISO 8601, UTC")),
            ("start?", Schema.Text()),
            ("end?", Schema.Text()),
            ("time?", Schema.Text("when it was seen")),
            ("state?", Schema.Text("Slurm's")))),
            JsonNode.Parse("""[{"event": "start", "jobId": "8812345", "jobName": "lattice", "user": "mira", "nodes": "cn[0421-0484]", "time": "2026-01-31T09:10:00Z"}]""")),
        Answers =
        [
            new ApiAnswer(200, "Each accepted event is in the log with all of its nodes; what was rejected need not be sent again", ApiJson.Type,
                Schema.Object(("accepted", Schema.Whole()), ("rejected", Schema.List(Schema.Object(("index", Schema.Whole("in the request, from 0")), ("error", Schema.Text())), "the first 100"))),
                JsonNode.Parse("""{"accepted": 1, "rejected": []}""")),
            new ApiAnswer(400, "No JSON, or no event in it is one: do not send it again"),
            new ApiAnswer(413, "Larger than 4 MiB: send fewer events at once"),
            new ApiAnswer(415, "Not application/json"),
            new ApiAnswer(503, "Nothing was taken: send it again, after Retry-After where it is there"),
        ],
    };

    private async Task ReceiveAsync(HttpContext context)
    {
        // A page in a browser can post text to loopback without asking, JSON it cannot.
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        if (type is not ("application/json" or "application/x-ndjson"))
        {
            await ApiError.AnswerAsync(context, 415, $"Content-Type is '{type}', expected application/json");
            return;
        }
        if (!await _bodies.WaitAsync(TimeSpan.FromSeconds(5), context.RequestAborted))
        {
            await ApiError.AnswerAsync(context, 503, "too many requests of job events under way", TimeSpan.FromSeconds(1));
            return;
        }
        try
        {
            using var body = await BodyReader.ReadAsync(context, JobEventJson.MaxBytes);
            await HandOnAsync(context, JobEventJson.Parse(body.Memory, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        }
        finally
        {
            _bodies.Release();
        }
    }

    private async Task HandOnAsync(HttpContext context, JobEventBatch batch)
    {
        var events = batch.Events;
        var rejected = batch.Items.Where(i => i.Error is not null).Select(i => new RejectedEventJson(i.Index, i.Error!)).ToList();
        if (batch.Refused is not null || (events.Count == 0 && rejected.Count > 0))
        {
            Interlocked.Add(ref _rejected, Math.Max(1, rejected.Count));
            await ApiError.AnswerAsync(context, 400, batch.Refused ?? (rejected.Count == 1 ? rejected[0].Error : $"none of {rejected.Count} is an event; the first: {rejected[0].Error}"));
            return;
        }
        switch (events.Count == 0 ? AppendResult.Done : await sink.AppendAsync(events, context.RequestAborted))
        {
            case Overloaded overloaded:
                await ApiError.AnswerAsync(context, 503, "overloaded", overloaded.RetryAfter);
                return;
            case Unavailable unavailable:
                await ApiError.AnswerAsync(context, 503, unavailable.Reason);
                return;
        }
        foreach (var said in events)
            heard(said);
        Interlocked.Add(ref _accepted, events.Count);
        Interlocked.Add(ref _rejected, rejected.Count);
        await ApiJson.WriteAsync(context, new JobEventsJson(events.Count, [.. rejected.Take(MaxNamed)]));
    }
}
