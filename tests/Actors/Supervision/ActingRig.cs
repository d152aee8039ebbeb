using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>One supervisor, eight nodes, job 11 on n1 that opted in and answers signals, and whatever a test does to them.</summary>
internal sealed class ActingRig
{
    private readonly List<(byte Kind, byte[] Payload, long AtMs)> _log = [];
    private readonly MemoryDatabase _database = new();
    private readonly SupervisorOptions _options;

    public ActingRig(SupervisorOptions? options = null, CommandFaults? faults = null)
    {
        _options = options ?? ActingScenario.Options;
        Faults = faults ?? new CommandFaults();
        Slurm = new SimulatedSlurm(() => World.NowMs) { Signalled = (job, action) => Signalled!(job, action) };
        Slurm.Add(Enumerable.Range(1, 8).Select(i => $"n{i}"));
        Slurm.Jobs["11"] = new SimulatedSlurm.Job("11", 1000, "n1", World.NowMs / 1000);
        Signalled = (job, action) => World.After(2, () => Say(new JobSaid(JobWord.Acknowledge, new JobIdentity(job.Id, job.SubmitS * 1000, job.Restarts), action, true, 2, null)));
        Life = Begin();
    }

    public ActingWorld World { get; } = new(7);

    public SimulatedSlurm Slurm { get; }

    public ActingLife Life { get; private set; }

    public CommandFaults Faults { get; }

    public bool Away { get; set; }

    public Action<SimulatedSlurm.Job, long> Signalled { get; set; }

    public SupervisorView View => Life.Board.View!;

    public IReadOnlyList<string> Effects => [.. Slurm.Effects.Select(e => e.What)];

    /// <summary>Another process on the same store.</summary>
    public ActingLife Begin()
    {
        Life = new ActingLife(World, Slurm, _database, _log, _options, Faults, () => Away);
        Life.Begin();
        return Life;
    }

    public void Say(JobSaid said) => _log.Add((ControlKind.Job, WireBytes.Of(said), World.NowMs));

    public void Say(OperatorSaid said) => _log.Add((ControlKind.Operator, WireBytes.Of(said), World.NowMs));

    public void Alert(AlertCause cause, bool open = true, long number = 1, string node = "n1", FindingSource source = FindingSource.Model, Severity severity = Severity.Critical)
    {
        var alert = new Alert
        {
            Id = new AlertId("sim", number),
            Revision = open ? 1 : 2,
            Labels = new AlertLabels("NodeAnomaly", "sim", node, cause == AlertCause.Job ? "11" : null, null, null, FaultKind.Memory),
            Cause = cause,
            Kind = FaultKind.Memory,
            Severity = severity,
            SinceMs = World.NowMs,
            RaisedMs = World.NowMs,
            UpdatedMs = World.NowMs,
            ClearedMs = open ? null : World.NowMs,
            Job = cause == AlertCause.Job ? new Tocsin.Shared.JobKey("11", Slurm.Jobs["11"].SubmitS * 1000) : null,
            Nodes = [node],
            NodeCount = 1,
            OutOf = 1,
            Summary = "",
            Evidence = "",
            Signs = [new AlertSign(source, "", FaultKind.Memory, null, 3, [])],
        };
        _log.Add((ControlKind.Alert, WireBytes.Of<AlertEvent>(open ? new AlertRaised(alert) : new AlertCleared(alert)), World.NowMs));
    }

    public ActionRow Last(Tocsin.Checkpointing.Actions.ActionKind kind) => View.Actions.Values.Last(a => a.Action.Kind == kind);
}
