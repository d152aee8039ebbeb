using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Shards.Findings;
using Tocsin.Actors.Sinks;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>One life of a member: the daemon's actors on simulated ports, over a connection to the store that dies with it.</summary>
internal sealed class ChainLife
{
    private readonly World _world;
    private readonly SimulatedMember _member;
    private readonly ChainFaults _faults;
    private readonly ChainWitness _witness;
    private readonly MemoryLog _shared;
    private readonly MemoryStore _store;
    private readonly int _life;

    /// <param name="point">Told of each point of the store's writes; may throw what the store does there.</param>
    public ChainLife(World world, SimulatedMember member, ChainFaults faults, ChainWitness witness, MemoryLog log, MemoryDatabase database, Action<StorePoint> point)
    {
        (_world, _member, _faults, _witness, _shared, _life) = (world, member, faults, witness, log, member.Life);
        _store = new MemoryStore(database) { Fault = point };
        Log = new ChainLog(log);
        StartShards();
        StartFindings();
        foreach (var sink in ChainSettings.Sinks)
            StartSink(sink);
    }

    public ChainLog Log { get; }

    private bool Alive => _member.Up && _member.Life == _life;

    private void StartShards()
    {
        var ports = new ShardPorts(
            _member.Port<TopicPartition, AcquireResult>("acquire", Acquire, _faults.Acquire),
            _member.Port<ShardCommit, CommitResult>("commit", Commit, _faults.Commit),
            _member.Port<ShardAttempt, AttemptResult>("attempt", a => Answer<AttemptResult>(reply => _store.Attempt(a.Shard, a.Epoch, a.Offset, a.Blameless, a.Alone, reply)), _faults.Attempt),
            _member.Port<InferenceBatch, InferenceBatch>("inference", b => b, _faults.Compute))
        {
            Pressed = () => _faults.PressOneIn > 0 && _world.Draw(_faults.PressOneIn) == 0,
        };
        Start("nodes", LogTopics.Samples, at => new NodeShard(ChainSettings.Nodes, _ => throw new InvalidOperationException("there is no library"), n => _store.Part(at, n), new NoViews(), _ => { }));
        Start("alerts", LogTopics.Findings, _ => new AlertShard(ChainInput.Cluster, ChainSettings.Alerts, ChainSettings.Sinks, _ => { }));

        void Start(string group, string topic, Func<TopicPartition, IShardWork> work) =>
            _member.System.ActorOf(Props.Create(() => new ShardsActor(Log, group, [topic], at => Props.Create(() =>
                new ShardActor(at, () => new WitnessedWork(work(at), at, _witness, Asks), ports, ChainSettings.Shards, _ => { }, _ => { })))), group);
    }

    private bool Asks() => _faults.ComputeOneIn > 0 && _world.Draw(_faults.ComputeOneIn) == 0;

    private void StartFindings()
    {
        var ports = new FindingsPorts(
            _member.Port<int, IReadOnlyList<PendingFinding>>("pending", _store.PendingFindings, _faults.Read),
            _member.Port<FindingToAppend, LogFailure?>("append", Append, _faults.Append),
            _member.Port<IReadOnlyList<long>, StoreFailure?>("published", numbers => Answer<StoreFailure?>(reply => _store.Published(numbers, reply)), _faults.Mark),
            key => _shared.PartitionOf(LogTopics.Findings, key));
        var findings = _member.System.ActorOf(Props.Create(() => new FindingsActor(ports, _ => { })), "findings");
        _store.OutboxFilled = () => findings.Tell(FindingsActor.Wake);
    }

    private void StartSink(string name)
    {
        var outbox = new StoreOutbox(_store);
        var dispatcher = new OutboxDispatcher(
            _faults.Flaw == ChainFlaw.DeliveredTooSoon ? new HastyOutbox(outbox) : outbox,
            new SimulatedSink(_world, _witness, name, _faults.RefuseOneIn),
            ChainSettings.Dispatch, new Timerless(_world.Clock), _world.DrawUnit);
        var pass = _member.Port<int, Pass>(name, _ => Pass(dispatcher), PortFaults.None);
        _member.System.ActorOf(Props.Create(() => new SinkActor(pass)), name);
    }

    /// <summary>Everything that a pass waits for is there at once, or its store is dead.</summary>
    private Pass Pass(OutboxDispatcher dispatcher)
    {
        var pass = dispatcher.PassAsync(CancellationToken.None);
        if (!pass.IsCompleted)
            DieWithTheStore();
        return pass.GetAwaiter().GetResult();
    }

    private AcquireResult Acquire(TopicPartition at)
    {
        var result = Answer<AcquireResult>(reply => _store.Acquire(at, r =>
        {
            if (r is Acquired acquired)
                _witness.Acquired(at, acquired);
            reply(r);
        }));
        return result;
    }

    private CommitResult Commit(ShardCommit commit) => Answer<CommitResult>(reply => _store.Commit(
        _faults.Flaw switch
        {
            ChainFlaw.AnyEpoch => commit with { Epoch = _witness.EpochOf(commit.Shard) },
            ChainFlaw.OffsetTooFar => commit with { NextOffset = commit.NextOffset + 1 },
            _ => commit,
        },
        r =>
        {
            if (r is Committed)
                _witness.Committed(commit);
            reply(r);
        }));

    private LogFailure? Append(FindingToAppend record)
    {
        if (_faults.Flaw == ChainFlaw.PublishedTooSoon)
        {
            _world.After(_world.DrawSpan(TimeSpan.FromSeconds(1)), "appends late", () =>
            {
                if (Alive)
                    FindingsPorts.AppendTo(_shared, record, _ => { });
            });
            return null;
        }
        LogFailure? failure = null;
        FindingsPorts.AppendTo(_shared, record, f => failure = f);
        return failure;
    }

    private TReply Answer<TReply>(Action<Action<TReply>> ask)
    {
        TReply? answer = default;
        var answered = false;
        ask(reply => (answer, answered) = (reply, true));
        if (!answered)
            DieWithTheStore();
        return answer!;
    }

    private void DieWithTheStore()
    {
        if (Alive)
            _member.Crash();
        // What lingered after a crash has no one left to answer.
        throw new StoreException(new StoreClosed());
    }
}
