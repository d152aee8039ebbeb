using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve.Acting;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record AdviceJson(bool Now, string Reason, string? Next, long? ActionId);

internal sealed record CheckpointAskedJson(long ActionId, string Reason);

internal sealed record SaidJson(string Reason);

/// <summary><c>/api/v1/jobs/{id}/checkpoint</c>: what a job asks and says of its own checkpoints. Who asks is known by munge, and has to own the job.</summary>
/// <param name="limit">Of what comes to nothing.</param>
internal sealed class JobCheckpointRoutes(ICheckpointDesk desk, MungeGate gate, RefusalLimit limit)
{
    private const int MaxSeconds = 86_400;

    private static readonly string TooMany =
        $"More than {RefusalLimit.OfJob} requests of this user about this job, or {RefusalLimit.OfUser} of this user, were refused within a minute, or too many are under way: nothing is asked or stored; Retry-After says when to come again";

    private static readonly ApiParameter Id = new("id", "path", "SLURM_JOB_ID: a number, of a task of an array its own one", Schema.Text(), "8812345");

    private static readonly ApiAnswer[] Refusals =
    [
        new ApiAnswer(401, "No munge credential for exactly this request, or one that is expired or was used before"),
        new ApiAnswer(403, "The job is another user's"),
        new ApiAnswer(404, "No such job runs"),
        new ApiAnswer(429, TooMany),
        new ApiAnswer(503, "munge, Slurm or the supervisor cannot be asked now, or nothing of this is switched on: come again, or go on without"),
    ];

    private static JsonObject Reason => Schema.Text("one sentence");

    public IEnumerable<ApiRoute> All()
    {
        yield return Route("GET", "", "Should this job write a checkpoint now?", AdviseAsync) with
        {
            Answers =
            [
                new ApiAnswer(200, "What is advised", ApiJson.Type,
                    Schema.Object(("now", Schema.Flag()), ("reason", Reason), ("next", Schema.OrNull(Schema.Time("the next one that is planned"))), ("action_id", Schema.OrNull(Schema.Whole("of a signal that waits for this job's ack")))),
                    JsonNode.Parse("""{"now": true, "reason": "cn0421 will likely fail within the hour", "next": null, "action_id": 17}""")),
                .. Refusals,
            ],
        };
        yield return Route("POST", "", "The job wants to be asked for a checkpoint: a signal is proposed, under the same rules as any other", AskAsync) with
        {
            Answers =
            [
                new ApiAnswer(202, "Proposed, or under way already", ApiJson.Type, Schema.Object(("action_id", Schema.Whole()), ("reason", Reason)), JsonNode.Parse("""{"action_id": 17, "reason": "asked for by its owner"}""")),
                new ApiAnswer(409, "Not now, and why"),
                .. Refusals,
            ],
        };
        yield return Route("POST", "/register", "The job handles the signal: it may be sent one as long as it runs", RegisterAsync) with
        {
            Body = new ApiBody("application/json", "Which signal", Schema.Object(("signal", Schema.OneOf("", "USR1", "USR2"))), JsonNode.Parse("""{"signal": "USR1"}""")),
            Answers = [Said("It is stored", "registered"), new ApiAnswer(400, "Another body than expected"), new ApiAnswer(409, "Not taken, and why"), .. Refusals],
        };
        yield return Route("POST", "/ack", "The job has written a checkpoint, or could not; the same again does no harm", AcknowledgeAsync) with
        {
            Body = new ApiBody("application/json", "How it went", Schema.Object(
                ("action_id", Schema.Whole("as the advice had it; 0: one that the job wrote of itself")), ("outcome", Schema.OneOf("", "written", "failed")), ("seconds?", Schema.Number("that it took, 0 to 86400"))),
                JsonNode.Parse("""{"action_id": 17, "outcome": "written", "seconds": 42.5}""")),
            Answers = [Said("It is stored", "the checkpoint of action 17 is known"), new ApiAnswer(400, "Another body than expected"), new ApiAnswer(409, "Not taken, and why"), new ApiAnswer(429, $"More checkpoints that nobody asked for than are taken from one job within an hour. {TooMany}"), .. Refusals.Where(r => r.Status != 429)],
        };
    }

    private static ApiRoute Route(string method, string more, string summary, RequestDelegate handle) =>
        // The gate's own bounds stand before a program is started.
        new(method, $"/api/v1/jobs/{{id}}/checkpoint{more}", Roles.None, summary, handle) { Load = RouteLoad.Own, Signed = true, Parameters = [Id] };

    private static ApiAnswer Said(string what, string example) => new(200, what, ApiJson.Type, Schema.Object(("reason", Reason)), new JsonObject { ["reason"] = example });

    private async Task AdviseAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } asked)
            return;
        using var turn = await BeginAsync(context, asked);
        if (turn is null)
            return;
        var advice = await desk.AdviseAsync(asked.Job, asked.Uid, context.RequestAborted);
        if (await KnownAsync(context, advice.Standing, advice.Reason))
            await ApiJson.WriteAsync(context, new AdviceJson(advice.Now, advice.Reason, Iso.Text(advice.NextMs), advice.ActionId));
    }

    private async Task AskAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } asked)
            return;
        using var turn = await BeginAsync(context, asked);
        if (turn is null)
            return;
        var answer = await desk.AskAsync(asked.Job, asked.Uid, context.RequestAborted);
        if (!await KnownAsync(context, answer.Standing, answer.Reason))
            return;
        if (answer.ActionId is not { } action)
        {
            await ApiError.AnswerAsync(context, 409, answer.Reason);
            return;
        }
        context.Response.StatusCode = 202;
        await ApiJson.WriteAsync(context, new CheckpointAskedJson(action, answer.Reason));
    }

    private async Task RegisterAsync(HttpContext context)
    {
        if (await ReadAsync(context, "signal") is not { } asked)
            return;
        var signal = asked.Fields!.Text("signal", 8, needed: true);
        if (signal is not (null or "USR1" or "USR2"))
            asked.Fields.Wrong("signal: expected USR1 or USR2");
        if (await WrongAsync(context, asked.Fields))
            return;
        using var turn = await BeginAsync(context, asked);
        if (turn is null)
            return;
        var answer = await desk.RegisterAsync(asked.Job, asked.Uid, signal!, context.RequestAborted);
        await SayAsync(context, answer.Standing, answer.Registered, answer.Reason);
    }

    private async Task AcknowledgeAsync(HttpContext context)
    {
        if (await ReadAsync(context, "action_id", "outcome", "seconds") is not { } asked)
            return;
        var fields = asked.Fields!;
        if (!long.TryParse(fields.Text("action_id", 20, needed: true) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var action))
            fields.Wrong("action_id: expected a whole number from 0");
        var outcome = fields.Text("outcome", 8, needed: true);
        if (outcome is not (null or "written" or "failed"))
            fields.Wrong("outcome: expected written or failed");
        if (!double.TryParse(fields.Text("seconds", 30) ?? "0", NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !(seconds is >= 0 and <= MaxSeconds))
            fields.Wrong($"seconds: expected 0 to {MaxSeconds}");
        if (await WrongAsync(context, fields))
            return;
        using var turn = await BeginAsync(context, asked);
        if (turn is null)
            return;
        var answer = await desk.AcknowledgeAsync(asked.Job, asked.Uid, action, outcome == "written", seconds, context.RequestAborted);
        await SayAsync(context, answer.Standing, answer.Taken, answer.Reason);
    }

    /// <summary>Null: it is answered.</summary>
    private async Task<Asked?> ReadAsync(HttpContext context, params string[] fields)
    {
        if (await gate.ReadAsync(context) is not { } signed)
            return null;
        if (!long.TryParse(context.GetRouteValue("id") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var job) || job is 0 or > uint.MaxValue)
        {
            await ApiError.AnswerAsync(context, 404, "a job's id is a number here: SLURM_JOB_ID");
            return null;
        }
        return new Asked(job, signed.Uid, fields.Length == 0 ? null : new JsonFields(signed.Body, fields));
    }

    /// <summary>Null: it is answered, and neither Slurm nor the log hears of it.</summary>
    private async Task<Turn?> BeginAsync(HttpContext context, Asked asked)
    {
        if (limit.Begin(asked.Uid, asked.Job) is not { } wait)
            return new Turn(limit, context, asked);
        await ApiError.AnswerAsync(context, 429, "too many requests were refused or are under way: come again later", wait);
        return null;
    }

    private static async Task<bool> WrongAsync(HttpContext context, JsonFields fields)
    {
        if (fields.Problem is not { } problem)
            return false;
        await ApiError.AnswerAsync(context, 400, problem);
        return true;
    }

    private static async Task SayAsync(HttpContext context, JobStanding standing, bool taken, string reason)
    {
        if (!await KnownAsync(context, standing, reason))
            return;
        if (taken)
            await ApiJson.WriteAsync(context, new SaidJson(reason));
        else
            await ApiError.AnswerAsync(context, 409, reason);
    }

    /// <summary>False: it is answered.</summary>
    private static async Task<bool> KnownAsync(HttpContext context, JobStanding standing, string reason)
    {
        var status = standing switch { JobStanding.Known => 200, JobStanding.Unknown => 404, JobStanding.NotYours => 403, JobStanding.TooOften => 429, _ => 503 };
        if (status == 200)
            return true;
        await ApiError.AnswerAsync(context, status, reason, status switch { 503 => TimeSpan.FromSeconds(5), 429 => TimeSpan.FromHours(1), _ => null });
        return false;
    }

    /// <param name="Fields">Null where nothing is read.</param>
    private sealed record Asked(long Job, uint Uid, JsonFields? Fields);

    /// <summary>Until the request is answered. Who leaves before that is refused, too: what was asked for was asked for nothing.</summary>
    private sealed class Turn(RefusalLimit limit, HttpContext context, Asked asked) : IDisposable
    {
        public void Dispose() => limit.End(asked.Uid, asked.Job, context.RequestAborted.IsCancellationRequested || context.Response.StatusCode is 403 or 404 or 409 or 429);
    }
}
