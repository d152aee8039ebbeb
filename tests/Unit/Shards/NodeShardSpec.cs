using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Shards.Samples;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Shards;

public sealed class NodeShardSpec
{
    private const int Cadence = 1000;
    private static readonly NodeShardOptions Options = new(FlushMs: 1000);

    private readonly MemoryLog _log = new(LogTopics.Layout(2, 1), TimeProvider.System);
    private readonly MemoryDatabase _disk = new();
    private readonly Views _views = new();

    [Fact]
    public async Task Samples_and_jobs_become_segments_that_are_stored_and_nodes_that_are_seen()
    {
        using var sink = new LogSink(_log, "c", 1);
        await using (var system = Start())
        {
            await FeedAsync(sink, 0, 40);
            await UntilAsync(() => _views.Nodes.Count == 6 && _views.Nodes.Values.All(n => n.FrameMs >= 38_000));
            Assert.Empty((await system.Terminate()).Stuck);
        }
        var segments = new MemoryStore(_disk).Segments(new SegmentQuery());
        Assert.Equal(6 * 3, segments.Count);
        Assert.All(segments.Where(s => s.Jobs.Count > 0), s => Assert.Equal((10_000, 30_000L), (s.StartMs, s.EndMs)));
    }

    /// <summary>Each life ends without a word and the next goes on from what is stored: what is stored in the end is what one undisturbed life stores.</summary>
    [Fact]
    public async Task Lives_that_end_anywhere_leave_what_one_life_leaves()
    {
        using var sink = new LogSink(_log, "c", 1);
        await FeedAsync(sink, 0, 120);
        for (var life = 0; life < 12; life++)
        {
            var member = new MemoryStore(_disk);
            var left = 2 + (3 * life);
            member.Fault = point =>
            {
                if (point == StorePoint.BeforeCommit && left-- == 0)
                    throw new StoreCrash();
            };
            var system = Start(member);
            await UntilAsync(() => member.Crashed || _views.Shards.Count == 2 && _views.Shards.Values.All(s => s.Phase == ShardPhase.Running && s.Applied == s.End));
            await system.Terminate();
            _views.Shards.Clear();
        }
        await FinishAsync(_disk);
        var undisturbed = new MemoryDatabase();
        await FinishAsync(undisturbed);
        Assert.Equal(Text(undisturbed), Text(_disk));
    }

    private static List<string> Text(MemoryDatabase disk) =>
        [.. new MemoryStore(disk).Segments(new SegmentQuery(Limit: 10_000)).Select(s => $"{s.Node} {s.StartMs} {s.EndMs} {string.Join('+', s.Jobs)}")];

    private async Task FinishAsync(MemoryDatabase disk)
    {
        _views.Shards.Clear();
        await using var system = Start(new MemoryStore(disk));
        await UntilAsync(() => _views.Shards.Count == 2 && _views.Shards.Values.All(s => s.Phase == ShardPhase.Running && s.Applied == s.End));
        await system.Terminate();
    }

    private ActorSystem Start(IShardStore? store = null)
    {
        var system = ActorSystem.Create("test");
        var ports = StorePorts.Of(store ?? new MemoryStore(_disk), new NoInference());
        system.ActorOf(Props.Create(() => new ShardsActor(_log, "nodes", [LogTopics.Samples], at => Props.Create(() => new ShardActor(
            at, () => New(at.Partition), ports, ShardSettings.Usual with { Tick = TimeSpan.FromMilliseconds(20) }, _views.Publish, _ => { })))), "nodes");
        return system;
    }

    private NodeShard New(int partition)
    {
        var options = new NodeOptions { Frames = new LiveFrameOptions { CadenceMs = Cadence, GraceMs = 500 } };
        var room = new NodeRoom(new LiveFrameRoom(new LayoutPool(Catalogue.Default, new SchemaPool(), new Rejections()), new SeriesDictionary(), options.Frames), options);
        return new NodeShard(room, Options, new NodeShardOutlets(partition, _views, v => throw new DependencyException($"no library {v}")));
    }

    /// <summary>Six nodes, a sample a second, one job on all of them from 10 to 30 s.</summary>
    private static async Task FeedAsync(LogSink sink, int from, int until)
    {
        var load = new SeriesId("node_procs_running", []);
        var memory = new SeriesId("node_vmstat_pgfault", []);
        for (var t = from; t < until; t++)
        {
            if (t is 10 or 30)
            {
                JobEvent job = new() { Source = JobEventSource.Hook, JobId = "7", StartMs = 10_000, EndMs = t == 30 ? 30_000 : null, AsOfMs = t * 1000, NodeList = "n[1-6]", NodeCount = 6 };
                Assert.IsType<Appended>(await sink.AppendAsync([job], default));
            }
            var batches = Enumerable.Range(1, 6).Select(n => new SampleBatch(new NodeKey("c", $"n{n}"), t * 1000, [new Sample(load, t % 7), new Sample(memory, 100 * t)])).ToList();
            Assert.IsType<Appended>(await sink.AppendAsync(batches, default));
        }
    }

    private static async Task UntilAsync(Func<bool> happened)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!happened())
            await Task.Delay(10, limit.Token);
    }

    private sealed class NoInference : IPort<InferenceBatch, InferenceBatch>
    {
        public string Name => "inference";

        public void Start(InferenceBatch request, IPortCall<InferenceBatch> call) => call.Fail(new InvalidOperationException("nothing is scored without a library"));
    }
}
