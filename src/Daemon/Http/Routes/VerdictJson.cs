using System.Text.Json.Nodes;
using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record VerdictJson(
    long? Id, string Alert, VerdictWord Verdict, VerdictScope Scope, string? Metric, IReadOnlyList<string> Nodes, int NodeCount, IReadOnlyList<int> Patterns, string Who, string Note,
    string Given, string? Until, string? Undone, string? UndoneBy, bool Stands, bool InForce, long Muted, string? LastMuted, string Does)
{
    private const int Named = 64;

    public static VerdictJson Of(StoredVerdict stored, long nowMs)
    {
        var v = stored.Verdict;
        var stands = v.Stands(nowMs);
        return new VerdictJson(
            v.Number == 0 ? null : v.Number, v.Alert.ToString(), v.Word, v.Scope, v.Metric, [.. v.Nodes.Take(Named)], v.Nodes.Count, v.Patterns, v.Who, v.Note,
            Iso.Text(v.GivenMs)!, Iso.Text(v.UntilMs), Iso.Text(v.UndoneMs), v.UndoneBy, stands, stands && stored.Told, stored.Muted, Iso.Text(stored.MutedMs), VerdictText.Does(v));
    }

    public static JsonObject Schema => Http.Schema.Object(
        ("id", Http.Schema.OrNull(Http.Schema.Whole("null: a preview"))),
        ("alert", Http.Schema.Text("cluster-number")),
        ("verdict", Http.Schema.Words<VerdictWord>()),
        ("scope", Http.Schema.Words<VerdictScope>()),
        ("metric", Http.Schema.OrNull(Http.Schema.Text("of scope metric"))),
        ("nodes", Http.Schema.List(Http.Schema.Text(), "the alert's, at most 64 of node_count")),
        ("node_count", Http.Schema.Whole()),
        ("patterns", Http.Schema.List(Http.Schema.Whole(), "that the alert's segments matched")),
        ("who", Http.Schema.Text("the token's name")),
        ("note", Http.Schema.Text()),
        ("given", Http.Schema.Time()),
        ("until", Http.Schema.OrNull(Http.Schema.Time("null: until it is undone"))),
        ("undone", Http.Schema.OrNull(Http.Schema.Time())),
        ("undone_by", Http.Schema.OrNull(Http.Schema.Text())),
        ("stands", Http.Schema.Flag("neither undone nor over")),
        ("in_force", Http.Schema.Flag("it stands, and the log has it")),
        ("muted", Http.Schema.Whole("findings that would have been told of and were not: scored and counted all the same")),
        ("last_muted", Http.Schema.OrNull(Http.Schema.Time())),
        ("does", Http.Schema.Text("a sentence")));

    public static JsonNode Example => JsonNode.Parse("""
        {"id": 3, "alert": "hpc-17", "verdict": "false", "scope": "node", "metric": null, "nodes": ["cn0421"], "node_count": 1, "patterns": [4], "who": "ada", "note": "a known leak of the licence daemon",
         "given": "2026-01-31T15:00:00.000Z", "until": "2026-02-07T15:00:00.000Z", "undone": null, "undone_by": null, "stands": true, "in_force": true, "muted": 2, "last_muted": "2026-01-31T16:20:00.000Z",
         "does": "Not told of on cn0421: scores (memory, most of it memory_available_bytes), up to 2.75 times the threshold."}
        """)!;
}

internal sealed record VerdictPreviewJson(string From, int Seen, int Removes, IReadOnlyList<string> Removed, int RemovesOpen, int HidesFaults, IReadOnlyList<string> Hidden, string Summary)
{
    private const int Named = 100;

    public static VerdictPreviewJson Of(VerdictPreview preview, long nowMs) => new(
        Iso.Text(nowMs - (long)VerdictDesk.Window.TotalMilliseconds)!, preview.Seen, preview.Removed.Count, [.. preview.Removed.Take(Named).Select(a => a.Id.ToString())], preview.Open,
        preview.Hidden.Count, [.. preview.Hidden.Take(Named).Select(f => f.Alert.ToString())],
        $"removes {preview.Removed.Count} of {preview.Seen} alerts of the last {VerdictDesk.Window.TotalDays:0} days ({preview.Open} open), hides {preview.Hidden.Count} confirmed faults");

    public static JsonObject Schema => Http.Schema.Object(
        ("from", Http.Schema.Time("alerts that were open since then are looked at")),
        ("seen", Http.Schema.Whole("alerts that were looked at")),
        ("removes", Http.Schema.Whole("of them that nobody would have been told of")),
        ("removed", Http.Schema.List(Http.Schema.Text(), "their ids, the newest 100")),
        ("removes_open", Http.Schema.Whole("of them that are open: they are cleared when it is given")),
        ("hides_faults", Http.Schema.Whole("confirmed faults, of whatever age, that it would have hidden: over 0 it is refused")),
        ("hidden", Http.Schema.List(Http.Schema.Text(), "the ids of their alerts")),
        ("summary", Http.Schema.Text()));

    public static JsonNode Example => JsonNode.Parse("""
        {"from": "2026-01-24T15:00:00.000Z", "seen": 41, "removes": 2, "removed": ["hpc-17", "hpc-9"], "removes_open": 1, "hides_faults": 0, "hidden": [],
         "summary": "removes 2 of 41 alerts of the last 7 days (1 open), hides 0 confirmed faults"}
        """)!;
}

internal sealed record GivenVerdictJson(VerdictJson Verdict, VerdictPreviewJson? Preview);

internal sealed record VerdictListJson(IReadOnlyList<VerdictJson> Verdicts, long? Next);
