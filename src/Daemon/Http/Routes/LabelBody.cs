using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

/// <summary>Reads what is to be marked.</summary>
internal static class LabelBody
{
    /// <summary>A label is of one event.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <param name="fields">Told what is wrong: then the label is of no use.</param>
    /// <param name="holder">Of the token; null where none is asked for: then the body may say who.</param>
    public static Label Read(JsonFields fields, string cluster, string? holder, long nowMs)
    {
        var text = fields.Text("node", (2 * NodeKey.MaxLength) + 1, needed: true) ?? "";
        var slash = text.IndexOf('/');
        if (!NodeKey.TryParse(slash < 0 ? cluster : text[..slash], text[(slash + 1)..], out var node) && text.Length > 0)
            fields.Wrong("node: expected a node's name, or cluster/name");
        var (from, until) = (Time("from"), Time("until"));
        if (fields.Problem is null && (until <= from || until - from > Longest.TotalMilliseconds))
            fields.Wrong($"until: expected after from, at most {Longest.TotalDays:0} days");
        return new Label { Node = node, FromMs = from, UntilMs = until, Fault = Fault(), Who = holder ?? fields.Text("who", Verdict.MaxWho) ?? "anyone", Note = fields.Text("note", Label.MaxNote) ?? "", GivenMs = nowMs };

        long Time(string name)
        {
            var ms = 0L;
            if (fields.Text(name, 60, needed: true) is { } time && (!EventTime.TryParse(time, out ms) || ms <= 0))
                fields.Wrong($"{name}: '{OneLine.Of(time, 60)}', expected unix seconds or ISO 8601, e.g. 2026-01-31T14:00:00Z");
            return ms;
        }

        FaultKind? Fault()
        {
            var (label, kind) = (fields.Text("label", 20, needed: true), fields.Text("fault", 40));
            if (label is not (null or "fault" or "normal"))
                fields.Wrong("label: expected fault or normal");
            if (label == "normal" && kind is not null)
                fields.Wrong("fault: what is normal is no fault of a kind");
            if (label != "fault")
                return null;
            foreach (var value in Enum.GetValues<FaultKind>())
            {
                if (Schema.Word(value) == (kind ?? Schema.Word(FaultKind.Unknown)))
                    return value;
            }
            fields.Wrong($"fault: expected one of {string.Join(", ", Enum.GetValues<FaultKind>().Select(v => Schema.Word(v)))}");
            return null;
        }
    }
}
