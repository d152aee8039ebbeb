using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards.Findings;

namespace Tocsin.ActorTests.Shards.Findings;

/// <summary>A store with findings of two shards of nodes, the topic that they go into, and who takes them out of it.</summary>
internal sealed class FindingsRig : IAsyncDisposable
{
    private static readonly TopicPartition At = new(LogTopics.Findings, 0);

    private readonly ActorSystem _system = ActorSystem.Create("findings");
    private readonly Dictionary<TopicPartition, long> _epochs = [];
    private readonly Dictionary<string, long> _counters = [];

    public FindingsRig()
    {
        var real = FindingsPorts.Of(Store, Log);
        Pending = new(real.Pending);
        Append = new(real.Append);
        Published = new(real.Published);
        Ports = real with { Pending = Pending, Append = Append, Published = Published };
        Store.OutboxFilled = () => Actor?.Tell(FindingsActor.Wake);
    }

    public MemoryStore Store { get; } = new(new MemoryDatabase());

    public MemoryLog Log { get; } = new(new Dictionary<string, int> { [LogTopics.Samples] = 2, [LogTopics.Findings] = 1 }, TimeProvider.System);

    public ScriptedPort<int, IReadOnlyList<PendingFinding>> Pending { get; }

    public ScriptedPort<FindingToAppend, LogFailure?> Append { get; }

    public ScriptedPort<IReadOnlyList<long>, StoreFailure?> Published { get; }

    public FindingsPorts Ports { get; }

    public List<string> Said { get; } = [];

    public IActorRef? Actor { get; private set; }

    public int Waiting => Store.PendingFindings(1000).Count;

    public async Task CommitAsync(int shard, params string[] words)
    {
        var at = new TopicPartition(LogTopics.Samples, shard);
        if (!_epochs.TryGetValue(at, out var epoch))
            _epochs[at] = epoch = Assert.IsType<Acquired>(await Store.AcquireAsync(at)).Epoch;
        var commit = new ShardCommit { Shard = at, Epoch = epoch, NextOffset = 0, Findings = [.. words.Select(w => new NewFinding("cn1", Encoding.UTF8.GetBytes(w)))] };
        Assert.IsType<Committed>(await Store.CommitAsync(commit));
    }

    public void Start() => Actor = _system.ActorOf(Props.Create(() => new FindingsActor(Ports, why =>
    {
        lock (Said)
            Said.Add(why);
    })));

    /// <summary>As after kill -9: what it knew is gone.</summary>
    public void Restart()
    {
        Actor!.Tell(PoisonPill.Instance);
        Start();
    }

    public void WaitForNone() => Until.True(() => Waiting == 0, "none waits");

    /// <summary>What a shard of alerts takes that is loaded anew before every record.</summary>
    public IReadOnlyList<string> Taken()
    {
        using var consumer = Log.Subscribe("taker", [LogTopics.Findings]);
        using var batch = new LogBatch();
        Assert.IsType<PartitionsAssigned>(consumer.Poll(batch, TimeSpan.Zero));
        consumer.Seek(At, 0);
        var taken = new List<string>();
        while (consumer.Poll(batch, TimeSpan.Zero) is RecordsPolled)
        {
            foreach (var record in batch)
                Take(record, taken);
        }
        return taken;
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private void Take(in LogRecord record, List<string> taken)
    {
        Assert.True(FindingToAppend.TryRead(record.Payload, out var number, out var words));
        var seen = new SeenFindings();
        seen.Load(_counters);
        if (seen.Take(number!.Value))
            taken.Add(Encoding.UTF8.GetString(words));
        foreach (var counter in seen.Changed)
            _counters[counter.Name] = counter.Value;
    }
}
