using Tocsin.Actors.Runtime;
using Xunit.Abstractions;

namespace Tocsin.ActorTests.Runtime;

/// <summary>What actors and messages cost in managed memory. Nothing else may allocate meanwhile, so it runs alone.</summary>
[Collection(Quiet)]
[CollectionDefinition(Quiet, DisableParallelization = true)]
public sealed class FootprintSpec(ITestOutputHelper output)
{
    private const string Quiet = "footprint";

    [Fact]
    public async Task A_hundred_thousand_idle_actors_take_less_than_a_hundred_megabytes()
    {
        const int Count = 100_000;
        await using var system = ActorSystem.Create("idle");
        system.Script().Do(_ => { });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var threads = ThreadPool.ThreadCount;
        var props = Props.Create(() => new Idle());
        for (var i = 0; i < Count; i++)
            system.ActorOf(props, $"cn{i:00000}");
        Until.True(() => Volatile.Read(ref Idle.Started) == Count, "all have started");
        var each = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        output.WriteLine($"{each:0} bytes an actor; pool threads {threads} before, {ThreadPool.ThreadCount} after; {system.Counters.Timers} timers");
        Assert.Equal(Count + 2, system.Counters.Alive);
        Assert.Equal(0, system.Counters.Timers);
        Assert.InRange(each, 100, 1000);
    }

    [Fact]
    public async Task A_tell_allocates_one_envelope_and_its_handling_nothing()
    {
        const int Count = 100_000;
        await using var system = ActorSystem.Create("tell");
        var inside = 0L;
        var actor = system.Script((_, m) =>
        {
            if (m is "start")
                inside = GC.GetAllocatedBytesForCurrentThread();
            else if (m is "stop")
                inside = GC.GetAllocatedBytesForCurrentThread() - inside;
        });
        actor.Do(_ => { });
        var message = new object();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++)
            actor.Tell(message);
        var each = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        output.WriteLine($"{each:0.0} bytes a Tell");
        Assert.InRange(each, 40, 41);

        for (var round = 0; round < 100; round++)
        {
            actor.Do(_ =>
            {
                // Self-sent in one turn: these twelve lie in one quantum, so one thread handles them.
                actor.Tell("start");
                for (var i = 0; i < 10; i++)
                    actor.Tell(message);
                actor.Tell("stop");
            });
            actor.Do(_ => { });
            if (inside == 0)
                return;
        }
        Assert.Fail($"{inside} bytes to handle ten messages");
    }

    private sealed class Idle : UntypedActor
    {
        public static int Started;

        protected override void PreStart() => Interlocked.Increment(ref Started);

        protected override void OnReceive(object message)
        {
        }
    }
}
