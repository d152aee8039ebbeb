using System.Text.Json.Nodes;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Daemon.Serve.Faults;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record ModelVersionJson(int Version, int Parent, ModelSource Source, Verdict Verdict, string? TunedFrom, string? TunedUntil, int Experts, int Added, int Removed, int Judged, long Labels, double? Loss, double? ChampionLoss, string? ServedSince, string? BroughtBack, bool Kept);

internal sealed record ModelDayJson(string Day, int Version, long Labelled, long Faults, double? Accuracy, double? Precision, double? Recall, double? ClassAccuracy);

internal sealed record ModelContestJson(int Challenger, int Champion, int Intervals, int IntervalsWanted, long Labels, long Faults, double Loss, double ChampionLoss);

internal sealed record ModelLabelsJson(LabelOrigin Origin, string Class, int Faults, int Intervals);

internal sealed record ModelExpertJson(int Expert, long Awake);

internal sealed record ModelQualityJson(
    double Labelled, double Faults, int FaultsWanted, double? Brier, double? BaseBrier, double? Skill, double? SkillError, double SkillWanted, double? Miscalibration, double MiscalibrationMost);

internal sealed record ModelJson(
    bool Enabled, bool Serving, string? Why, int Version, bool MayAct, string? WhyNotAct, IReadOnlyList<ModelExpertJson> Experts, long Inputs, long Unwanted, IReadOnlyList<ModelLabelsJson> Labels, int MinLabels,
    IReadOnlyList<ModelDayJson> Days, ModelContestJson? Contest, IReadOnlyList<ModelVersionJson> Versions, double IntervalS, int IntervalsKept, string? LastInterval, int Waiting, long Dropped, string? Trouble, ModelQualityJson? Quality);

internal sealed record ModelBackJson(int Version);

/// <summary><c>GET /api/v1/model</c> and <c>POST /api/v1/model/rollback</c>: the fault model as it stands, and the way back.</summary>
internal static class ModelRoutes
{
    public static IEnumerable<ApiRoute> All(IFaultDesk desk)
    {
        yield return new ApiRoute("GET", "/api/v1/model", Roles.Read, "The fault model: which version serves and why not, its experts, labels by origin, how its predictions did, and its versions", context =>
            new QueryText(context).Problem() is { } problem ? ApiError.AnswerAsync(context, 400, problem) : ApiJson.WriteAsync(context, Of(desk)))
        {
            Answers = [new ApiAnswer(200, "The model as it stands", ApiJson.Type, Described, Example), new ApiAnswer(400, "A parameter is nonsense")],
        };
        yield return new ApiRoute("POST", "/api/v1/model/rollback", Roles.Operate, "The version that served before serves again", async context =>
        {
            if (LibraryRoutes.FromElsewhere(context))
                await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
            else if (await desk.GoBackAsync(context.RequestAborted) is { Why: { } why })
                await ApiError.AnswerAsync(context, 409, why);
            else
                await ApiJson.WriteAsync(context, new ModelBackJson(desk.View.Status.Serving));
        })
        {
            Answers =
            [
                new ApiAnswer(200, "It serves, and will after a restart", ApiJson.Type, Schema.Object(("version", Schema.Whole("that serves now"))), JsonNode.Parse("""{"version": 3}""")),
                new ApiAnswer(403, "The token lacks the role, or a page of another origin asks"),
                new ApiAnswer(409, "There is no earlier version, or no model"),
                new ApiAnswer(503, "A training or tuning is under way; it is done when that has ended"),
            ],
        };
    }

    private static JsonObject Described => Schema.Object(
        ("enabled", Schema.Flag("fault_model.enabled")),
        ("serving", Schema.Flag("whether a version serves; else alerts are unclassified")),
        ("why", Schema.OrNull(Schema.Text("why none serves"))),
        ("version", Schema.Whole("that serves; 0: none")),
        ("may_act", Schema.Flag("whether actions may rest on it")),
        ("why_not_act", Schema.OrNull(Schema.Text("which bound it does not keep, with figures; its probability is shown and not used"))),
        ("experts", Schema.List(Schema.Object(("expert", Schema.Whole()), ("awake", Schema.Whole("inputs of this window of tuning that it was computed for"))), "of the serving version")),
        ("inputs", Schema.Whole("hosts and intervals in this window")),
        ("unwanted", Schema.Whole("of them, those that no expert wanted: they bring a new one")),
        ("labels", Schema.List(Schema.Object(
            ("origin", Schema.Words<LabelOrigin>("how they came")), ("class", Schema.OneOf("none: confirmed as healthy by a person; unknown: a fault of no known class, which is learned from neither way", "none", "cpu", "ram", "disk", "network", "unknown")),
            ("faults", Schema.Whole("separate stretches")), ("intervals", Schema.Whole("host-intervals of them that are kept, an hour of each at most"))))),
        ("min_labels", Schema.Whole("fault_model.min_labels")),
        ("days", Schema.List(Schema.Object(
            ("day", Schema.Text("UTC")), ("version", Schema.Whole("that served at its end")), ("labelled", Schema.Whole("host-intervals whose labels have come")), ("faults", Schema.Whole()),
            ("accuracy", Schema.OrNull(Schema.Number())), ("precision", Schema.OrNull(Schema.Number())), ("recall", Schema.OrNull(Schema.Number("of the faults, the share whose probability was above 0.5"))),
            ("class_accuracy", Schema.OrNull(Schema.Number("of the faults, the share whose class was named")))), "the oldest first, 400 at most")),
        ("contest", Nullable(Schema.Object(
            ("challenger", Schema.Whole()), ("champion", Schema.Whole()), ("intervals", Schema.Whole("that counted so far")), ("intervals_wanted", Schema.Whole()), ("labels", Schema.Whole()), ("faults", Schema.Whole()),
            ("loss", Schema.Number("the challenger's mean negative log-likelihood")), ("champion_loss", Schema.Number())))),
        ("versions", Schema.List(Schema.Object(
            ("version", Schema.Whole()), ("parent", Schema.Whole("0: trained anew")), ("source", Schema.Words<ModelSource>("what its weights were learned from; of a simulator's none ever serves")), ("verdict", Schema.Words<Verdict>()),
            ("tuned_from", Schema.OrNull(Schema.Time())), ("tuned_until", Schema.OrNull(Schema.Time())), ("experts", Schema.Whole()), ("added", Schema.Whole()), ("removed", Schema.Whole()),
            ("judged", Schema.Whole("intervals of its contest")), ("labels", Schema.Whole()), ("loss", Schema.OrNull(Schema.Number())), ("champion_loss", Schema.OrNull(Schema.Number())),
            ("served_since", Schema.OrNull(Schema.Time())), ("brought_back", Schema.OrNull(Schema.Time("by hand"))), ("kept", Schema.Flag("whether its weights are, so that it can be gone back to"))))),
        ("interval_s", Schema.Number("seconds")),
        ("intervals_kept", Schema.Whole()),
        ("last_interval", Schema.OrNull(Schema.Time("the start of the newest one"))),
        ("waiting", Schema.Whole("intervals that wait to be learned from")),
        ("dropped", Schema.Whole("intervals that were not")),
        ("trouble", Schema.OrNull(Schema.Text("why learning waits"))),
        ("quality", Nullable(Schema.Object(
            ("labelled", Schema.Number("host-intervals that the serving version predicted and whose labels came; old ones count half again and again")), ("faults", Schema.Number("of them")),
            ("faults_wanted", Schema.Whole("before an action may rest on it")), ("brier", Schema.OrNull(Schema.Number("mean of (p - y)^2"))), ("base_brier", Schema.OrNull(Schema.Number("of one who says how frequent faults are"))),
            ("skill", Schema.OrNull(Schema.Number("1 - brier / base_brier"))), ("skill_error", Schema.OrNull(Schema.Number("its standard error"))), ("skill_wanted", Schema.Number("the least of skill less two errors")),
            ("miscalibration", Schema.OrNull(Schema.Number("the share that is said in the wrong place, beyond chance"))), ("miscalibration_most", Schema.Number())))));

    private static JsonNode Example => JsonNode.Parse("""
        {"enabled": true, "serving": true, "why": null, "version": 2, "may_act": true, "why_not_act": null, "experts": [{"expert": 0, "awake": 8120}, {"expert": 1, "awake": 212}], "inputs": 8200, "unwanted": 3,
         "labels": [{"origin": "scheduler", "class": "ram", "faults": 12, "intervals": 121}, {"origin": "rule", "class": "network", "faults": 31, "intervals": 204}, {"origin": "operator", "class": "unknown", "faults": 4, "intervals": 30}], "min_labels": 200,
         "days": [{"day": "2026-01-31", "version": 2, "labelled": 230112, "faults": 21, "accuracy": 0.9998, "precision": 0.81, "recall": 0.62, "class_accuracy": 0.9}],
         "contest": {"challenger": 3, "champion": 2, "intervals": 20, "intervals_wanted": 50, "labels": 18012, "faults": 6, "loss": 0.0021, "champion_loss": 0.0023},
         "versions": [{"version": 1, "parent": 0, "source": "site", "verdict": "promoted", "tuned_from": "2026-01-02T00:00:00.000Z", "tuned_until": "2026-01-20T00:00:00.000Z", "experts": 12, "added": 0, "removed": 0, "judged": 0, "labels": 0,
           "loss": null, "champion_loss": null, "served_since": "2026-01-20T00:05:00.000Z", "brought_back": null, "kept": true}],
         "interval_s": 300, "intervals_kept": 1310, "last_interval": "2026-01-31T14:00:00.000Z", "waiting": 0, "dropped": 0, "trouble": null,
         "quality": {"labelled": 2310442, "faults": 121, "faults_wanted": 10, "brier": 0.00003, "base_brier": 0.00005, "skill": 0.41, "skill_error": 0.05, "skill_wanted": 0.05, "miscalibration": 0.04, "miscalibration_most": 0.25}}
        """)!;

    private static ModelJson Of(IFaultDesk desk)
    {
        var ((status, waiting, dropped, trouble), settings) = (desk.View, desk.Settings);
        var length = settings?.IntervalMs ?? 0;
        string? At(long index) => index < 0 ? null : Iso.Text((status.Base + index) * length);
        return new ModelJson(
            settings is not null, status.Serving > 0, settings is null ? "there is no fault model: fault_model.enabled is false" : status.Why, status.Serving, status.Actable, status.WhyNotActable,
            [.. status.Activations.Select((n, i) => new ModelExpertJson(i, n))], status.Inputs, status.Unwanted,
            [.. status.Labels.Select(l => new ModelLabelsJson(l.Origin, l.Class is { } c ? Schema.Word(c) : "unknown", l.Faults, l.Intervals))], settings?.MinLabels ?? 0,
            [.. status.Days.Select(Day)], status.Contest is { } c ? new ModelContestJson(c.Challenger, c.Champion, c.Intervals, c.IntervalsWanted, c.Labels, c.Faults, c.Loss, c.ChampionLoss) : null,
            [.. status.Versions.Select(v => new ModelVersionJson(
                v.Number, v.Parent, v.Source, v.Verdict, At(v.Tuned.First), At(v.Tuned.End), v.Experts, v.Added, v.Removed, v.Judged, v.Labels, v.Judged > 0 ? v.Loss : null, v.Judged > 0 ? v.ChampionLoss : null,
                At(v.Since), At(v.BroughtBack), v.Number == status.Serving || status.Earlier.Contains(v.Number)))],
            length / 1000.0, status.IntervalsKept, status.LastInterval > 0 ? Iso.Text(status.LastInterval * length) : null, waiting, dropped, trouble,
            status.Quality is { } quality ? Of(quality) : null);
    }

    private static ModelQualityJson Of(VersionQuality q) => new(
        q.Labelled, q.Faults, VersionQuality.LeastFaults, Finite(q.Brier), Finite(q.Base), Finite(q.Skill), Finite(q.SkillError), VersionQuality.LeastSkill, Finite(q.Miscalibration), VersionQuality.MostMiscalibration);

    private static ModelDayJson Day(DayFigures d) => new(
        DateTimeOffset.UnixEpoch.AddDays(d.Day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), d.Version, d.Labelled, d.Faults,
        Finite(d.Accuracy), Finite(d.Precision), Finite(d.Recall), d.Faults > 0 ? d.RightClass / (double)d.Faults : null);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static JsonObject Nullable(JsonObject schema)
    {
        schema["type"] = new JsonArray("object", "null");
        return schema;
    }
}
