using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Actors.Supervision;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>GET /api/v1/decisions</c>: the jobs that run, those at risk first, and what was decided, the newest first.</summary>
internal sealed class DecisionRoutes(IActionDesk desk, TimeProvider clock)
{
    private const int MaxLimit = 1000;

    public IEnumerable<ApiRoute> All()
    {
        yield return new ApiRoute("GET", "/api/v1/decisions", Roles.Read, "Jobs with their risk, last checkpoint and the next one planned, and each decision with its reason, the newest first", ListAsync)
        {
            Parameters =
            [
                QueryText.Query("job", "only this job's", Schema.Text(), "4711"),
                QueryText.Query("node", "only decisions because of this node", Schema.Text(), "cn0421"),
                QueryText.Query("jobs", "jobs, 1 to 1000, without it 200: those with suspects first, by risk, then by failures a day", Schema.Whole(), 200),
                QueryText.Query("limit", "decisions, 1 to 1000", Schema.Whole(), 100),
                QueryText.Query("before", "the answer's next: the page after it", Schema.Whole(), 12),
            ],
            Answers =
            [
                new ApiAnswer(200, "How it stands", ApiJson.Type, Schema.Object(
                    ("decided_at", Schema.OrNull(Schema.Time("null: not yet"))), ("dry_run", Schema.Flag("nothing is done anywhere: no partition is switched on")), ("enabled", Schema.List(Schema.Text(), "partitions that are switched on")),
                    ("policy", Schema.Text()), ("held", Schema.OrNull(Schema.Text("who holds everything; null: nobody"))), ("brake", Schema.OrNull(Schema.Text("why nothing at all is done now; null: something may be"))),
                    ("jobs", Schema.List(JobPlanJson.Shape)), ("jobs_total", Schema.Whole("that run, or are the asked one")), ("decisions", Schema.List(DecisionJson.Shape)), ("next", Schema.OrNull(Schema.Whole("null: this was the last page"))),
                    ("spare_chance", Schema.Number("with which a failed node is to find a spare (actions.spares); 0: nothing is decided here")), ("spares", Schema.List(SparesJson.Shape, "by partition")), ("inputs", Schema.List(InputJson.Shape, "of the failure probability, the best first"))),
                    new JsonObject
                    {
                        ["decided_at"] = "2026-01-31T14:02:15.000Z", ["dry_run"] = false, ["enabled"] = new JsonArray("main"), ["policy"] = "adaptive", ["held"] = null, ["brake"] = null,
                        ["jobs"] = new JsonArray(JobPlanJson.Example), ["jobs_total"] = 1, ["decisions"] = new JsonArray(DecisionJson.Example), ["next"] = null,
                        ["spare_chance"] = 0.95, ["spares"] = new JsonArray(SparesJson.Example), ["inputs"] = new JsonArray(InputJson.Example),
                    }),
                new ApiAnswer(400, "A parameter is nonsense"),
            ],
        };
    }

    private Task ListAsync(HttpContext context)
    {
        var words = new QueryText(context);
        var (job, node, jobs, limit, before) = (words.Text("job"), words.Text("node"), words.Whole("jobs", 200, 1, MaxLimit), words.Whole("limit", 100, 1, MaxLimit), words.Long("before"));
        if (words.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        if (desk.Options is not { } options)
            return ApiJson.WriteAsync(context, new DecisionsJson(null, true, [], "none", null, NoActions.Why, [], 0, [], null));
        var policy = Schema.Word(options.Policy);
        IReadOnlyList<string> enabled = [.. options.Enabled.Order(StringComparer.Ordinal)];
        if (desk.View is not { } view)
            return ApiJson.WriteAsync(context, new DecisionsJson(null, enabled.Count == 0, enabled, policy, null, "nothing was decided yet", [], 0, [], null) { SpareChance = options.SpareChance });
        var found = view.Decisions.Values.Reverse().Where(d => (before is null || d.Number < before) && (job is null || d.Job == job) && (node is null || d.Node == node)).Take(limit + 1).ToList();
        var plans = view.Plans.Values.Where(p => job is null || p.Job.Id == job).ToList();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return ApiJson.WriteAsync(context, new DecisionsJson(
            Iso.Text(view.AtMs), enabled.Count == 0, enabled, policy, view.Hold is { } hold ? OneLine.Of($"{hold.Who}: {hold.Note}", 200) : null, view.Brake,
            [.. Riskiest(plans).Take(jobs).Select(p => JobPlanJson.Of(p, view, now))], plans.Count,
            [.. found.Take(limit).Select(DecisionJson.Of)], found.Count > limit ? found[limit - 1].Number : null)
        {
            SpareChance = options.SpareChance,
            Spares = [.. view.Spares.Select(SparesJson.Of)],
            Inputs = [.. view.Inputs.Select(InputJson.Of)],
        });
    }

    private static IEnumerable<JobPlan> Riskiest(IEnumerable<JobPlan> plans) =>
        plans.OrderByDescending(p => p.Predictions.Select(n => n.Confidence).DefaultIfEmpty().Max()).ThenByDescending(p => p.FailuresPerDay).ThenBy(p => p.Job.Id, StringComparer.Ordinal);
}
