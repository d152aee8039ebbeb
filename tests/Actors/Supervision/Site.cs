using Tocsin.Actors.Faults;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Acting;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>One supervisor over one node and one job, turn by turn, with a Slurm that says yes at once.</summary>
internal sealed class Site : ISupervisorInputs, IActingPort
{
    public const long Start = 1_800_000_000_000;

    public static readonly NodeKey Node = new("c", "n001");

    public static readonly JobIdentity Job = new("12", Start - 7_200_000, 0);

    private static readonly SlurmNode Up = new(new HashSet<string> { "MIXED" }, "", "", 0);

    private readonly SupervisorShard _shard;
    private ClusterPicture? _picture;
    private long _next;
    private Dictionary<string, long> _counters = [];

    public Site(params (string Name, byte[] Bytes)[] rows)
        : this(Usual, rows)
    {
    }

    public Site(SupervisorOptions options, params (string Name, byte[] Bytes)[] rows)
        : this(options, rows.ToDictionary(r => r.Name, r => r.Bytes), [])
    {
    }

    private Site(SupervisorOptions options, Dictionary<string, byte[]> rows, Dictionary<string, long> counters)
    {
        _counters = counters;
        _shard = new SupervisorShard(options, this, this, Board, Said.Add);
        _shard.Load(new Acquired(1, 0, 0, [], rows, counters));
        Stored = new Dictionary<string, byte[]>(rows);
    }

    public static SupervisorOptions Usual { get; } = new("c", "root")
    {
        Enabled = new HashSet<string> { "main" },
        Brakes = new BrakeOptions(QuietMs: 0, MassShare: 1),
        DrainAt = 0.01,
        ReturnAfter = TimeSpan.FromSeconds(1),
    };

    public SupervisorView View => Board.View!;

    public SupervisorBoard Board { get; } = new();

    public Dictionary<string, byte[]> Stored { get; }

    public List<string> Removed { get; } = [];

    public List<string> Said { get; } = [];

    /// <summary>What the last look said to each command that was about to begin.</summary>
    public List<string?> Stopped { get; } = [];

    public FaultOutlook? Outlook { get; init; }

    /// <summary>Slurm answers no last look.</summary>
    public bool Away { get; set; }

    /// <summary>A last look finds no job: it ended since the picture.</summary>
    public bool Gone { get; set; }

    public int Looks { get; private set; }

    ClusterPicture? ISupervisorInputs.Picture => _picture;

    /// <param name="runMs">Since when it runs; null = for a minute.</param>
    public void Picture(JobIdentity job, long atMs, long? runMs = null)
    {
        var running = new JobPicture(job, job.JobId, 1000, "main", runMs ?? atMs - 60_000, true, new Consent("USR1", RequeueConsent.AfterCheckpoint), ["n001"]);
        _picture = new ClusterPicture(atMs, new Dictionary<string, JobPicture> { [job.JobId] = running }, new Dictionary<string, NodePicture> { ["n001"] = new("n001", Up, ["main"]) });
    }

    /// <summary>No job runs.</summary>
    /// <param name="state">Of the node, in Slurm's word.</param>
    public void Empty(string state, long atMs) => _picture = new ClusterPicture(
        atMs, new Dictionary<string, JobPicture>(), new Dictionary<string, NodePicture> { ["n001"] = new("n001", new SlurmNode(new HashSet<string> { state }, "", "", 0), ["main"]) });

    /// <summary>The node is idle and drained, and no job runs.</summary>
    public void Drained(string reason, string user, long reasonMs, long atMs) => _picture = new ClusterPicture(
        atMs, new Dictionary<string, JobPicture>(), new Dictionary<string, NodePicture> { ["n001"] = new("n001", new SlurmNode(new HashSet<string> { "IDLE", "DRAIN" }, reason, user, reasonMs), ["main"]) });

    /// <summary>Another process on the same store.</summary>
    public Site Again() => new(Usual, Stored, _counters);

    public void Turn(long nowMs)
    {
        if (_shard.Draft(new ShardMoment(ControlLog.At, 1, _next, nowMs, CaughtUp: true, Whole: false)) is not { } draft)
            return;
        foreach (var row in draft.Rows)
            Stored[row.Name] = row.Bytes.ToArray();
        Removed.AddRange(draft.RemovedRows);
        _counters = draft.Counters.ToDictionary(c => c.Name, c => c.Value);
        _shard.Committed();
    }

    public void Say(OperatorSaid said, long nowMs) => Apply(ControlKind.Operator, WireBytes.Of(said), nowMs);

    public void Say(JobSaid said, long nowMs) => Apply(ControlKind.Job, WireBytes.Of(said), nowMs);

    /// <summary>Says it and turns once; what came of it.</summary>
    public ControlAnswer Hear(JobSaid said, long nowMs)
    {
        Say(said, nowMs);
        Turn(nowMs);
        return Board.AnswerAsync(_next - 1, TimeSpan.FromSeconds(60), TimeProvider.System, default).GetAwaiter().GetResult();
    }

    public void Say(AlertEvent said, long nowMs) => Apply(ControlKind.Alert, WireBytes.Of(said), nowMs);

    public void Say(OpenAlerts said, long nowMs) => Apply(ControlKind.OpenAlerts, WireBytes.Of(said), nowMs);

    public LiveFacts Facts(long nowMs) => new(100, 0, 0, 100, 0, long.MaxValue);

    public NodeReading Read(NodeKey node) => new(double.NaN, false);

    FaultOutlook? ISupervisorInputs.Outlook(NodeKey node, long nowMs) => Outlook;

    public bool Silenced(AlertLabels labels, long nowMs) => false;

    public void Look(ActionRecord action, bool acknowledged, Action<SlurmView?> reply)
    {
        Looks++;
        reply(Away ? null : new SlurmView(Up, Gone ? null : new SlurmJob(Job, true, true, new Consent("USR1", RequeueConsent.AfterCheckpoint)), acknowledged));
    }

    public void Run(ActionRow row, string? registered, DrainMark? undoes, long epoch, Func<ActionRecord, string?> stopped, Action<ActingResult> reply)
    {
        Stopped.Add(stopped(row.Action));
        reply(new ActingResult(new CommandResult(true, true, "done")));
    }

    private void Apply(byte kind, byte[] payload, long nowMs) => _shard.Apply(new LogRecord(_next++, nowMs, [], kind, payload));
}
