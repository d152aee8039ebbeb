using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record RunJson(
    string JobId, string JobName, string? User, JobState State, string? Submit, string? Start, string? End, string Nodes, int NodeCount, string? ExitCode, JobEventSource Source, string? AsOf)
{
    public static RunJson Of(JobEvent e) => new(
        e.JobId, e.JobName, e.User, e.State, Iso.Text(e.SubmitMs), Iso.Text(e.StartMs), Iso.Text(e.EndMs), e.NodeList, e.NodeCount, e.ExitCode, e.Source, Iso.Text(e.AsOfMs));
}

internal sealed record RunListJson(IReadOnlyList<RunJson> Jobs, string? Next);

internal sealed record SegmentJobJson(string JobId, string Start);

internal sealed record SegmentJson(string Cluster, string Node, string Start, string? End, IReadOnlyList<SegmentJobJson> Jobs, int? Pattern, long LibraryVersion);

internal sealed record SegmentListJson(IReadOnlyList<SegmentJson> Segments, string? Next);

/// <summary><c>GET /api/v1/jobs</c> and <c>/api/v1/segments</c>: what is stored of runs, and how they cut the time of nodes.</summary>
internal static class HistoryRoutes
{
    private const int MaxLimit = 1000;

    private static readonly ApiParameter From = QueryText.Query("from", "still on at it, or ended after it; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T14:00:00Z");
    private static readonly ApiParameter Until = QueryText.Query("until", "begun before it; unix seconds or ISO 8601", Schema.Text(), "2026-01-31T15:00:00Z");
    private static readonly ApiParameter Limit = QueryText.Query("limit", "1 to 1000", Schema.Whole(), 100);
    private static readonly ApiParameter After = QueryText.Query("after", "the answer's next: the page after it", Schema.Text(), "8812345@1769850600000");

    public static JsonObject RunSchema => Schema.Object(
        ("job_id", Schema.Text("12, 12_3 of an array, 12+1 of a heterogeneous job")), ("job_name", Schema.Text()), ("user", Schema.OrNull(Schema.Text("a keyed hash of the name, unless privacy.user_names is plain"))), ("state", Schema.Words<JobState>()),
        ("submit", Schema.OrNull(Schema.Time())), ("start", Schema.OrNull(Schema.Time())), ("end", Schema.OrNull(Schema.Time("null: it runs"))),
        ("nodes", Schema.Text("Slurm's list")), ("node_count", Schema.Whole()), ("exit_code", Schema.OrNull(Schema.Text("status and signal, 1:0; null: it runs, or nobody told"))), ("source", Schema.Words<JobEventSource>("who said it last")), ("as_of", Schema.OrNull(Schema.Time())));

    public static IEnumerable<ApiRoute> All(IHistoryReader history, string cluster)
    {
        yield return new ApiRoute("GET", "/api/v1/jobs", Roles.Read, "Runs of jobs, the newest start first", c => JobsAsync(c, history))
        {
            Parameters = [From, Until, QueryText.Query("job", "JobID", Schema.Text(), "8812345"), Limit, After],
            Answers =
            [
                new ApiAnswer(200, "A page of runs; a requeued job has a run for each start", ApiJson.Type, Schema.Object(
                    ("jobs", Schema.List(RunSchema)),
                    ("next", Schema.OrNull(Schema.Text("null: this was the last page")))),
                    JsonNode.Parse("""
                        {"jobs": [{"job_id": "8812345", "job_name": "lattice", "user": "user-3f9a1c20beef", "state": "running", "submit": null, "start": "2026-01-31T09:10:00.000Z", "end": null,
                          "nodes": "cn[0421-0484]", "node_count": 64, "exit_code": null, "source": "accounting", "as_of": "2026-01-31T14:05:00.000Z"}], "next": null}
                        """)),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(503, "The store cannot be asked now"),
            ],
        };
        yield return new ApiRoute("GET", "/api/v1/segments", Roles.Read, "Segments of nodes, by node and start", c => SegmentsAsync(c, history, cluster))
        {
            Parameters = [From, Until, QueryText.Query("node", "NodeName, or cluster/NodeName", Schema.Text(), "cn0421"), Limit, QueryText.Query("after", After.Description, Schema.Text(), "hpc/cn0421@1769850600000")],
            Answers =
            [
                new ApiAnswer(200, "A page of segments", ApiJson.Type, Schema.Object(
                    ("segments", Schema.List(Schema.Object(
                        ("cluster", Schema.Text()), ("node", Schema.Text()), ("start", Schema.Time()), ("end", Schema.OrNull(Schema.Time("exclusive; null: it lasts"))),
                        ("jobs", Schema.List(Schema.Object(("job_id", Schema.Text()), ("start", Schema.Time())), "empty: idle")),
                        ("pattern", Schema.OrNull(Schema.Whole("null: none fits, or none was looked for"))), ("library_version", Schema.Whole("0: none"))))),
                    ("next", Schema.OrNull(Schema.Text("null: this was the last page")))),
                    JsonNode.Parse("""
                        {"segments": [{"cluster": "hpc", "node": "cn0421", "start": "2026-01-31T09:10:00.000Z", "end": null, "jobs": [{"job_id": "8812345", "start": "2026-01-31T09:10:00.000Z"}],
                          "pattern": 3, "library_version": 2}], "next": null}
                        """)),
                new ApiAnswer(400, "A parameter is nonsense"),
                new ApiAnswer(503, "The store cannot be asked now"),
            ],
        };
    }

    private static async Task JobsAsync(HttpContext context, IHistoryReader history)
    {
        var words = new QueryText(context);
        var limit = words.Whole("limit", 100, 1, MaxLimit);
        var query = new JobQuery(words.Time("from"), words.Time("until"), words.Text("job"), words.Cursor("after") is { } c ? new JobKey(c.Name, c.Ms) : null, limit + 1);
        if (words.Problem() is { } problem)
        {
            await ApiError.AnswerAsync(context, 400, problem);
            return;
        }
        var found = await history.FindAsync(query, context.RequestAborted);
        var next = found.Count > limit && found[limit - 1] is var last ? $"{last.JobId}@{last.StartMs}" : null;
        await ApiJson.WriteAsync(context, new RunListJson([.. found.Take(limit).Select(RunJson.Of)], next));
    }

    private static async Task SegmentsAsync(HttpContext context, IHistoryReader history, string cluster)
    {
        var words = new QueryText(context);
        var limit = words.Whole("limit", 100, 1, MaxLimit);
        NodeKey? node = words.Text("node") is { } text ? words.Node("node", text, cluster) : null;
        SegmentKey? after = words.Cursor("after") is { } c ? new SegmentKey(words.Node("after", c.Name, cluster), c.Ms) : null;
        var query = new SegmentQuery(words.Time("from"), words.Time("until"), node, after, limit + 1);
        if (words.Problem() is { } problem)
        {
            await ApiError.AnswerAsync(context, 400, problem);
            return;
        }
        var found = await history.FindAsync(query, context.RequestAborted);
        var next = found.Count > limit && found[limit - 1] is var last ? string.Create(CultureInfo.InvariantCulture, $"{last.Node}@{last.StartMs}") : null;
        await ApiJson.WriteAsync(context, new SegmentListJson([.. found.Take(limit).Select(Of)], next));
    }

    private static SegmentJson Of(SegmentRow s) => new(
        s.Node.Cluster, s.Node.Name, Iso.Text(s.StartMs)!, Iso.Text(s.EndMs), [.. s.Jobs.Select(j => new SegmentJobJson(j.JobId, Iso.Text(j.StartMs)!))], s.Pattern, s.LibraryVersion);
}
