using System.Collections.Concurrent;
using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards;
using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Shards;

/// <summary>A log of one partition, a store, and members on real threads, with levers at every port.</summary>
internal sealed class ShardRig : IAsyncDisposable
{
    public const string Group = "shards";

    public static readonly TopicPartition At = new(LogTopics.Samples, 0);

    private static readonly ShardSettings Quick =
        new(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(20), new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), 0.2)) { Apart = TimeSpan.FromMilliseconds(2) };

    private readonly ActorSystem _system = ActorSystem.Create("rig");
    private bool _pressed;

    public ShardRig()
    {
        var real = StorePorts.Of(Store, new Computed(), (at, next) => Committed.Enqueue((at, next)));
        Acquire = new(real.Acquire);
        Commit = new(real.Commit);
        Attempt = new(real.Attempt);
        Inference = new(real.Inference);
    }

    public MemoryLog Log { get; } = new(new Dictionary<string, int> { [LogTopics.Samples] = 1 }, TimeProvider.System);

    public MemoryStore Store { get; } = new(new MemoryDatabase());

    public Ledger Ledger { get; } = new();

    public ScriptedPort<TopicPartition, AcquireResult> Acquire { get; }

    public ScriptedPort<ShardCommit, CommitResult> Commit { get; }

    public ScriptedPort<ShardAttempt, AttemptResult> Attempt { get; }

    public ScriptedPort<InferenceBatch, InferenceBatch> Inference { get; }

    /// <summary>What whoever keeps the log was told: from where on it is needed.</summary>
    public ConcurrentQueue<(TopicPartition At, long Next)> Committed { get; } = new();

    public ConcurrentQueue<ShardView> Views { get; } = new();

    public Action<ShardView> OnView { get; set; } = _ => { };

    /// <summary>Whether senders press. Any thread.</summary>
    public bool Pressed
    {
        get => Volatile.Read(ref _pressed);
        set => Volatile.Write(ref _pressed, value);
    }

    public ConcurrentQueue<string> Said { get; } = new();

    /// <summary>Of the members, in the order in which they came.</summary>
    public List<ILogConsumer> Consumers { get; } = [];

    public IActorRef Member(ShardSettings? settings = null) => _system.ActorOf(Props.Create(() => new ShardsActor(new Tap(this), Group, [LogTopics.Samples], at => Props.Create(() =>
        new ShardActor(at, Ledger.New, new ShardPorts(Acquire, Commit, Attempt, Inference) { Pressed = () => Pressed }, settings ?? Quick, See, Said.Enqueue)))));

    /// <param name="bytes">Of each; three of 100,000 are a batch of two and a batch of one.</param>
    public void Append(int records, int bytes = 10)
    {
        for (var i = 0; i < records; i++)
            Log.Append(At, new LogEntry(Encoding.UTF8.GetBytes("cn1"), 1, new byte[bytes]), null);
    }

    public static long[] UpTo(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];

    /// <summary>Waits until the stored next offset is there, without touching the epoch.</summary>
    public void WaitFor(long applied) => Until.True(() => Views.LastOrDefault() is { Phase: ShardPhase.Running } view && view.Applied >= applied, $"{applied} applied");

    /// <summary>What is stored; ends everything.</summary>
    public async Task<(Acquired Shard, List<long> Applied)> EndAsync()
    {
        await _system.Terminate();
        var shard = Assert.IsType<Acquired>(await Store.AcquireAsync(At));
        return (shard, shard.Rows.TryGetValue("applied", out var row) ? Ledger.Parse(row) : []);
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private void See(ShardView view)
    {
        Views.Enqueue(view);
        OnView(view);
    }

    /// <summary>So that a test knows whose consumer it declares lost.</summary>
    private sealed class Tap(ShardRig rig) : ILog
    {
        public string Identity => rig.Log.Identity;

        public int Partitions(string topic) => rig.Log.Partitions(topic);

        public void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply) => rig.Log.Append(at, entry, reply);

        public LogBounds Bounds(TopicPartition at) => rig.Log.Bounds(at);

        public ILogConsumer Subscribe(string group, IReadOnlyList<string> topics)
        {
            var consumer = rig.Log.Subscribe(group, topics);
            rig.Consumers.Add(consumer);
            return consumer;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Computed : IPort<InferenceBatch, InferenceBatch>
    {
        public string Name => "inference";

        public void Start(InferenceBatch request, IPortCall<InferenceBatch> call) => call.Succeed(request);
    }
}
