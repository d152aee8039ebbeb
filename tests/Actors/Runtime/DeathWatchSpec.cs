using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class DeathWatchSpec
{
    [Fact]
    public async Task A_stop_is_told_after_all_that_the_stopped_one_had_sent()
    {
        await using var system = ActorSystem.Create("watch");
        for (var round = 0; round < 200; round++)
        {
            var probe = new Probe(system);
            var dying = system.Script((self, m) => probe.Ref.Tell(m));
            probe.Watches(dying);
            for (var i = 0; i < 5; i++)
                dying.Tell(i);
            dying.Tell(PoisonPill.Instance);
            for (var i = 0; i < 5; i++)
                Assert.Equal(i, probe.Next());
            Assert.Same(dying, probe.Next<Terminated>().ActorRef);
        }
    }

    [Fact]
    public async Task Who_had_stopped_before_is_told_of_as_well_and_once_only()
    {
        await using var system = ActorSystem.Create("watch");
        var dead = system.Script();
        var probe = new Probe(system);
        probe.Watches(dead);
        system.Stop(dead);
        probe.Next<Terminated>();
        probe.Watches(dead);
        Assert.Same(dead, probe.Next<Terminated>().ActorRef);
        probe.HasNothing();
    }

    [Fact]
    public async Task An_actor_that_watches_no_more_hears_nothing_even_of_a_stop_that_was_under_way()
    {
        await using var system = ActorSystem.Create("watch");
        var target = system.Script();
        var other = new Probe(system);
        other.Watches(target);
        var told = 0;
        var watcher = system.Script((self, m) => told++);
        watcher.Do(self => self.Here.Watch(target));
        watcher.Do(self =>
        {
            system.Stop(target);
            // Told to the other one, so it is on its way here, too, and waits for this turn to end.
            other.Next<Terminated>();
            self.Here.Unwatch(target);
        });
        watcher.Do(_ => { });
        watcher.Do(_ => { });
        Assert.Equal(0, told);
    }

    [Fact]
    public async Task A_stop_that_is_watched_but_not_handled_fails_the_watcher()
    {
        await using var system = ActorSystem.Create("watch", new() { GuardianStrategy = SupervisorStrategy.OneForOne(0, TimeSpan.Zero, Backoff.None) });
        var target = system.Script();
        var careless = system.Script();
        var probe = new Probe(system);
        probe.Watches(careless);
        careless.Do(self => self.Here.Watch(target));
        system.Stop(target);
        Assert.Same(careless, probe.Next<Terminated>().ActorRef);
    }

    [Fact]
    public async Task A_name_is_free_when_its_owner_is_reported_gone_and_not_before()
    {
        await using var system = ActorSystem.Create("names");
        var said = new Probe(system);
        var parent = system.Script((self, m) =>
        {
            if (m is Terminated)
                said.Ref.Tell(self.Here.ActorOf(Props.Create(() => new Scripted()), "one").Path);
        }, "parent");
        parent.Do(self =>
        {
            var one = self.Here.ActorOf(Props.Create(() => new Scripted()), "one");
            Assert.Same(one, self.Here.Child("one"));
            Assert.Throws<InvalidActorNameException>(() => self.Here.ActorOf(Props.Create(() => new Scripted()), "one"));
            self.Here.Watch(one);
            self.Here.Stop(one);
        });
        Assert.Equal("/user/parent/one", said.Next());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("$1")]
    public async Task A_name_that_would_bend_a_path_is_refused(string name)
    {
        await using var system = ActorSystem.Create("names");
        Assert.Throws<InvalidActorNameException>(() => system.Script(name: name));
    }
}
