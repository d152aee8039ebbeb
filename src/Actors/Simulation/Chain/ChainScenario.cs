using System.Collections.Concurrent;
using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>From samples in the log to alerts at the sinks, by the product's own classes, on two members that crash, stand still and are declared lost, over
/// ports that fail, repeat and delay. What comes of it must be what comes of the same input when all is well.</summary>
public sealed class ChainScenario : Scenario
{
    /// <summary>Of the input; so few that what comes of each need be found out once.</summary>
    public const int Inputs = 256;

    private const int NodeShards = 2;

    /// <summary>After that long the run has failed: whatever went wrong is over for minutes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>With everything in place, so that what is one too many has time to come.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan SessionCheck = TimeSpan.FromMilliseconds(500);
    private static readonly ConcurrentDictionary<int, Lazy<ChainOutcome>> Undisturbed = new();

    private readonly ChainInput _input;
    private readonly ChainFaults _faults;
    private readonly ChainOutcome? _expected;
    private readonly MemoryDatabase _database = new();
    private readonly MemoryStore _reader;
    private readonly ChainWitness _witness = new();
    private readonly ChainLife?[] _lives = new ChainLife?[2];
    private readonly int _mostCrashes;
    private MemoryLog? _log;
    private World? _world;
    private TimeSpan? _inPlaceSince;
    private int _points;
    private int _look;

    /// <param name="input">0..<see cref="Inputs"/>-1.</param>
    /// <param name="expected">Null = this run says what is to be expected.</param>
    public ChainScenario(int input, ChainFaults faults, ChainOutcome? expected, int mostCrashes = 3)
    {
        _input = new ChainInput((ulong)input, NodeShards);
        (_faults, _expected, _mostCrashes) = (faults, expected, mostCrashes);
        _reader = new MemoryStore(_database);
    }

    public static SimulationOptions Options { get; } = new() { CrashOneIn = 1500, MaxCrashes = 3, FreezeOneIn = 2500, MaxFreeze = TimeSpan.FromSeconds(8), MaxDowntime = TimeSpan.FromSeconds(4) };

    public override int Members => 2;

    /// <summary>Points of the store's writes that were passed.</summary>
    public int Points => _points;

    /// <summary>Alerts that came to sinks, each revision as often as it came.</summary>
    public int Told => _witness.Told;

    /// <summary>The scenario of a seed, as <c>tocsin bench simulate</c> runs it.</summary>
    public static ChainScenario Of(ulong seed, ChainFaults? faults = null) =>
        new((int)(seed % Inputs), faults ?? ChainFaults.Usual, Expected((int)(seed % Inputs)), Options.MaxCrashes);

    /// <summary>An input whose run crashes once, at this point of the store's writes.</summary>
    /// <param name="point">1..<see cref="Points"/> of a run without a crash, which is what 0 gives.</param>
    public static ChainScenario CrashAt(int input, int point) => new(input, ChainFaults.None with { CrashAtPoint = point }, Expected(input));

    /// <summary>What comes of an input when all is well.</summary>
    public static ChainOutcome Expected(int input) => Undisturbed.GetOrAdd(input, i => new Lazy<ChainOutcome>(() =>
    {
        var made = new ChainScenario(i, ChainFaults.None, null);
        var run = Simulator.Run(() => made, 1);
        return run.Failure is null ? made.Outcome() : throw run.Failure;
    })).Value;

    public override bool Done
    {
        get
        {
            // Asked after every step, and it costs more than most steps.
            if (_world is not { } world || world.Now < ChainInput.Length || ++_look % 16 != 0)
                return false;
            if (!InPlace(world))
                _inPlaceSince = null;
            else
                _inPlaceSince ??= world.Now;
            return world.Now > Longest || world.Now - _inPlaceSince >= Settles;
        }
    }

    public override void Begin(World world)
    {
        _world = world;
        _log = new MemoryLog(LogTopics.Layout(NodeShards, 1), world.Clock);
        var startMs = world.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _input.Begin(world, new LogNodeSink(_log, ChainInput.Cluster, startMs, _ => true), startMs);
        if (_input.Verdict(startMs) is { } verdict)
        {
            _reader.AddVerdict(verdict, (_, _) => { });
            // Said again, as by who had no answer.
            foreach (var second in (double[])[0.1, 3, 12])
                world.After(TimeSpan.FromSeconds(second), "verdict", () => ChainWitness.Require(FindingLog.AppendAsync(_log, verdict) is { IsCompletedSuccessfully: true, Result: null }, "a log in memory takes everything at once"));
        }
        CheckSessions(world);
    }

    public override void Start(World world, SimulatedMember member)
    {
        _lives[member.Index]?.Log.Bury();
        _lives[member.Index] = new ChainLife(world, member, _faults, _witness, _log!, _database, _ => Point(world));
    }

    public override void CheckEnd()
    {
        if (_expected is null)
            return;
        var difference = Outcome().DifferenceTo(_expected);
        ChainWitness.Require(difference.Length == 0, $"it came out otherwise than undisturbed:\n{difference}");
        ChainWitness.Require(_inPlaceSince is not null, $"not all had come after {Longest.TotalMinutes} minutes");
        _witness.CheckTold(ChainSettings.Sinks, _reader.Alerts(new AlertQuery(Limit: AlertQuery.MaxLimit)));
    }

    private ChainOutcome Outcome() => ChainOutcome.Of(_database, Enumerable.Range(0, NodeShards).Select(p => new TopicPartition(LogTopics.Samples, p)));

    /// <summary>All is read, told and, as far as it ended, cleared.</summary>
    private bool InPlace(World world)
    {
        if (_reader.PendingFindings(1).Count > 0 || _reader.OutboxDepth().Values.Any(d => d > 0) || _reader.Shards().Any(s => s.NextOffset < _log!.Bounds(s.Shard).Next))
            return false;
        return _expected is null ? world.Now > ChainInput.Length + TimeSpan.FromSeconds(30) : _reader.Alerts(new AlertQuery(Open: true)).Count == _expected.Open;
    }

    /// <summary>Who is dead or stands still is found out by the group; now and then it is wrong about it.</summary>
    private void CheckSessions(World world) => world.After(SessionCheck, "sessions", () =>
    {
        foreach (var member in world.Members)
        {
            if (!member.Up)
                _lives[member.Index]?.Log.Bury();
            else if ((!member.Runs && world.Draw(4) == 0) || Now(world))
                _lives[member.Index]?.Log.Expel();
        }
        Revoke(world, "nodes", new TopicPartition(LogTopics.Samples, world.Draw(NodeShards)));
        Revoke(world, "alerts", new TopicPartition(LogTopics.Findings, 0));
        CheckSessions(world);
    });

    private void Revoke(World world, string group, TopicPartition at)
    {
        if (Now(world) && _lives.Any(l => l!.Log.IsIn(group)))
            _log!.Revoke(group, at);
    }

    private bool Now(World world) => _faults.ExpelOneIn > 0 && world.Now < Longest / 3 && world.Draw(_faults.ExpelOneIn) == 0;

    private void Point(World world)
    {
        _points++;
        if (_points == _faults.CrashAtPoint)
            throw new StoreCrash();
        if (_faults.CrashAtPointOneIn > 0 && world.Crashes < _mostCrashes && world.Draw(_faults.CrashAtPointOneIn) == 0)
            throw new StoreCrash();
        if (_faults.FailAtPointOneIn > 0 && world.Draw(_faults.FailAtPointOneIn) == 0)
            throw new StoreException(new StoreBroken("the disk failed"));
    }
}
