using System.Text.Json.Nodes;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

internal sealed record SuspectJson(string Node, double Probability, string Until, string By);

internal sealed record JobPlanJson(
    string Job, long SubmitUnix, int Restarts, string Partition, IReadOnlyList<string> Nodes, double FailuresPerDay, IReadOnlyList<SuspectJson> Suspects, string? LastCheckpoint, string? NextPlanned,
    double UnsavedSeconds, double CheckpointSeconds, double PeriodSeconds, double CheckpointShare, string Consent, string Requeue, string Decision, double GainNodeSeconds, string Reason)
{
    private const int Named = 64;

    public static JobPlanJson Of(JobPlan plan, SupervisorView view, long nowMs)
    {
        var (decision, evidence) = (plan.Plan, plan.Plan.Evidence);
        // A job that did not opt in has a plan all the same: it may ask by itself.
        var next = (decision is Hold { LookAgainMs: long.MaxValue } ? plan.Advice : decision) switch
        {
            Hold { LookAgainMs: > 0 and < long.MaxValue } hold => hold.LookAgainMs,
            Hold => (long?)null,
            _ => decision.AtMs,
        };
        return new JobPlanJson(
            plan.Job.Id, plan.Job.Identity.SubmitMs / 1000, plan.Job.Identity.Restarts, plan.Job.Partition, [.. plan.Job.Nodes.Take(Named)], Finite(plan.FailuresPerDay),
            [.. plan.Predictions.Take(Named).Select(p => new SuspectJson(p.Node.Name, p.Confidence, Iso.Text(p.UntilMs)!, p.Id < 0 ? "job" : view.Nodes.GetValueOrDefault(p.Node.Name)?.Warning?.Input ?? ""))],
            Iso.Text(plan.Row.CheckpointMs), Iso.Text(next), Finite(evidence.UnsavedS), Finite(evidence.CostS), Finite(evidence.PeriodS),
            Finite(plan.Row.SpentS / Math.Max(1, (nowMs - plan.Row.FirstRunMs) / 1000.0)),
            plan.Job.Consent.Signal ?? plan.Row.Signal ?? "none", plan.Job.Requeue ? Schema.Word(plan.Job.Consent.Requeue) : "never", Word(decision), Finite(decision.GainNodeSeconds), decision.Sentence);
    }

    public static JsonObject Shape => Schema.Object(
        ("job", Schema.Text("Slurm's JobID")), ("submit_unix", Schema.Whole("with job and restarts it names the run")), ("restarts", Schema.Whole()), ("partition", Schema.Text()),
        ("nodes", Schema.List(Schema.Text(), "at most 64")), ("failures_per_day", Schema.Number("of all its nodes together, as learned")),
        ("suspects", Schema.List(Schema.Object(("node", Schema.Text()), ("probability", Schema.Number("of a failure by then, 0 to 1")), ("until", Schema.Time()), ("by", Schema.Text("the input that says so; job: the job's own fault"))))),
        ("last_checkpoint", Schema.OrNull(Schema.Time("that it acknowledged; null: none"))), ("next_planned", Schema.OrNull(Schema.Time("null: none is"))),
        ("unsaved_seconds", Schema.Number("of work that a failure now would cost")), ("checkpoint_seconds", Schema.Number("expected for one")), ("period_seconds", Schema.Number("between two, by the usual risk")),
        ("checkpoint_share", Schema.Number("of its time that went into checkpoints")), ("consent", Schema.Text("the signal that it handles; none: it receives none")), ("requeue", Schema.OneOf("", "never", "after_checkpoint", "always")),
        ("decision", Schema.OneOf("", "hold", "checkpoint", "migrate")), ("gain_node_seconds", Schema.Number("expected, against doing nothing")), ("reason", Schema.Text("one sentence")));

    public static JsonNode Example => JsonNode.Parse("""
        {"job": "4711", "submit_unix": 1769868000, "restarts": 0, "partition": "main", "nodes": ["cn0421", "cn0422"], "failures_per_day": 0.0011,
         "suspects": [{"node": "cn0421", "probability": 0.5, "until": "2026-01-31T15:02:00.000Z", "by": "alert"}], "last_checkpoint": "2026-01-31T13:30:00.000Z", "next_planned": "2026-01-31T14:02:15.000Z",
         "unsaved_seconds": 1935, "checkpoint_seconds": 94, "period_seconds": 9120, "checkpoint_share": 0.011, "consent": "USR1", "requeue": "after_checkpoint", "decision": "migrate", "gain_node_seconds": 4120,
         "reason": "checkpoint and go on without cn0421, with cn0430: cn0421 is expected to fail (50 %), 32 min of work unsaved; expected gain 1.1 node-hours"}
        """)!;

    /// <summary>JSON has neither NaN nor infinity; 0 stands for what is not known.</summary>
    internal static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private static string Word(JobDecision decision) => decision switch
    {
        Checkpoint => "checkpoint",
        Migrate => "migrate",
        _ => "hold",
    };
}

internal sealed record DecisionJson(long Id, string At, DecisionKind Decision, string? Job, string? Node, string Reason, double GainNodeSeconds, double? Probability, long? Action)
{
    public static DecisionJson Of(DecisionRow row) => new(
        row.Number, Iso.Text(row.AtMs)!, row.Kind, row.Job, row.Node, row.Sentence, JobPlanJson.Finite(row.GainNodeSeconds), double.IsFinite(row.Probability) ? row.Probability : null, row.Action);

    public static JsonObject Shape => Schema.Object(
        ("id", Schema.Whole()), ("at", Schema.Time()), ("decision", Schema.Words<DecisionKind>("withheld: it would have been done, and a brake was against it")), ("job", Schema.OrNull(Schema.Text())), ("node", Schema.OrNull(Schema.Text("the suspect"))),
        ("reason", Schema.Text("one sentence")), ("gain_node_seconds", Schema.Number("expected, against doing nothing")), ("probability", Schema.OrNull(Schema.Number("of the suspect's failure, 0 to 1"))), ("action", Schema.OrNull(Schema.Whole("that came of it"))));

    public static JsonNode Example => JsonNode.Parse("""
        {"id": 12, "at": "2026-01-31T14:02:15.000Z", "decision": "drain", "job": null, "node": "cn0421", "reason": "drain cn0421: expected to fail (50 %), no new job is to begin there; expected gain 2.1 node-hours",
         "gain_node_seconds": 7560, "probability": 0.5, "action": 5}
        """)!;
}

internal sealed record SparesJson(string Partition, int Nodes, int Wanted, int Free)
{
    public static SparesJson Of(PartitionSpares spares) => new(spares.Partition, spares.Nodes, spares.Wanted, spares.Free);

    public static JsonObject Shape => Schema.Object(
        ("partition", Schema.Text()), ("nodes", Schema.Whole("of the partition; one of several partitions counts in each")),
        ("wanted", Schema.Whole("free nodes with which a failed one finds a spare with the chance spare_chance; nothing is kept free")), ("free", Schema.Whole("idle, healthy, unsuspected and kept for no move")));

    public static JsonNode Example => JsonNode.Parse("""{"partition": "main", "nodes": 512, "wanted": 2, "free": 3}""")!;
}

internal sealed record InputJson(string Input, double Brier, double Words, bool Believed)
{
    public static InputJson Of(InputStanding input) => new(input.Input, input.Brier, input.Words, input.Believed);

    public static JsonObject Shape => Schema.Object(
        ("input", Schema.Text("base, alert, score, rules, states, faults or mlp")), ("brier", Schema.Number("mean of (said - came)^2 over its past words, 0 to 1; less is better")),
        ("words", Schema.Number("that it rests on, newer ones weighing more")), ("believed", Schema.Flag("of a node of which all speak")));

    public static JsonNode Example => JsonNode.Parse("""{"input": "mlp", "brier": 0.0021, "words": 41250.5, "believed": true}""")!;
}

internal sealed record DecisionsJson(string? DecidedAt, bool DryRun, IReadOnlyList<string> Enabled, string Policy, string? Held, string? Brake, IReadOnlyList<JobPlanJson> Jobs, int JobsTotal, IReadOnlyList<DecisionJson> Decisions, long? Next)
{
    public double SpareChance { get; init; }

    public IReadOnlyList<SparesJson> Spares { get; init; } = [];

    public IReadOnlyList<InputJson> Inputs { get; init; } = [];
}
