using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Tocsin.Actors.Learning;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Patterns;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record PatternJobJson(string Name, int Segments);

/// <param name="Confirmed">Null where it is not provisional.</param>
internal sealed record PatternJson(
    int Id, string Name, bool Idle, bool Provisional, ConfirmedJson? Confirmed, bool Alone, IReadOnlyList<PatternJobJson> Jobs, int Members, int Frames, int NodesNow);

internal sealed record ConfirmedJson(int Jobs, int Nodes);

internal sealed record PatternsJson(
    long LibraryVersion, string LearnedFrom, int Segments, int Frames, IReadOnlyList<string> Metrics, float Threshold, double FalseEpisodesPerHour, IReadOnlyList<PatternJson> Patterns)
{
    private const int MostJobs = 20;

    public static PatternsJson Of(long version, PatternLibrary? library, NodeDirectory nodes, IReadOnlyList<Confirmation> confirmations)
    {
        if (library is null)
            return new PatternsJson(0, "", 0, 0, [], float.NaN, double.NaN, []);
        var now = nodes.Nodes.Where(n => n.LibraryVersion == version && n.Match is { Matched: true }).GroupBy(n => n.Match!.Value.Pattern).ToDictionary(g => g.Key, g => g.Count());
        var all = library.Patterns;
        return new PatternsJson(
            version, library.Report.Data, library.Report.Segments, library.Report.Frames, [.. library.Plan.Metrics.Select(m => m.Name)], (float)library.Thresholds.Surprise, library.Thresholds.FalseEpisodesPerHour,
            [.. Enumerable.Range(0, all.Patterns.Count).Where(i => all.Patterns[i].Into is null).Select(i => Of(all.Patterns[i], i))]);

        PatternJson Of(Pattern p, int i) => new(
                i, p.Name, p.Idle, p.Provisional, p.Provisional ? Seen(confirmations.FirstOrDefault(c => c.Pattern == i)) : null, p.Small, Jobs(all.State.JobNames, i, all.Patterns.Count), p.Members.Length, p.Frames, now.GetValueOrDefault(i));
    }

    private static ConfirmedJson Seen(Confirmation? seen) => new(seen?.Jobs.Count ?? 0, seen?.Nodes.Count ?? 0);

    private static List<PatternJobJson> Jobs(NamePriorState names, int pattern, int patterns) =>
        [.. names.Names.Select((n, row) => new PatternJobJson(n, names.Counts[(row * patterns) + pattern])).Where(j => j.Segments > 0)
            .OrderByDescending(j => j.Segments).ThenBy(j => j.Name, StringComparer.Ordinal).Take(MostJobs)];
}

/// <summary><c>GET /api/v1/patterns</c> and <c>POST /api/v1/patterns/{id}/accept</c>: what the library knows that is scored by now.</summary>
internal static class PatternRoutes
{
    public static IEnumerable<ApiRoute> All(ILibraryDesk desk, NodeDirectory nodes)
    {
        yield return List(desk, nodes);
        yield return new ApiRoute("POST", "/api/v1/patterns/{id}/accept", Roles.Operate, "Makes a provisional pattern one like the others: from a new version on it raises alarms", async context =>
        {
            if (LibraryRoutes.FromElsewhere(context))
                await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
            else if (!int.TryParse((string)context.GetRouteValue("id")!, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                await ApiError.AnswerAsync(context, 400, "id: expected the number of a pattern");
            else
                await LibraryRoutes.AnswerAsync(context, await desk.AcceptAsync(id, context.RequestAborted));
        })
        {
            Changes = LiveTopic.Library,
            Parameters = [new ApiParameter("id", "path", "of the pattern in the active version", Schema.Whole(), 7)],
            Answers = LibraryRoutes.Answers("It is; if it was not before, by a new version"),
        };
    }

    private static ApiRoute List(ILibraryDesk desk, NodeDirectory nodes) => new("GET", "/api/v1/patterns", Roles.Read, "The patterns of the library that new segments are scored by", context =>
    {
        var words = new QueryText(context);
        if (words.Problem() is { } problem)
            return ApiError.AnswerAsync(context, 400, problem);
        var (version, library) = desk.Active;
        return ApiJson.WriteAsync(context, PatternsJson.Of(version, library, nodes, desk.Confirmations));
    })
    {
        Answers =
        [
            new ApiAnswer(200, "The library; library_version 0 and no patterns: there is none yet", ApiJson.Type, Schema.Object(
                ("library_version", Schema.Whole()),
                ("learned_from", Schema.Text("what the training data is called")),
                ("segments", Schema.Whole("learned from")),
                ("frames", Schema.Whole("learned from")),
                ("metrics", Schema.List(Schema.Text())),
                ("threshold", Schema.OrNull(Schema.Number("of the score"))),
                ("false_episodes_per_hour", Schema.OrNull(Schema.Number("that the threshold was asked for, a node"))),
                ("patterns", Schema.List(Schema.Object(
                    ("id", Schema.Whole("as in match and segments, of this version")), ("name", Schema.Text("of the jobs that ran as it")), ("idle", Schema.Flag()),
                    ("provisional", Schema.Flag("learned while running and not confirmed: it raises no alarm")), ("confirmed", Schema.OrNull(Schema.Object(("jobs", Schema.Whole()), ("nodes", Schema.Whole())))), ("alone", Schema.Flag("too few to say how wide it is")),
                    ("jobs", Schema.List(Schema.Object(("name", Schema.Text()), ("segments", Schema.Whole())), "names of the jobs that ran as it, the most frequent first, at most 20")),
                    ("members", Schema.Whole("segments that it was learned from")), ("frames", Schema.Whole("learned from")), ("nodes_now", Schema.Whole("whose open segment it fits")))))),
                JsonNode.Parse("""
                    {"library_version": 2, "learned_from": "testbed-a (recording)", "segments": 34, "frames": 5120, "metrics": ["cpu_user_share", "memory_used_bytes"], "threshold": 6.1,
                     "false_episodes_per_hour": 0.1, "patterns": [{"id": 0, "name": "lattice", "idle": false, "provisional": false, "confirmed": null, "alone": false,
                     "jobs": [{"name": "lattice", "segments": 9}], "members": 9, "frames": 1400, "nodes_now": 64}]}
                    """)),
            new ApiAnswer(400, "A parameter is nonsense"),
        ],
    };
}
