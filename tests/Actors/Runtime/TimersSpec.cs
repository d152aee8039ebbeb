using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class TimersSpec
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_timer_fires_when_it_is_due_and_not_before()
    {
        var (clock, system, probe, actor) = Start();
        await using var _ = system;
        actor.Do(self => self.Clockwork.StartSingleTimer("k", "due", 5 * Second));
        clock.Advance(4.999 * Second);
        probe.HasNothing();
        clock.Advance(0.001 * Second);
        Assert.Equal("due", probe.Next());
        Assert.False(actor.Do(self => self.Clockwork.IsTimerActive("k")));
        Assert.Equal(0, system.Counters.Timers);
    }

    [Fact]
    public async Task A_key_that_is_started_again_or_cancelled_silences_even_what_lies_in_the_mailbox()
    {
        var (clock, system, probe, actor) = Start();
        await using var _ = system;
        actor.Do(self =>
        {
            self.Clockwork.StartSingleTimer("a", "old a", Second);
            self.Clockwork.StartSingleTimer("b", "old b", Second);
            // Both are fired into this mailbox during this very turn.
            clock.Advance(2 * Second);
            self.Clockwork.StartSingleTimer("a", "new a", Second);
            self.Clockwork.Cancel("b");
        });
        clock.Advance(Second);
        Assert.Equal("new a", probe.Next());
        actor.Do(_ => { });
        probe.HasNothing();
    }

    [Fact]
    public async Task A_late_actor_misses_ticks_and_the_rest_stay_on_multiples_of_the_interval()
    {
        var (clock, system, probe, actor) = Start();
        await using var _ = system;
        actor.Do(self =>
        {
            self.Clockwork.StartPeriodicTimer("t", "tick", Second);
            clock.Advance(3.5 * Second);
        });
        Assert.Equal("tick", probe.Next());
        Until.True(() => system.Counters.Timers == 1, "the next tick is set");
        clock.Advance(0.499 * Second);
        probe.HasNothing();
        clock.Advance(0.001 * Second);
        Assert.Equal("tick", probe.Next());
        actor.Do(self => self.Clockwork.Cancel("t"));
        clock.Advance(10 * Second);
        probe.HasNothing();
    }

    [Fact]
    public async Task Timers_end_with_a_restart()
    {
        var (clock, system, probe, actor) = Start();
        await using var _ = system;
        actor.Do(self => self.Clockwork.StartSingleTimer("k", "old life", Second));
        actor.Tell(new FormatException());
        Until.True(() => system.Counters.Restarts == 1, "the restart is decided");
        clock.Advance(Second);
        actor.Do(_ => { });
        probe.HasNothing();
    }

    [Fact]
    public async Task A_real_clock_rings_too()
    {
        await using var system = ActorSystem.Create("real");
        var probe = new Probe(system);
        var actor = system.Script((_, m) => probe.Ref.Tell(m));
        actor.Do(self =>
        {
            self.Clockwork.StartSingleTimer("b", 2, TimeSpan.FromMilliseconds(40));
            self.Clockwork.StartSingleTimer("a", 1, TimeSpan.FromMilliseconds(20));
        });
        Assert.Equal(1, probe.Next());
        Assert.Equal(2, probe.Next());
    }

    [Fact]
    public void The_heap_gives_back_the_earliest_whatever_was_taken_out_meanwhile()
    {
        var random = new Tocsin.Inference.Tensors.SeededRandom(7);
        var heap = new TimerHeap();
        var model = new List<Node>();
        for (var i = 0; i < 20_000; i++)
        {
            if (random.NextInt(5) < 3 || model.Count == 0)
            {
                var node = new Node { Due = TimeSpan.FromTicks(random.NextInt(500)), Order = i };
                heap.Add(node);
                model.Add(node);
            }
            else if (random.NextInt(2) == 0)
            {
                var any = model[random.NextInt(model.Count)];
                Assert.True(heap.Remove(any));
                Assert.False(heap.Remove(any));
                model.Remove(any);
            }
            else
            {
                var first = model.MinBy(n => (n.Due, n.Order));
                Assert.Same(first, heap.First);
                heap.Remove(first!);
                model.Remove(first!);
            }
            Assert.Equal(model.Count, heap.Count);
        }
    }

    private static (ManualClock Clock, ActorSystem System, Probe Probe, IActorRef Actor) Start()
    {
        var clock = new ManualClock();
        var system = ActorSystem.Create("timers", new() { Clock = clock, GuardianStrategy = SupervisorStrategy.OneForOne(-1, TimeSpan.Zero, Backoff.None) });
        var probe = new Probe(system);
        return (clock, system, probe, system.Script((_, m) => probe.Ref.Tell(m)));
    }

    private sealed class Node : TimerNode
    {
        public override void Fire()
        {
        }
    }
}
