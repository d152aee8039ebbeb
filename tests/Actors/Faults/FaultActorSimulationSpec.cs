using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Simulation;

namespace Tocsin.ActorTests.Faults;

/// <summary>The actor on a disk that fails before and after the deed, repeats and is slow.</summary>
public sealed class FaultActorSimulationSpec
{
    [Fact]
    public void Whatever_the_disk_does_intervals_are_learned_in_order_none_is_left_out_and_no_label_is_lost() =>
        Simulator.Explore(() => new Site(), 1, 100);

    [Fact]
    public void A_crash_loses_only_what_waited_and_what_comes_after_goes_on_in_order()
    {
        var report = Simulator.Explore(() => new Site(crashes: true), 1, 60, new SimulationOptions { CrashOneIn = 80 });
        Assert.True(report.Crashes > 20, $"{report.Crashes} crashes");
    }

    private sealed class Site(bool crashes = false) : Scenario
    {
        private const int Intervals = 30;

        private readonly SortedSet<long> _archive = [];
        private readonly HashSet<string> _labels = [];
        private readonly List<long> _learned = [];
        private readonly FaultBoard _board = new();
        private SimulatedMember? _member;
        private IActorRef? _actor;
        private int _sent;

        public override bool Done => _learned.Count > 0 && _learned[^1] == FaultWorld.First + Intervals - 1;

        public override void Start(World world, SimulatedMember member)
        {
            _member = member;
            var port = member.Port<LearnInput, LearnAnswer>("learner", Step, new PortFaults { FailBefore = 0.2, FailAfter = 0.1, Duplicate = 0.1, MaxDelay = TimeSpan.FromSeconds(3), InOrder = true });
            _actor = member.System.ActorOf(Props.Create(() => new FaultActor(FaultWorld.Settings, port, _board, _ => { })), "faults");
            if (_sent == 0)
                Send(world);
        }

        public override void CheckEnd()
        {
            Assert.Equal(_learned.Distinct().Order(), _learned.Distinct());
            if (crashes)
                return;
            Assert.Equal(Enumerable.Range(0, Intervals).Select(i => FaultWorld.First + i), _learned.Distinct());
            Assert.Equal(Intervals, _labels.Count);
            Assert.Equal(0, _board.View.Dropped);
        }

        private void Send(World world)
        {
            // The last one is said again until it was learned: a clock does not end either.
            var number = Math.Min(_sent++, Intervals - 1);
            if (_member!.Up)
                _actor!.Tell(FaultWorld.Over(FaultWorld.First + number, FaultWorld.Label($"l{number}")));
            world.After(TimeSpan.FromSeconds(10), "an interval is over", () => Send(world));
        }

        /// <summary>As the learner does it: what is there already changes nothing.</summary>
        private LearnAnswer Step(LearnInput input)
        {
            foreach (LabelRecord label in input.Labels)
                _labels.Add(label.Key);
            if (input.Closed is { } closed && _archive.Add(closed.Number))
                _learned.Add(closed.Number);
            return FaultWorld.Answer();
        }
    }
}
