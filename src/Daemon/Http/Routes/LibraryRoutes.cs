using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Live;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record LibraryJson(long Version, bool Active, string? Activated, long? Bytes, string? Words);

internal sealed record LibrariesJson(long Active, IReadOnlyList<LibraryJson> Libraries);

internal sealed record ActiveLibraryJson(long LibraryVersion);

/// <summary><c>GET /api/v1/libraries</c> and <c>POST /api/v1/libraries/{version}/activate</c>: the versions, and the way back.</summary>
internal static class LibraryRoutes
{
    public static IEnumerable<ApiRoute> All(ILibraryDesk desk)
    {
        yield return new ApiRoute("GET", "/api/v1/libraries", Roles.Read, "The versions of the pattern library", context =>
        {
            var words = new QueryText(context);
            if (words.Problem() is { } problem)
                return ApiError.AnswerAsync(context, 400, problem);
            var active = desk.Active.Version;
            return ApiJson.WriteAsync(context, new LibrariesJson(active, [.. desk.All.Select(l => new LibraryJson(l.Version, l.Version == active, Iso.Text(l.ActivatedMs), Bytes(l.Path), l.Words))]));
        })
        {
            Answers =
            [
                new ApiAnswer(200, "The versions, the oldest first; active 0: there is none", ApiJson.Type, Schema.Object(
                    ("active", Schema.Whole()),
                    ("libraries", Schema.List(Schema.Object(
                        ("version", Schema.Whole()), ("active", Schema.Flag()), ("activated", Schema.OrNull(Schema.Time("the last time; null: never"))), ("bytes", Schema.OrNull(Schema.Whole("null: its file is gone"))), ("words", Schema.OrNull(Schema.Text("what it was made of, and by whom where an operator changed it; null: not told"))))))),
                    JsonNode.Parse("""{"active": 2, "libraries": [{"version": 1, "active": false, "activated": "2026-01-30T08:00:00.000Z", "bytes": 812345, "words": null}, {"version": 2, "active": true, "activated": "2026-01-31T09:10:00.000Z", "bytes": 843210, "words": "pattern 4 (md_melt) is joined into 1 (md_dense) by ada"}]}""")),
                new ApiAnswer(400, "A parameter is nonsense"),
            ],
        };
        yield return new ApiRoute("POST", "/api/v1/libraries/{version}/activate", Roles.Operate, "Scores new segments by this version from now on: the way back, and forth", async context =>
        {
            if (FromElsewhere(context))
                await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
            else if (!long.TryParse((string)context.GetRouteValue("version")!, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                await ApiError.AnswerAsync(context, 400, "version: expected the number of a version");
            else
                await AnswerAsync(context, await desk.ActivateAsync(version, context.RequestAborted));
        })
        {
            Changes = LiveTopic.Library,
            Parameters = [new ApiParameter("version", "path", "of the library", Schema.Whole(), 1)],
            Answers = Answers("It is active: in the log, and so for all shards"),
        };
    }

    public static IReadOnlyList<ApiAnswer> Answers(string done) =>
    [
        new ApiAnswer(200, done, ApiJson.Type, Schema.Object(("library_version", Schema.Whole("that is active now"))), JsonNode.Parse("""{"library_version": 3}""")),
        new ApiAnswer(400, "No number"),
        new ApiAnswer(404, "There is none of that number"),
        new ApiAnswer(409, "It cannot be used, or another version was activated meanwhile"),
        new ApiAnswer(503, "The log or the store does not take it now"),
    ];

    /// <summary>A page in a browser can post to loopback without asking; it cannot leave out where it comes from.</summary>
    public static bool FromElsewhere(HttpContext context) =>
        context.Request.Headers.Origin is [{ } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == context.Request.Host.Value);

    public static Task AnswerAsync(HttpContext context, DeskAnswer answer) => answer.Problem is { } problem
        ? ApiError.AnswerAsync(context, answer.Status, problem)
        : ApiJson.WriteAsync(context, new ActiveLibraryJson(answer.Version));

    private static long? Bytes(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : null;
}
