using System.Text.Json.Nodes;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;

namespace Tocsin.Daemon.Http.Routes;

/// <summary>Where an action stands, as the API says it.</summary>
internal enum ActionWord
{
    Proposed,
    Approved,
    Started,
    Done,
    DryRun,
    Failed,
    Unknown,
    Refused,
}

internal sealed record ActionJson(
    long Id, ActionKind Kind, string? Node, string? Job, string Partition, string Proposed, ActionWord State, string? Since, string Reason, string? Says, string? Waits, bool Forced, bool Approved, bool? Acknowledged, long? Undoes)
{
    public static ActionJson Of(ActionRow row)
    {
        var (word, since, says) = row.Action.State switch
        {
            Checkpointing.Actions.Proposed => (ActionWord.Proposed, row.Action.ProposedMs, null),
            Checkpointing.Actions.Approved a => (ActionWord.Approved, a.AtMs, null),
            Started s => (ActionWord.Started, s.AtMs, null),
            Done d => (d.DryRun ? ActionWord.DryRun : ActionWord.Done, d.AtMs, d.What),
            Failed f => (ActionWord.Failed, f.AtMs, f.Why),
            Unknown u => (ActionWord.Unknown, u.AtMs, u.Why),
            Refused r => (ActionWord.Refused, r.AtMs, (string?)r.Why),
            _ => throw new InvalidOperationException($"{row.Action.State.GetType().Name} is no state of the closed set"),
        };
        var action = row.Action;
        return new ActionJson(
            action.Id.Number, action.Kind, action.Node?.Name, action.Job?.JobId, action.Partition, Iso.Text(action.ProposedMs)!, word, Iso.Text(since), action.Sentence, says, action.Open ? row.Waits : null,
            action.Forced, row.Approved, action.Kind == ActionKind.Signal ? row.Acknowledged && row.Written : null, action.Undoes?.Number);
    }

    public static JsonObject Shape => Schema.Object(
        ("id", Schema.Whole("a drain's reason in Slurm is tocsin:id, a fence's reservation tocsin-id")), ("kind", Schema.Words<ActionKind>()), ("node", Schema.OrNull(Schema.Text())), ("job", Schema.OrNull(Schema.Text())), ("partition", Schema.Text()), ("proposed", Schema.Time()),
        ("state", Schema.Words<ActionWord>("dry_run: it would have been done, the partition is not switched on; unknown: a human has to look, then close it")), ("since", Schema.OrNull(Schema.Time("in that state"))),
        ("reason", Schema.Text("why it is wanted, one sentence")), ("says", Schema.OrNull(Schema.Text("what came of it"))), ("waits", Schema.OrNull(Schema.Text("why it does not go on"))), ("forced", Schema.Flag()), ("approved", Schema.Flag("by an operator")),
        ("acknowledged", Schema.OrNull(Schema.Flag("of a signal: the job says that it wrote"))), ("undoes", Schema.OrNull(Schema.Whole("of an undrain: the drain; of an unfence: the fence"))));

    public static JsonNode Example => JsonNode.Parse("""
        {"id": 5, "kind": "drain", "node": "cn0421", "job": null, "partition": "main", "proposed": "2026-01-31T14:02:15.000Z", "state": "done", "since": "2026-01-31T14:02:18.000Z",
         "reason": "drain cn0421: expected to fail (50 %), no new job is to begin there; expected gain 2.1 node-hours", "says": "scontrol update NodeName=cn0421 State=DRAIN Reason=tocsin:5", "waits": null,
         "forced": false, "approved": false, "acknowledged": null, "undoes": null}
        """)!;
}

internal sealed record VetoJson(long Id, long? Action, string? Node, string? Job, string Who, string Note, string At, string? Until)
{
    public static VetoJson Of(VetoRow row) => new(row.Number, row.Veto.Action?.Number, row.Veto.Node?.Name, row.Veto.JobId, row.Veto.Who, row.Veto.Note, Iso.Text(row.Veto.AtMs)!, Iso.Text(row.Veto.UntilMs));

    public static JsonObject Shape => Schema.Object(
        ("id", Schema.Whole()), ("action", Schema.OrNull(Schema.Whole())), ("node", Schema.OrNull(Schema.Text())), ("job", Schema.OrNull(Schema.Text())), ("who", Schema.Text()), ("note", Schema.Text()), ("at", Schema.Time()),
        ("until", Schema.OrNull(Schema.Time("null: until it is taken back"))));

    public static JsonNode Example => JsonNode.Parse("""{"id": 2, "action": null, "node": "cn0421", "job": null, "who": "ada", "note": "is being repaired", "at": "2026-01-31T14:00:00.000Z", "until": "2026-02-01T14:00:00.000Z"}""")!;
}

internal sealed record ActionsJson(bool DryRun, string? Held, IReadOnlyList<ActionJson> Actions, IReadOnlyList<VetoJson> Vetoes, IReadOnlyList<string> NodesOut, long? Next)
{
    public static JsonObject Shape => Schema.Object(
        ("dry_run", Schema.Flag("no partition is switched on")), ("held", Schema.OrNull(Schema.Text("who holds everything"))), ("actions", Schema.List(ActionJson.Shape)), ("vetoes", Schema.List(VetoJson.Shape)),
        ("nodes_out", Schema.List(Schema.Text(), "because of Tocsin")), ("next", Schema.OrNull(Schema.Whole("null: this was the last page"))));

    public static IReadOnlyList<string> Out(SupervisorView view) => [.. view.Nodes.Values.Where(n => n.OutBy is not null).Select(n => n.Node.Name).Order(StringComparer.Ordinal)];
}

internal sealed record OperatedJson(bool Done, string Says, long? Action);
