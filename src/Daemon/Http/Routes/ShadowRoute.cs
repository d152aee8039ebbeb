using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Daemon.Serve.Acting;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record ShadowJson(string From, string Until, int Drains, int DryRun, int FailedLater, int Wrong, int TooSoon, int Signals, int Requeues, int Failures, int Missed, string Sentence);

/// <summary><c>GET /api/v1/actions/report</c>: what was done, or in a dry run would have been, and what came of those nodes.</summary>
internal sealed class ShadowRoute(IActionDesk desk, TimeProvider clock)
{
    private const int MostDays = 60;

    public ApiRoute Route() => new("GET", "/api/v1/actions/report", Roles.Read, "What was done, or in a dry run would have been, held against the failures that the scheduler told of", AnswerAsync)
    {
        Parameters = [QueryText.Query("days", "1 to 60, back from now", Schema.Whole(), 7)],
        Answers =
        [
            new ApiAnswer(200, "The figures", ApiJson.Type, Schema.Object(
                ("from", Schema.Time()), ("until", Schema.Time()), ("drains", Schema.Whole()), ("dry_run", Schema.Whole("of them that were not carried out")), ("failed_later", Schema.Whole("of them whose node failed within a day")),
                ("wrong", Schema.Whole("of them whose node did not")), ("too_soon", Schema.Whole("of them that are younger than a day")), ("signals", Schema.Whole()), ("requeues", Schema.Whole()),
                ("failures", Schema.Whole("of nodes")), ("missed", Schema.Whole("of them without a drain before")), ("sentence", Schema.Text())),
                JsonNode.Parse("""
                    {"from": "2026-01-24T15:00:00.000Z", "until": "2026-01-31T15:00:00.000Z", "drains": 3, "dry_run": 3, "failed_later": 2, "wrong": 1, "too_soon": 0, "signals": 5, "requeues": 2, "failures": 4, "missed": 2,
                     "sentence": "would have drained 3; 2 failed later; 1 wrong; 2 of 4 failures came without a drain"}
                    """)),
            new ApiAnswer(400, "A parameter is nonsense"),
        ],
    };

    private Task AnswerAsync(HttpContext context)
    {
        var words = new QueryText(context);
        var days = words.Whole("days", 7, 1, MostDays);
        if (words.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        var until = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var f = ShadowReport.Of(desk.View?.Actions.Values ?? [], desk.View?.Failures ?? [], until - (days * 86_400_000L), until);
        return ApiJson.WriteAsync(context, new ShadowJson(Iso.Text(f.FromMs)!, Iso.Text(f.UntilMs)!, f.Drains, f.DryRun, f.FailedLater, f.Wrong, f.TooSoon, f.Signals, f.Requeues, f.Failures, f.Missed, f.Sentence));
    }
}
