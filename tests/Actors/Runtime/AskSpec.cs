using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class AskSpec
{
    [Fact]
    public async Task An_answer_is_typed_and_a_failure_is_thrown()
    {
        await using var system = ActorSystem.Create("ask");
        var actor = system.Script((self, message) => self.From.Tell(message switch
        {
            "number" => 7,
            "wrapped" => new Status.Success(8),
            _ => new Status.Failure(new FormatException("no")),
        }));
        Assert.Equal(7, await actor.Ask<int>("number", Probe.Limit));
        Assert.Equal(8, await actor.Ask<int>("wrapped", Probe.Limit));
        await Assert.ThrowsAsync<FormatException>(() => actor.Ask<int>("bad", Probe.Limit));
        await Assert.ThrowsAsync<InvalidCastException>(() => actor.Ask<string>("number", Probe.Limit));
        Assert.Equal(0, system.Counters.Timers);
    }

    [Fact]
    public async Task Without_an_answer_the_deadline_ends_it_and_what_comes_later_is_a_dead_letter()
    {
        var clock = new ManualClock();
        await using var system = ActorSystem.Create("ask", new() { Clock = clock });
        IActorRef? asker = null;
        var actor = system.Script((self, _) => asker = self.From);
        var answer = actor.Ask<int>("?", TimeSpan.FromSeconds(5));
        Until.True(() => Volatile.Read(ref asker) is not null, "asked");
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(answer.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        await Assert.ThrowsAsync<AskTimeoutException>(() => answer);
        asker!.Tell(1);
        Assert.Equal(1, system.Counters.DeadLetters);
    }

    [Fact]
    public async Task An_actor_asks_by_message_and_is_answered_exactly_once()
    {
        var clock = new ManualClock();
        await using var system = ActorSystem.Create("ask", new() { Clock = clock });
        var probe = new Probe(system);
        var twice = system.Script((self, message) =>
        {
            self.From.Tell(message);
            self.From.Tell(message);
        });
        var silent = system.Script((_, _) => { });
        var asker = system.Script((_, message) => probe.Ref.Tell(message));
        asker.Do(self => self.Here.Ask<string>(twice, "hello", TimeSpan.FromSeconds(1), r => (r.IsSuccess, r.Value)));
        Assert.Equal((true, "hello"), probe.Next());
        asker.Do(self => self.Here.Ask<string>(silent, "hello", TimeSpan.FromSeconds(1), r => (r.Error!.GetType(), 0)));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((typeof(PortTimeoutException), 0), probe.Next());
        probe.HasNothing();
        Assert.Equal(1, system.Counters.DeadLetters);
    }

    [Fact]
    public async Task A_task_is_refused_inside_a_turn_and_a_context_outside_of_it()
    {
        await using var system = ActorSystem.Create("ask");
        var actor = system.Script();
        Assert.Throws<InvalidOperationException>(() => actor.Do(_ => { actor.Ask<int>("?", Probe.Limit); }));
        var context = actor.Do(self => self.Here);
        Assert.Throws<InvalidOperationException>(() => context.ActorOf(Props.Create(() => new Scripted())));
        Assert.Throws<InvalidOperationException>(() => new Scripted());
    }
}
