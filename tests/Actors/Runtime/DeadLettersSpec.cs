using System.Collections.Concurrent;
using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class DeadLettersSpec
{
    [Fact]
    public async Task All_are_counted_and_few_are_logged()
    {
        var clock = new ManualClock();
        var events = new ConcurrentQueue<ActorEvent>();
        await using var system = ActorSystem.Create("dead", new() { Clock = clock, Log = events.Enqueue });
        var probe = new Probe(system);
        var dead = system.Script(name: "gone");
        probe.Watches(dead);
        system.Stop(dead);
        probe.Next<Terminated>();
        for (var i = 0; i < 1000; i++)
            dead.Tell("x");
        Assert.Equal(1000, system.Counters.DeadLetters);
        Assert.Equal(BoundedLog.Burst, events.Count);
        Assert.All(events, e => Assert.Equal((ActorEventKind.DeadLetter, "/user/gone", 0), (e.Kind, e.Path, e.Withheld)));
        clock.Advance(BoundedLog.Window);
        dead.Tell("x");
        Assert.Equal(1000 - BoundedLog.Burst, events.Last().Withheld);
    }

    [Fact]
    public async Task An_answer_to_nobody_and_a_message_nobody_knows_are_counted()
    {
        await using var system = ActorSystem.Create("dead");
        var actor = system.Script((self, m) =>
        {
            if (m is string)
                self.From.Tell("to whom?");
            else
                self.Unknown(m);
        });
        actor.Tell("no sender");
        actor.Tell(1.5);
        actor.Do(_ => { });
        Assert.Equal((1, 1), (system.Counters.DeadLetters, system.Counters.Unhandled));
    }

    [Fact]
    public async Task What_a_dead_letter_carried_is_given_back_once()
    {
        await using var system = ActorSystem.Create("dead");
        var entered = new ManualResetEventSlim();
        var leave = new ManualResetEventSlim();
        var actor = system.Script((_, _) =>
        {
            entered.Set();
            leave.Wait(Probe.Limit);
        });
        var parcel = new Parcel();
        actor.Tell("hold");
        entered.Wait(Probe.Limit);
        actor.Tell(parcel);
        system.Stop(actor);
        leave.Set();
        Until.True(() => Volatile.Read(ref parcel.Returned) > 0, "the parcel comes back");
        actor.Tell(parcel);
        Assert.Equal(2, parcel.Returned);
    }

    private sealed class Parcel : IUndeliverable
    {
        public int Returned;

        public void Undelivered() => Interlocked.Increment(ref Returned);
    }
}
