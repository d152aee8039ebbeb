using Tocsin.Actors.Faults;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Acting;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Simulation.Acting;

/// <summary>One life of a supervisor: the product's own shard over a store and a Slurm that can fail, that can die at any point of a write or stand still for a while.</summary>
public sealed class ActingLife : ISupervisorInputs, IActingPort
{
    private const double StepS = 0.5, LeaseS = 60;

    private readonly ActingWorld _world;
    private readonly SimulatedSlurm _slurm;
    private readonly IReadOnlyList<(byte Kind, byte[] Payload, long AtMs)> _log;
    private readonly SupervisorOptions _options;
    private readonly CommandFaults _faults;
    private readonly MemoryStore _store;
    private readonly Func<bool> _away;
    private readonly PictureTaker _taker;
    private SupervisorShard? _shard;
    private long _epoch, _applied, _leaseMs, _pictureMs;

    public ActingLife(
        ActingWorld world, SimulatedSlurm slurm, MemoryDatabase database, IReadOnlyList<(byte Kind, byte[] Payload, long AtMs)> log, SupervisorOptions options, CommandFaults faults, Func<bool> away,
        Action<StorePoint>? point = null)
    {
        (_world, _slurm, _log, _options, _faults, _away) = (world, slurm, log, options, faults, away);
        _store = new MemoryStore(database) { Fault = point };
        _taker = new PictureTaker(new Immediate(slurm, away), options.Cluster, TimeSpan.FromSeconds(10), world);
    }

    /// <summary>It was killed, or gave up because another one has taken over.</summary>
    public bool Dead { get; private set; }

    public bool Frozen { get; private set; }

    /// <summary>Nobody may take over before.</summary>
    public long LeaseUntilMs => _leaseMs + (long)(1000 * LeaseS);

    public SupervisorBoard Board { get; } = new();

    /// <summary>Nodes that became anomalous together.</summary>
    public int Anomalous { get; set; }

    /// <summary>Nine tenths of the nodes tell nothing.</summary>
    public bool Stale { get; set; }

    public bool Silent { get; set; }

    public ClusterPicture? Picture { get; private set; }

    public LiveFacts Facts(long nowMs) => new(Stale ? Watched / 10 : Watched, 0, 0, Watched, Anomalous, LeaseUntilMs);

    private int Watched => Math.Max(_slurm.Nodes.Count, 100);

    /// <summary>By node its score over the threshold.</summary>
    public Dictionary<string, double> Ratios { get; } = new(StringComparer.Ordinal);

    public NodeReading Read(NodeKey node) => Ratios.TryGetValue(node.Name, out var ratio) ? new(ratio, ratio > 1) : new(double.NaN, false);

    public FaultOutlook? Outlook(NodeKey node, long nowMs) => null;

    public bool Silenced(AlertLabels labels, long nowMs) => Silent;

    public void Begin()
    {
        _store.Acquire(ControlLog.At, result =>
        {
            var stored = (Acquired)result;
            (_epoch, _applied, _leaseMs) = (stored.Epoch, stored.NextOffset, _world.NowMs);
            _shard = new SupervisorShard(_options, this, this, Board, _ => { });
            _shard.Load(stored);
        });
        Dead |= _store.Crashed;
        _world.After(StepS, Step);
    }

    public void Kill() => Dead = true;

    public void Freeze(double seconds)
    {
        Frozen = true;
        _world.After(seconds, () => Frozen = false);
    }

    public void Look(ActionRecord action, bool acknowledged, Action<SlurmView?> reply) => _ = LookAsync(action, acknowledged, reply);

    public void Run(ActionRow row, string? registered, DrainMark? undoes, long epoch, Func<ActionRecord, string?> stopped, Action<ActingResult> reply) => _ = RunAsync(row, registered, undoes, epoch, stopped, reply);

    private async Task LookAsync(ActionRecord action, bool acknowledged, Action<SlurmView?> reply) =>
        reply(await Executor(action.Id.Number).LookAsync(action, acknowledged, CancellationToken.None).ConfigureAwait(false));

    private async Task RunAsync(ActionRow row, string? registered, DrainMark? undoes, long epoch, Func<ActionRecord, string?> stopped, Action<ActingResult> reply) =>
        reply(await Errand.RunAsync(Executor(row.Action.Id.Number), row, registered, undoes, epoch, _options.OurUser, stopped, CancellationToken.None).ConfigureAwait(false));

    private SlurmExecutor Executor(long action) => new(new Mortal(this, new SimulatedPrograms(_slurm, _world, _faults, action) { Away = _away }), _options.Limits, new NodeCheck(), _world);

    private void Step()
    {
        if (Dead)
            return;
        if (!Frozen)
            Guarded();
        if (!Dead)
            _world.After(StepS, Step);
    }

    private void Guarded()
    {
        _leaseMs = _world.NowMs;
        if (_world.NowMs - _pictureMs >= _options.Every.TotalMilliseconds || _world.NowMs < _pictureMs)
        {
            _pictureMs = _world.NowMs;
            Picture = _taker.TakeAsync(CancellationToken.None).GetAwaiter().GetResult().Picture ?? Picture;
        }
        for (; _applied < _log.Count; _applied++)
        {
            var (kind, payload, at) = _log[(int)_applied];
            _shard!.Apply(new LogRecord(_applied, at, "supervisor"u8, kind, payload));
        }
        if (_shard!.Draft(new ShardMoment(ControlLog.At, _epoch, _applied, _world.NowMs, CaughtUp: true, Whole: false)) is not { } draft)
            return;
        var committed = false;
        _store.Commit(draft, result => committed = result is Committed);
        if (committed && !_store.Crashed)
            _shard.Committed();
        else
            Dead = true;
    }

    /// <summary>A process that died asks nothing any more; one that stands still hears the answer when it goes on.</summary>
    private sealed class Mortal(ActingLife life, ISlurmPrograms programs) : ISlurmPrograms
    {
        public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
        {
            var answer = new TaskCompletionSource<ProgramAnswer>();
            if (!life.Dead)
                _ = AwaitAsync(programs.RunAsync(program, arguments, limit, stop), answer);
            return answer.Task;
        }

        private async Task AwaitAsync(Task<ProgramAnswer> asked, TaskCompletionSource<ProgramAnswer> answer)
        {
            var said = await asked.ConfigureAwait(false);
            Hand();

            void Hand()
            {
                if (life.Dead)
                    return;
                if (life.Frozen)
                    life._world.After(0.1, Hand);
                else
                    answer.SetResult(said);
            }
        }
    }

    private sealed class Immediate(SimulatedSlurm slurm, Func<bool> away) : ISlurmPrograms
    {
        public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop) =>
            Task.FromResult(away() ? new ProgramAnswer("", $"{program} did not end within {limit.TotalSeconds:F0} s", Unsure: true) : slurm.Do(program, arguments, 0));
    }
}
