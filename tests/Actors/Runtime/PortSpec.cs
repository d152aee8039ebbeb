using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class PortSpec
{
    [Fact]
    public async Task An_answer_and_a_failure_come_back_as_messages()
    {
        await using var system = ActorSystem.Create("ports");
        var probe = new Probe(system);
        var actor = system.Script((_, m) => probe.Ref.Tell(m));
        var half = new AsyncPort<int, int>("half", 4, async (i, _) =>
        {
            await Task.Yield();
            return i % 2 == 0 ? i / 2 : throw new ArithmeticException("odd");
        });
        actor.Do(self => self.Here.Pipe(half, 8, Probe.Limit, r => r.Value));
        Assert.Equal(4, probe.Next());
        actor.Do(self => self.Here.Pipe(half, 7, Probe.Limit, r => r.Error!.Message));
        Assert.Equal("odd", probe.Next());
        Until.True(() => half.InFlight == 0, "nothing is under way");
        Assert.Equal(0, system.Counters.Timers);
    }

    [Fact]
    public async Task A_silent_port_is_a_timeout_its_work_is_cancelled_and_a_late_answer_is_dropped()
    {
        var clock = new ManualClock();
        await using var system = ActorSystem.Create("ports", new() { Clock = clock });
        var probe = new Probe(system);
        var actor = system.Script((_, m) => probe.Ref.Tell(m));
        var port = new HeldPort();
        actor.Do(self => self.Here.Pipe(port, "?", TimeSpan.FromSeconds(3), r => r.Error!.GetType()));
        var cancelled = new TaskCompletionSource();
        port.Call.Abandoned.Register(cancelled.SetResult);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(typeof(PortTimeoutException), probe.Next());
        await cancelled.Task.WaitAsync(Probe.Limit);
        Assert.False(port.Call.Succeed("late"));
        actor.Do(_ => { });
        probe.HasNothing();
    }

    [Fact]
    public async Task A_call_is_answered_once_and_not_to_the_next_life()
    {
        await using var system = ActorSystem.Create("ports", new() { GuardianStrategy = SupervisorStrategy.OneForOne(-1, TimeSpan.Zero, Backoff.None) });
        var probe = new Probe(system);
        var actor = system.Script((_, m) => probe.Ref.Tell(m));
        var port = new HeldPort();
        actor.Do(self => self.Here.Pipe(port, "?", Probe.Limit, r => r.Value));
        Assert.True(port.Call.Succeed("first"));
        Assert.False(port.Call.Succeed("second"));
        Assert.Equal("first", probe.Next());
        actor.Do(self => self.Here.Pipe(port, "?", Probe.Limit, r => r.Value));
        actor.Tell(new FormatException());
        actor.Do(_ => { });
        Assert.True(port.Call.Abandoned.IsCancellationRequested);
        Assert.False(port.Call.Succeed("to the old life"));
        actor.Do(_ => { });
        probe.HasNothing();
        Assert.Equal(0, system.Counters.Timers);
    }

    [Fact]
    public async Task More_than_a_port_may_have_under_way_fails_at_once()
    {
        await using var system = ActorSystem.Create("ports");
        var probe = new Probe(system);
        var actor = system.Script((_, m) => probe.Ref.Tell(m));
        var release = new TaskCompletionSource<int>();
        var port = new AsyncPort<int, int>("two", 2, (_, _) => release.Task);
        for (var i = 0; i < 3; i++)
            actor.Do(self => self.Here.Pipe(port, 0, Probe.Limit, r => r.IsSuccess ? r.Value : r.Error!.GetType()));
        Assert.Equal(typeof(PortBusyException), probe.Next());
        release.SetResult(5);
        Assert.Equal(5, probe.Next());
        Assert.Equal(5, probe.Next());
    }

    private sealed class HeldPort : IPort<string, string>
    {
        public string Name => "held";

        public IPortCall<string> Call { get; private set; } = null!;

        public void Start(string request, IPortCall<string> call) => Call = call;
    }
}
