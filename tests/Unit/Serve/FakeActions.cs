using System.Collections.Immutable;
using System.Globalization;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.States;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

/// <summary>A suspect whose job is to move, an action of each state that asks something of an operator, and what operators say of them.</summary>
internal sealed class FakeActions : IActionDesk
{
    private readonly Lock _lock = new();
    private long _words;

    public SupervisorView? View { get; private set; }

    public SupervisorOptions? Options { get; private set; }

    /// <param name="suspect">Of the job.</param>
    public void Begin(NodeKey suspect, string jobId, IReadOnlyList<string> nodes, long nowMs)
    {
        var job = new JobIdentity(jobId, nowMs - 9_000_000, 0);
        var evidence = new DecisionEvidence(1935, 9120, 94, 0.0011, 0.5, suspect);
        var move = new Migrate(job, nowMs, ActReason.Prediction, suspect, suspect with { Name = "cn0900" }, nowMs + 3_600_000, 14_400, evidence);
        var picture = new JobPicture(job, jobId, 1000, "main", nowMs - 9_000_000, true, new Consent("USR1", RequeueConsent.AfterCheckpoint), nodes);
        var row = new JobRow(job, jobId, 1000, "main", nodes.Count, nowMs - 9_000_000, nowMs - 9_000_000, nowMs - 1_935_000) { CheckpointMs = nowMs - 1_935_000, SpentS = 100 };
        Options = new SupervisorOptions(suspect.Cluster, "tocsin") { Enabled = new HashSet<string> { "main" }, AsksOperator = true };
        ActionRow[] actions =
        [
            Row(3, ActionKind.Requeue, new Unknown(nowMs - 7_000_000, "slurmctld did not answer within 10 s, and job 8812300 ran again when it was asked"), suspect with { Name = "cn0007" }, job with { JobId = "8812300" }),
            Row(4, ActionKind.Undrain, new Done(nowMs - 5_000_000, "scontrol update NodeName=cn0007 State=RESUME"), suspect with { Name = "cn0007" }, null),
            Row(5, ActionKind.Drain, new Done(nowMs - 60_000, $"scontrol update NodeName={suspect.Name} State=DRAIN Reason=tocsin:5"), suspect, null),
            Row(6, ActionKind.Signal, new Proposed(), suspect, job) with { Waits = "waits for an operator", Consent = picture.Consent },
        ];
        DecisionRow[] decisions =
        [
            new(11, nowMs - 60_000, DecisionKind.Drain, null, suspect.Name, actions[2].Action.Sentence, 7560, 0.5, 5),
            new(12, nowMs - 45_000, DecisionKind.Migrate, jobId, suspect.Name, move.Sentence, move.GainNodeSeconds, 0.5, 6),
        ];
        View = new SupervisorView(
            1, nowMs, null, null, actions.ToImmutableSortedDictionary(a => a.Action.Id.Number, a => a), decisions.ToImmutableSortedDictionary(d => d.Number, d => d), ImmutableSortedDictionary<long, VetoRow>.Empty,
            ImmutableDictionary<string, NodeRow>.Empty.Add(suspect.Name, new NodeRow(suspect, NodeHealth.Failing, nowMs - 60_000) { OutBy = 5, Warning = new Warning(1, nowMs - 60_000, nowMs + 3_600_000, 0.5, "alert") }), [],
            ImmutableSortedDictionary<string, JobPlan>.Empty.Add(jobId, new JobPlan(picture, row, move, move, [new NodePrediction(1, suspect, nowMs - 60_000, nowMs, nowMs + 3_600_000, 0.5)], 0.0011)))
        {
            Spares = [new PartitionSpares("main", 512, 2, 1)],
        };

        ActionRow Row(long number, ActionKind kind, ActionState state, NodeKey node, JobIdentity? of) => new(new ActionRecord(
            new ActionId(number), kind, node, of, "main", nowMs - 8_000_000 + (number * 1_000_000), $"{kind.ToString().ToLowerInvariant()} {node.Name}: expected to fail (50 %); expected gain 2.1 node-hours", false, state));
    }

    /// <summary>So many more jobs without a suspect, from 10000 on, each of which fails more often than the one before.</summary>
    public void AlsoRuns(int jobs, string like)
    {
        var plan = View!.Plans[like] with { Predictions = [] };
        View = View with
        {
            Plans = View.Plans.AddRange(Enumerable.Range(10_000, jobs).Select(n =>
            {
                var identity = plan.Job.Identity with { JobId = n.ToString(CultureInfo.InvariantCulture) };
                return KeyValuePair.Create(identity.JobId, plan with { Job = plan.Job with { Identity = identity }, FailuresPerDay = n });
            })),
        };
    }

    public Task<ControlAnswer> SayAsync(OperatorSaid said, CancellationToken stop)
    {
        lock (_lock)
        {
            if (View is not { } view)
                return Task.FromResult(new ControlAnswer(409, NoActions.Why));
            var number = ++_words;
            View = said.Word switch
            {
                OperatorWord.Hold => view with { Hold = new HoldRow(said.Who, said.Note, view.AtMs) },
                OperatorWord.Resume => view with { Hold = null },
                OperatorWord.Veto => Refused(view, said) with { Vetoes = view.Vetoes.Add(number, new VetoRow(number, new Veto(said.Number is { } id ? new ActionId(id) : null, said.Node, said.JobId, said.Who, said.Note, view.AtMs, said.UntilMs))) },
                OperatorWord.Unveto => view with { Vetoes = view.Vetoes.Remove(said.Number ?? 0) },
                OperatorWord.Close => With(view, said, new Failed(view.AtMs, $"closed by {said.Who}: {said.Note}")),
                OperatorWord.Approve or OperatorWord.Force => With(view, said, new Approved(view.AtMs)),
                _ => throw new InvalidOperationException($"{said.Word} is no word of the closed set"),
            };
            return Task.FromResult(new ControlAnswer(200, $"{said.Word.ToString().ToLowerInvariant()} holds ({said.Note})", said.Number));
        }
    }

    private static SupervisorView Refused(SupervisorView view, OperatorSaid said) => said.Number is null ? view : With(view, said, new Refused(view.AtMs, $"vetoed by {said.Who}: {said.Note}"));

    private static SupervisorView With(SupervisorView view, OperatorSaid said, ActionState state)
    {
        var row = view.Actions[said.Number!.Value];
        return view with { Actions = view.Actions.SetItem(row.Action.Id.Number, row with { Action = row.Action with { State = state }, Waits = null }) };
    }
}
