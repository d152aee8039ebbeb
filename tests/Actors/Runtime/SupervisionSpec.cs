using System.Collections.Concurrent;
using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class SupervisionSpec
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_restarted_child_forgets_its_state_keeps_its_reference_and_loses_only_the_message_that_failed()
    {
        var (system, said) = Start();
        await using var _ = system;
        var made = 0;
        var parent = Parent(system, SupervisorStrategy.OneForOne(10, Minute, Backoff.None));
        var child = Child(parent, () =>
        {
            made++;
            var seen = 0;
            return new Scripted((self, message) => said.Add($"{message} {++seen}")) { OnRestart = (_, reason, message) => said.Add($"restart {reason.Message} {message is FormatException}") };
        });
        child.Tell("a");
        child.Tell(new FormatException("bad"));
        child.Tell("b");
        Assert.Equal(["a 1", "restart bad True", "b 1"], Take(said, 3));
        Assert.Equal(2, made);
        Assert.Equal((1, 1, 0), (system.Counters.Failures, system.Counters.Restarts, system.Counters.DeadLetters));
    }

    [Fact]
    public async Task Siblings_go_on_when_one_child_fails()
    {
        var (system, said) = Start();
        await using var _ = system;
        var parent = Parent(system, SupervisorStrategy.OneForOne(0, Minute, Backoff.None));
        var sibling = Child(parent, () => new Scripted((_, m) => said.Add($"{m}")) { OnStart = _ => said.Add("start") });
        var failing = Child(parent, () => new Scripted());
        var probe = new Probe(system);
        probe.Watches(failing);
        failing.Tell(new FormatException());
        Assert.Same(failing, probe.Next<Terminated>().ActorRef);
        sibling.Tell("still");
        Assert.Equal(["start", "still"], Take(said, 2));
    }

    [Fact]
    public async Task The_restart_that_is_one_too_many_in_the_window_stops_the_child()
    {
        var clock = new ManualClock();
        var (system, said) = Start(new() { Clock = clock });
        await using var _ = system;
        var parent = Parent(system, SupervisorStrategy.OneForOne(2, Minute, Backoff.None));
        var child = Child(parent, () => new Scripted { OnStart = _ => said.Add("start"), OnStop = _ => said.Add("stop") });
        var probe = new Probe(system);
        probe.Watches(child);
        child.Tell(new FormatException());
        child.Tell(new FormatException());
        Assert.Equal(["start", "stop", "start", "stop", "start"], Take(said, 5));
        clock.Advance(Minute);
        // The two are out of the window now: two more are allowed, the third is not.
        for (var i = 0; i < 3; i++)
            child.Tell(new FormatException());
        Assert.Same(child, probe.Next<Terminated>().ActorRef);
        Assert.Equal(["stop", "start", "stop", "start", "stop"], Take(said, 5));
        Assert.Equal(4, system.Counters.Restarts);
    }

    [Fact]
    public async Task What_is_escalated_fails_the_parent_which_restarts_without_its_children()
    {
        var (system, said) = Start();
        await using var _ = system;
        var top = Parent(system, SupervisorStrategy.OneForOne(10, Minute, Backoff.None));
        var middle = Child(top, () => new Scripted
        {
            Children = SupervisorStrategy.OneForOne(10, Minute, Backoff.None, _ => Directive.Escalate),
            OnRestart = (_, reason, message) => said.Add($"middle {reason.Message} {message is null}"),
            OnStart = _ => said.Add("middle starts"),
        });
        var child = Child(middle, () => new Scripted { OnStop = _ => said.Add("child stops") });
        var probe = new Probe(system);
        probe.Watches(child);
        child.Tell(new FormatException("deep"));
        Assert.Equal(["middle starts", "middle deep True", "child stops", "middle starts"], Take(said, 4));
        Assert.Same(child, probe.Next<Terminated>().ActorRef);
        Assert.Empty(middle.Do(self => self.Here.GetChildren()));
    }

    [Fact]
    public async Task What_escalates_to_the_top_ends_the_system_with_its_cause()
    {
        await using var system = ActorSystem.Create("top", new() { GuardianStrategy = SupervisorStrategy.OneForOne(0, Minute, Backoff.None, exhausted: Directive.Escalate) });
        system.Script().Tell(new FormatException("bug"));
        var report = await system.WhenTerminated.WaitAsync(Probe.Limit);
        Assert.Equal("bug", report.Cause!.Message);
        Assert.Empty(report.Stuck);
    }

    [Fact]
    public async Task A_start_that_fails_is_tried_again_after_a_backoff_that_doubles()
    {
        var clock = new ManualClock();
        var (system, said) = Start(new() { Clock = clock });
        await using var _ = system;
        var tries = 0;
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), 0);
        var parent = Parent(system, SupervisorStrategy.OneForOne(-1, Minute, backoff));
        var child = Child(parent, () => new Scripted((_, m) => said.Add($"{m}")) { OnStart = _ => { said.Add("try"); if (++tries < 4) throw new IOException(); } });
        child.Tell("kept while it is down");
        foreach (var wait in new[] { 1, 2, 4 })
        {
            Assert.Equal(["try"], Take(said, 1));
            Until.True(() => system.Counters.Timers == 1, "the restart waits");
            clock.Advance(TimeSpan.FromSeconds(wait - 0.001));
            Assert.Equal(1, system.Counters.Timers);
            clock.Advance(TimeSpan.FromSeconds(0.001));
        }
        Assert.Equal(["try", "kept while it is down"], Take(said, 2));
    }

    [Fact]
    public async Task A_decider_that_throws_stops_the_child_instead_of_leaving_it_suspended()
    {
        var (system, _) = Start();
        await using var end = system;
        var parent = Parent(system, SupervisorStrategy.OneForOne(1, Minute, Backoff.None, _ => throw new InvalidOperationException()));
        var child = Child(parent, () => new Scripted());
        var probe = new Probe(system);
        probe.Watches(child);
        child.Tell(new FormatException());
        probe.Next<Terminated>();
    }

    [Fact]
    public async Task A_hook_that_throws_is_said_and_does_not_hold_up_the_stop()
    {
        var events = new ConcurrentQueue<ActorEvent>();
        await using var system = ActorSystem.Create("hooks", new() { Log = events.Enqueue });
        var actor = system.ActorOf(Props.Create(() => new Scripted { OnStop = _ => throw new FormatException("late") }));
        var probe = new Probe(system);
        probe.Watches(actor);
        actor.Tell(PoisonPill.Instance);
        probe.Next<Terminated>();
        Assert.Equal("late", Assert.Single(events, e => e.Kind == ActorEventKind.HookFailed).Cause!.Message);
    }

    [Theory]
    [InlineData(1, 0.5, 100)]
    [InlineData(2, 0.5, 200)]
    [InlineData(5, 0.5, 1600)]
    [InlineData(8, 0.5, 10_000)]
    [InlineData(1000, 0.5, 10_000)]
    [InlineData(1, 0.0, 80)]
    [InlineData(1, 1.0, 120)]
    public void Backoff_doubles_up_to_its_maximum_and_is_spread_by_its_jitter(int attempt, double unit, double expectedMs) =>
        Assert.Equal(expectedMs, Backoff.Usual.Delay(attempt, unit).TotalMilliseconds, 6);

    [Fact]
    public void Backoff_starts_anew_after_a_calm_time()
    {
        var strategy = SupervisorStrategy.OneForOne(-1, Minute, new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), 0));
        var window = new FailureWindow();
        // Calm = 2 x 4 s + 1 s: a gap of 8 s is none, one of 9 s is.
        Assert.Equal([1, 2, 4, 4, 1], new[] { 0, 8, 16, 24, 33 }.Select(s => (int)window.NextRestart(strategy, TimeSpan.FromSeconds(s), 0.5)!.Value.TotalSeconds));
    }

    private static (ActorSystem System, BlockingCollection<string> Said) Start(ActorSystemSettings? settings = null) => (ActorSystem.Create("supervision", settings), []);

    private static IActorRef Parent(ActorSystem system, SupervisorStrategy strategy) => system.ActorOf(Props.Create(() => new Scripted { Children = strategy }));

    private static IActorRef Child(IActorRef parent, Func<Scripted> make) => parent.Do(self => self.Here.ActorOf(Props.Create(make)));

    private static List<string> Take(BlockingCollection<string> said, int count)
    {
        var got = new List<string>();
        for (var i = 0; i < count && said.TryTake(out var next, Probe.Limit); i++)
            got.Add(next);
        return got;
    }
}
