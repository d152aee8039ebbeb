using Tocsin.Actors.Runtime;
using Tocsin.Actors.Simulation;
using Xunit.Abstractions;

namespace Tocsin.ActorTests.Simulation;

public sealed class SimulatorSpec(ITestOutputHelper output)
{
    private static int _runs;

    [Fact]
    public void A_pair_keeps_its_order_and_pairs_overtake_each_other()
    {
        var report = Simulator.Explore(() => new PairOrder(), 1, 200);
        output.WriteLine(report.ToString());
        Assert.True(report.Orders > 190, $"{report.Orders} orders of 200 seeds");
        // One sender all at first, and taking turns: both are orders that some seed must reach.
        var made = new List<PairOrder>();
        for (ulong seed = 1; seed <= 200; seed++)
        {
            var scenario = new PairOrder();
            Assert.Null(Simulator.Run(() => scenario, seed).Failure);
            made.Add(scenario);
        }
        Assert.Contains(made, s => s.Order.Take(8).Distinct().Count() == 1);
        Assert.Contains(made, s => s.Order.Take(3).Distinct().Count() == 3);
    }

    [Fact]
    public void Transfers_are_booked_once_whatever_fails_repeats_or_crashes()
    {
        var report = Simulator.Explore(() => new Bank(), 1, 200, new() { CrashOneIn = 100 });
        output.WriteLine(report.ToString());
        Assert.True(report.Crashes > 300, $"{report.Crashes} crashes");
    }

    [Fact]
    public void A_bank_that_forgets_ids_is_found_out_and_its_seed_fails_again_in_the_same_step()
    {
        var failure = Assert.Throws<SimulationFailedException>(() => Simulator.Explore(() => new Bank(remembersIds: false), 1, 200));
        var again = Simulator.Run(() => new Bank(remembersIds: false), failure.Seed);
        Assert.Equal(failure.Message, again.Failure!.Message);
        Assert.Contains($"seed {failure.Seed} failed in step", failure.Message);
        Assert.Contains("client sends", failure.Message);
    }

    [Fact]
    public void An_order_that_loses_an_update_is_found_by_some_seeds_and_not_by_all()
    {
        var failed = Enumerable.Range(1, 200).Count(seed => Simulator.Run(() => new LostUpdate(), (ulong)seed).Failure is not null);
        output.WriteLine($"{failed} of 200 seeds");
        Assert.InRange(failed, 20, 180);
    }

    [Fact]
    public void A_member_that_froze_or_died_with_a_write_under_way_is_fenced_or_found_out()
    {
        var faults = new SimulationOptions { FreezeOneIn = 60, CrashOneIn = 60 };
        var fenced = 0;
        Simulator.Explore(() => new Zombies(fences: true), 1, 100, faults);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var scenario = new Zombies(fences: true);
            Simulator.Run(() => scenario, seed, faults);
            fenced += scenario.Fenced;
        }
        Assert.True(fenced > 0, "no seed made a zombie write");
        Assert.Contains("wrote after", Assert.Throws<SimulationFailedException>(() => Simulator.Explore(() => new Zombies(fences: false), 1, 100, faults)).Message);
    }

    [Fact]
    public void A_scenario_that_differs_from_run_to_run_is_refused()
    {
        var failure = Assert.Throws<SimulationFailedException>(() => Simulator.Explore(
            () => new Alone((_, member) => member.System.ActorOf(Props.Create(() => new Scripted()), $"named{_runs++}"), world => world.Now > TimeSpan.Zero), 1, 1));
        Assert.Contains("not deterministic", failure.Message);
    }

    [Fact]
    public void An_actor_that_throws_what_nobody_expects_fails_the_run()
    {
        var run = Simulator.Run(() => new Alone((_, member) => member.System.ActorOf(Props.Create(() => new Scripted())).Tell(new FormatException("a bug")), _ => false), 1);
        Assert.IsType<FormatException>(run.Failure!.InnerException);
    }

    [Fact]
    public void A_scenario_without_anything_left_to_happen_is_stuck_and_one_without_end_is_stopped()
    {
        Assert.Contains("stuck", Simulator.Run(() => new Alone((_, _) => { }, _ => false), 1).Failure!.Message);
        var endless = new Alone((_, member) => member.System.ActorOf(Props.Create(() => new Scripted((self, m) => self.Me.Tell(m)))).Tell("on"), _ => false);
        Assert.Contains("not done after 100 steps", Simulator.Run(() => endless, 1, new() { MaxSteps = 100 }).Failure!.Message);
    }

    [Fact]
    public void Timers_run_on_virtual_time()
    {
        var at = new List<TimeSpan>();
        var scenario = new Alone(
            (world, member) => member.System.ActorOf(Props.Create(() => new Scripted((self, _) => at.Add(world.Now))
            {
                OnStart = self => self.Clockwork.StartPeriodicTimer("tick", "tick", TimeSpan.FromHours(1)),
            })),
            world => at.Count == 24);
        Assert.Null(Simulator.Run(() => scenario, 1).Failure);
        Assert.Equal(Enumerable.Range(1, 24).Select(h => TimeSpan.FromHours(h)), at);
    }

    [Fact]
    public void A_frozen_member_misses_time_and_goes_on_where_it_was()
    {
        var at = new List<TimeSpan>();
        var scenario = new Alone(
            (world, member) =>
            {
                var actor = member.System.ActorOf(Props.Create(() => new Scripted((self, _) => at.Add(world.Now))));
                world.After(TimeSpan.FromSeconds(1), "freeze", () => member.Freeze(TimeSpan.FromSeconds(30)));
                world.After(TimeSpan.FromSeconds(2), "send", () => actor.Tell("x"));
            },
            world => at.Count == 1);
        Assert.Null(Simulator.Run(() => scenario, 1).Failure);
        Assert.Equal([TimeSpan.FromSeconds(31)], at);
    }

    [Fact]
    public void Tasks_other_threads_and_task_ports_are_refused()
    {
        var checks = 0;
        var scenario = new Alone(
            (world, member) =>
            {
                var actor = member.System.ActorOf(Props.Create(() => new Scripted((self, _) =>
                {
                    var port = new AsyncPort<int, int>("real", 1, (i, _) => Task.FromResult(i));
                    Assert.Throws<InvalidOperationException>(() => self.Here.Pipe(port, 1, TimeSpan.FromSeconds(1), r => r));
                    checks++;
                })));
                Assert.IsType<InvalidOperationException>(Record.Exception(void () => actor.Ask<int>("?", TimeSpan.FromSeconds(1))));
                Exception? refused = null;
                var other = new Thread(() => refused = Record.Exception(() => member.System.ActorOf(Props.Create(() => new Scripted()))));
                other.Start();
                other.Join();
                Assert.IsType<InvalidOperationException>(refused);
                actor.Tell("x");
            },
            world => checks == 1);
        Assert.Null(Simulator.Run(() => scenario, 1).Failure);
    }
}
