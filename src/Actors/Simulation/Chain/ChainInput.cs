using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Inference.Tensors;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>What a small cluster says in half a minute, drawn from a number: samples once a second, jobs, words of the scheduler, and nodes in trouble.</summary>
/// <remarks>A trouble lasts longer than <see cref="ChainSettings.Alerts"/> ask for, and a node has one: then neither the alerts nor what they say may depend on
/// when a record is read.</remarks>
public sealed class ChainInput
{
    public const string Cluster = "sim";
    public const int Nodes = 6;

    private const int Ticks = 22;
    private const int JobStart = 4;
    private const double Warm = 40, Hot = 99;

    private static readonly SeriesId Load = new("load_v", []);
    private static readonly SeriesId Heat = new("heat_v", []);

    private readonly Trouble[] _troubles = new Trouble[Nodes];
    private readonly int[] _phaseMs = new int[Nodes];
    private readonly int _jobEnd;
    private readonly bool _judged;

    /// <param name="shards">Of nodes.</param>
    public ChainInput(ulong number, int shards)
    {
        var random = new SeededRandom(number);
        for (var node = 0; node < Nodes; node++)
        {
            var from = 4 + random.NextInt(5);
            _troubles[node] = new Trouble((TroubleKind)random.NextInt(4), from, from + 7 + random.NextInt(4));
            _phaseMs[node] = random.NextInt(200);
        }
        // In each shard someone goes on, or there would be no time that goes on. And of the job's two nodes one is well: whether it is the job or its nodes
        // depends on who is heard of first, and that on what fails.
        _troubles[1] = default;
        foreach (var shard in Enumerable.Range(0, Nodes).GroupBy(n => Murmur2.Partition(NodeRecordKey.Of(Key(n)), shards)))
            _troubles[shard.Last()] = default;
        // After all troubles: what an alert says of the job is what holds when it is raised.
        _jobEnd = 19 + random.NextInt(2);
        _judged = number % 4 == 3;
    }

    private enum TroubleKind
    {
        None,
        Hot,
        Silent,
        Down,
    }

    /// <summary>In every fourth input an operator has said beforehand of half of the nodes that they may be hot; else null.</summary>
    /// <param name="startMs">Unix milliseconds of the run's start.</param>
    internal Verdict? Verdict(long startMs) => !_judged ? null : new Verdict
    {
        Number = 1,
        Alert = new AlertId(Cluster, 1),
        Word = VerdictWord.Expected,
        Scope = VerdictScope.Node,
        Nodes = ["n0", "n2", "n4"],
        Signs = [new AlertSign(FindingSource.Rule, ChainSettings.Rule, FaultKind.Thermal, null, 0, [])],
        SinceMs = startMs,
        Who = "simulation",
        GivenMs = startMs,
    };

    public static TimeSpan Length => TimeSpan.FromSeconds(Ticks);

    /// <summary>Lets the world say all of it to the log, at the same times in every run.</summary>
    /// <param name="startMs">Unix milliseconds of the run's start.</param>
    internal void Begin(World world, LogNodeSink sink, long startMs)
    {
        for (var tick = 0; tick < Ticks; tick++)
        {
            var at = tick;
            for (var node = 0; node < Nodes; node++)
            {
                var of = node;
                world.After(TimeSpan.FromMilliseconds((tick * 1000) + _phaseMs[node]), "input", () => Say(sink, of, at, startMs + (at * 1000) + _phaseMs[of]));
            }
        }
        world.After(TimeSpan.FromMilliseconds((JobStart * 1000) + 500), "job starts", () => Done(sink.AppendAsync([Job(startMs, null)], default)));
        world.After(TimeSpan.FromMilliseconds((_jobEnd * 1000) + 500), "job ends", () => Done(sink.AppendAsync([Job(startMs, startMs + (_jobEnd * 1000))], default)));
    }

    private static void Done(ValueTask<AppendResult> appended)
    {
        if (!appended.IsCompletedSuccessfully || appended.Result != AppendResult.Done)
            throw new InvalidOperationException("a log in memory takes everything at once");
    }

    private static JobEvent Job(long startMs, long? endMs) => new()
    {
        Source = JobEventSource.Accounting,
        JobId = "7",
        StartMs = startMs + (JobStart * 1000),
        EndMs = endMs,
        State = endMs is null ? JobState.Running : JobState.Completed,
        AsOfMs = endMs ?? startMs + (JobStart * 1000),
        NodeList = "n[0-1]",
        NodeCount = 2,
    };

    private static NodeKey Key(int node) => new(Cluster, $"n{node}");

    private void Say(LogNodeSink sink, int node, int tick, long timeMs)
    {
        var key = Key(node);
        var trouble = _troubles[node];
        var now = tick >= trouble.From && tick < trouble.To ? trouble.Kind : TroubleKind.None;
        if (trouble.Kind == TroubleKind.Down && (tick == trouble.From || tick == trouble.To))
        {
            var down = now == TroubleKind.Down;
            Done(sink.AppendAsync([new NodeState { Node = key, AsOfMs = timeMs, Conditions = down ? NodeConditions.Down : NodeConditions.None, Words = down ? "DOWN" : "IDLE" }], default));
        }
        if (now != TroubleKind.Silent)
            Done(sink.AppendAsync([new SampleBatch(key, timeMs, [new Sample(Load, tick % 3), new Sample(Heat, now == TroubleKind.Hot ? Hot : Warm)])], default));
    }

    /// <param name="From">Tick.</param>
    /// <param name="To">Exclusive.</param>
    private readonly record struct Trouble(TroubleKind Kind, int From, int To);
}
