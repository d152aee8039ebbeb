using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Simulation.Acting;

/// <summary>What came of one run.</summary>
/// <param name="Failure">The first thing that must not be; null = all is as it must be.</param>
/// <param name="Effects">Commands that had their effect, signals apart.</param>
public sealed record ActingOutcome(string? Failure, int Lives, int Actions, int Effects, int Unknown, bool Moved, bool Returned);

/// <summary>A node falls ill with a job on it and gets well again, while supervisors die at points of their writes and between them, stand still, are taken for dead and come
/// back, commands hang, and other people have their hands on the same nodes. No action id may have two effects, and each must end as what it was.</summary>
public sealed class ActingScenario
{
    public const double LengthS = 5000;

    private const double ReturnsS = Usual.UntilS + 298;

    private readonly ActingWorld _world;
    private readonly MemoryDatabase _database = new();
    private readonly List<(byte Kind, byte[] Payload, long AtMs)> _log = [];
    private readonly List<ActingLife> _lives = [];
    private readonly CommandFaults _faults;
    private readonly bool _hostile;
    private readonly SupervisorOptions _options;
    private readonly int _crashPoint;
    private readonly List<int> _acting = [];
    private int _points, _crashes;
    private string? _failure;

    /// <param name="fence">How suspects are taken out.</param>
    /// <param name="crashPoint">The only crash is at this point of the store's writes; 0 = they come by chance; -1 = none.</param>
    public ActingScenario(ulong seed, int crashPoint = 0, bool hostile = true, FenceChoice fence = FenceChoice.Drain)
    {
        (_world, _crashPoint, _hostile, _options) = (new ActingWorld(seed), crashPoint, hostile, Options with { Fence = fence });
        Slurm = new SimulatedSlurm(() => _world.NowMs) { Signalled = Signalled };
        _faults = hostile ? new CommandFaults(SilentOneIn: 12, RefusedOneIn: 15, SlowS: 3) : new CommandFaults();
    }

    public SimulatedSlurm Slurm { get; }

    /// <summary>As the last supervisor showed it.</summary>
    public SupervisorView? View => _lives.LastOrDefault()?.Board.View;

    /// <summary>Points of the store's writes that were passed while something was being done: at the alert, and when the node comes back.</summary>
    public IReadOnlyList<int> Points => _acting;

    public static SupervisorOptions Options { get; } = new("sim", "root")
    {
        Enabled = new HashSet<string> { SimulatedSlurm.Partition },
        Every = TimeSpan.FromSeconds(10),
        ReturnAfter = TimeSpan.FromSeconds(300),
        Priors = new Priors(CheckpointS: 10, CheckpointWorstS: 20, RestartS: 20, DownS: 60),
        Adaptive = new AdaptiveOptions(MoveCoolDownS: 300),
        Limits = new ActionLimits(CommandMs: 5_000, CheckMs: 10_000),
        Brakes = new BrakeOptions(QuietMs: 20_000, RequeuesPerJobInADay: 10, OutInAnHour: 10),
    };

    public ActingOutcome Run()
    {
        Slurm.Add(Enumerable.Range(1, 8).Select(i => $"n{i}"));
        var submit = _world.NowMs / 1000;
        Slurm.Jobs["11"] = new SimulatedSlurm.Job("11", 1000, "n1", submit);
        Slurm.Jobs["12"] = new SimulatedSlurm.Job("12", 1001, "n2", submit) { Comment = "" };
        Schedule();
        _world.After(0, Watch);
        Tell(Usual.FromS, open: true);
        Tell(Usual.UntilS, open: false);
        if (_hostile)
            Disturb();
        _world.RunTo(LengthS);
        return Judge();
    }

    /// <summary>A requeued job begins again where it can.</summary>
    private void Schedule() => _world.After(5, () =>
    {
        foreach (var job in Slurm.Jobs.Values.Where(j => !j.Running))
        {
            if (Slurm.Nodes.Values.FirstOrDefault(n => !n.Drained && !Slurm.IsReserved(n) && n.State == "IDLE" && !Slurm.Jobs.Values.Any(j => j.Running && j.Node == n.Name)) is { } free)
                (job.Running, job.Node, job.StartS) = (true, free.Name, _world.NowMs / 1000);
        }
        Schedule();
    });

    /// <summary>The group's word: whoever holds the shard has it until its lease is over.</summary>
    private void Watch()
    {
        _world.After(2, Watch);
        if (_lives.Count > 0 && !_lives[^1].Dead && _world.NowMs < _lives[^1].LeaseUntilMs)
            return;
        if (_lives.Count > 0 && _lives[^1].Dead && _world.NowMs < _lives[^1].LeaseUntilMs && _world.OneIn(2))
            return;
        var life = new ActingLife(_world, Slurm, _database, _log, _options, _faults, () => false, Point);
        _lives.Add(life);
        life.Begin();
    }

    private void Point(StorePoint point)
    {
        _points++;
        if (_world.Seconds is > Usual.FromS - 1 and < Usual.FromS + 12 or > ReturnsS and < ReturnsS + 20)
            _acting.Add(_points);
        if (_points == _crashPoint || (_crashPoint == 0 && _hostile && _crashes < 4 && _world.OneIn(400)))
        {
            _crashes++;
            _lives[^1].Kill();
            throw new StoreCrash();
        }
    }

    private void Tell(double atS, bool open) => _world.After(atS, () =>
    {
        var alert = new Alert
        {
            Id = new AlertId("sim", 1),
            Revision = open ? 1 : 2,
            Labels = new AlertLabels("NodeAnomaly", "sim", Usual.Name, null, null, null, FaultKind.Memory),
            Cause = AlertCause.Node,
            Kind = FaultKind.Memory,
            Severity = Severity.Critical,
            SinceMs = _world.NowMs,
            RaisedMs = _world.NowMs,
            UpdatedMs = _world.NowMs,
            ClearedMs = open ? null : _world.NowMs,
            Nodes = [Usual.Name],
            NodeCount = 1,
            OutOf = 1,
            Score = 9,
            Threshold = 3,
            Summary = "",
            Evidence = "",
        };
        _log.Add((ControlKind.Alert, WireBytes.Of<AlertEvent>(open ? new AlertRaised(alert) : new AlertCleared(alert)), _world.NowMs));
    });

    /// <summary>The client in the job: it writes, and says so, most of the time.</summary>
    private void Signalled(SimulatedSlurm.Job job, long action)
    {
        var run = new JobIdentity(job.Id, job.SubmitS * 1000, job.Restarts);
        if (_hostile && _world.OneIn(5))
            return;
        _world.After(2, () => _log.Add((ControlKind.Job, WireBytes.Of(new JobSaid(JobWord.Acknowledge, run, action, true, 2, null)), _world.NowMs)));
    }

    private void Disturb()
    {
        for (var i = 0; i < 3; i++)
            _world.After(_world.Draw(LengthS * 0.6), () => _lives[^1].Freeze(1 + _world.Draw(90)));
        for (var i = 0; i < 2; i++)
            _world.After(_world.Draw(LengthS * 0.6), () => _lives[^1].Kill());
        if (_world.OneIn(3))
            _world.After(_world.Draw(LengthS), () => Slurm.Drain("n1", "NHC: memory", "nhc"));
        if (_world.OneIn(3))
            _world.After(_world.Draw(LengthS), () => Slurm.Drain($"n{1 + (int)_world.Draw(8)}", "swap DIMM", "ada"));
        if (_world.OneIn(4))
            _world.After(_world.Draw(LengthS), () => Slurm.Jobs.Remove("11"));
        if (_world.OneIn(4))
            _world.After(100 + _world.Draw(100), () => _log.Add((ControlKind.Operator, WireBytes.Of(new OperatorSaid(OperatorWord.Veto, null, new Shared.NodeKey("sim", "n1"), null, "ada", "", null)), _world.NowMs)));
        if (_world.OneIn(4))
        {
            _world.After(100 + _world.Draw(300), () => _log.Add((ControlKind.Operator, WireBytes.Of(new OperatorSaid(OperatorWord.Hold, null, null, null, "ada", "", null)), _world.NowMs)));
            _world.After(800, () => _log.Add((ControlKind.Operator, WireBytes.Of(new OperatorSaid(OperatorWord.Resume, null, null, null, "ada", "", null)), _world.NowMs)));
        }
        if (_world.OneIn(3))
        {
            Slurm.CheckFails = true;
            _world.After(ReturnsS + _world.Draw(1000), () => Slurm.CheckFails = false);
        }
        if (_world.OneIn(6))
            _world.After(200 + _world.Draw(2500), () => Slurm.Resume("n1"));
        if (_options.Fence == FenceChoice.Reservation && _world.OneIn(6))
            _world.After(200 + _world.Draw(2500), () => Slurm.DeleteReservation("n1"));
    }

    private ActingOutcome Judge()
    {
        var rows = Rows();
        foreach (var row in rows)
            Judge(row);
        foreach (var (action, what) in Slurm.Effects.Where(e => e.What != "signal"))
        {
            if (rows.All(r => r.Action.Id.Number != action))
                _failure ??= $"a {what} for action {action}, which is not stored";
        }
        if (Slurm.TakenBack is [var first, ..])
            _failure ??= $"a drain of somebody else's was taken back ({first})";
        return new ActingOutcome(
            _failure, _lives.Count, rows.Count, Slurm.Effects.Count(e => e.What != "signal"), rows.Count(r => r.Action.State is Unknown),
            Slurm.Effects.Any(e => e.What == "requeue"), Slurm.Effects.Any(e => e.What is "resume" or "unfence"));
    }

    private void Judge(ActionRow row)
    {
        var (action, id) = (row.Action, row.Action.Id.Number);
        var effects = Slurm.Effects.Count(e => e.Action == id && e.What is not "signal" && e.What == (action.Kind switch
        {
            ActionKind.Drain => "drain",
            ActionKind.Undrain => "resume",
            ActionKind.Requeue => "requeue",
            ActionKind.Fence => "fence",
            ActionKind.Unfence => "unfence",
            _ => "",
        }));
        if (effects > 1)
            _failure ??= $"action {id}, a {action.Kind}, had {effects} effects";
        // An undrain whose check did not pass, or that was cut off, has its drain back or a human in front of it.
        var wrong = action.State switch
        {
            Done { DryRun: true } or Refused or Proposed or Approved => effects > 0,
            // A node may have been taken back by its fence's end, or by somebody else's hand, while the one that would have done it was interrupted.
            Done => effects == 0 && (action.Kind is ActionKind.Requeue || action.Kind.TakesOut()),
            Failed => effects > 0 && (action.Kind is ActionKind.Requeue or ActionKind.Unfence || action.Kind.TakesOut()),
            // What has only begun has time left.
            Started begun => _world.NowMs - begun.AtMs > 300_000,
            _ => false,
        };
        if (wrong)
            _failure ??= $"action {id}, a {action.Kind}, ended as {action.State} with {effects} effects";
    }

    private List<ActionRow> Rows()
    {
        List<ActionRow> rows = [];
        new MemoryStore(_database).Acquire(ControlLog.At, r =>
        {
            foreach (var (name, bytes) in ((Acquired)r).Rows)
            {
                if (name.StartsWith("action/", StringComparison.Ordinal) && WireBytes.TryRead<ActionRow>(bytes, out var row, out _))
                    rows.Add(row);
            }
        });
        return rows;
    }

    private static class Usual
    {
        public const string Name = "n1";
        public const double FromS = 100, UntilS = 1500;
    }
}
