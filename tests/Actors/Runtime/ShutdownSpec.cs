using System.Collections.Concurrent;
using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class ShutdownSpec
{
    [Fact]
    public async Task Children_stop_before_their_parents_and_all_are_counted_out()
    {
        var stopped = new ConcurrentQueue<string>();
        var system = ActorSystem.Create("tree");
        var root = Grow(system.ActorOf(Leaf(stopped), "a"), stopped, 3);
        var report = await system.Terminate().WaitAsync(Probe.Limit);
        Assert.Empty(report.Stuck);
        Assert.Null(report.Cause);
        var order = stopped.ToList();
        Assert.Equal(1 + 2 + 4 + 8, order.Count);
        Assert.All(order, path => Assert.All(order.Where(p => p.StartsWith(path + "/", StringComparison.Ordinal)), below => Assert.True(order.IndexOf(below) < order.IndexOf(path))));
        Assert.Equal(0, system.Counters.Alive);
        Assert.Throws<InvalidOperationException>(() => system.Script());
        root.Tell("too late");
        Assert.Equal(1, system.Counters.DeadLetters);
    }

    [Fact]
    public async Task What_is_stuck_at_the_limit_is_named_with_what_it_does()
    {
        var clock = new ManualClock();
        var events = new ConcurrentQueue<ActorEvent>();
        var system = ActorSystem.Create("stuck", new() { Clock = clock, Log = events.Enqueue });
        var entered = new ManualResetEventSlim();
        var leave = new ManualResetEventSlim();
        var parent = system.Script(name: "shard");
        var stuck = parent.Do(self => self.Here.ActorOf(Props.Create(() => new Scripted((_, _) =>
        {
            entered.Set();
            leave.Wait();
        })), "cn0421"));
        system.Script(name: "quick");
        stuck.Tell(new Uri("file:///slow"));
        Assert.True(entered.Wait(Probe.Limit));
        var end = system.Terminate(TimeSpan.FromSeconds(10));
        Until.True(() => system.Counters.Alive == 3, "the others have stopped");
        clock.Advance(TimeSpan.FromSeconds(10));
        var report = await end.WaitAsync(Probe.Limit);
        Assert.Equal(["/user/shard/cn0421 (handling Uri)"], report.Stuck);
        Assert.Equal(ActorEventKind.Stuck, Assert.Single(events).Kind);
        leave.Set();
    }

    private static Props Leaf(ConcurrentQueue<string> stopped) => Props.Create(() => new Scripted { OnStop = self => stopped.Enqueue(self.Me.Path) });

    private static IActorRef Grow(IActorRef actor, ConcurrentQueue<string> stopped, int levels)
    {
        for (var i = 0; levels > 0 && i < 2; i++)
        {
            var name = $"c{i}";
            Grow(actor.Do(self => self.Here.ActorOf(Leaf(stopped), name)), stopped, levels - 1);
        }
        return actor;
    }
}
