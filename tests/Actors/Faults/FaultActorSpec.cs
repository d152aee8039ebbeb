using System.Collections.Concurrent;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Actors.Runtime;
using Tocsin.Shared;

namespace Tocsin.ActorTests.Faults;

public sealed class FaultActorSpec
{
    private static readonly NodeKey A = new("c", "a");

    private readonly FaultBoard _board = new();
    private readonly ConcurrentQueue<string> _said = new();

    [Fact]
    public async Task A_prediction_does_not_wait_for_the_learner()
    {
        await using var system = ActorSystem.Create("faults");
        var learner = new Learner(FaultWorld.Answer(FaultWorld.Model(7)));
        var actor = Start(system, learner);
        Until.True(() => _board.View.Status.Serving == 7);
        // From now on it answers nothing: a training that never ends.
        for (var n = FaultWorld.First; n < FaultWorld.First + 5; n++)
            actor.Tell(FaultWorld.Over(n));
        Until.True(() => _board.View.Waiting == 4);
        var said = _board.Outlooks.Of(A, 0)!;
        Assert.Equal((7, (FaultWorld.First + 5) * 10_000), (said.Version, said.AtMs));
        Assert.Equal(1, said.Classes.Sum(), 3);
        Assert.True(said.MayAct);
        // Of a node that was away nothing is said, and when its time is over nothing of the other.
        Assert.Null(_board.Outlooks.Of(new NodeKey("c", "gone"), 0));
        Assert.NotNull(_board.Outlooks.Of(A, said.UntilMs - 1));
        Assert.Null(_board.Outlooks.Of(A, said.UntilMs));
    }

    [Fact]
    public async Task Without_a_model_that_serves_nothing_is_said_of_any_node()
    {
        await using var system = ActorSystem.Create("faults");
        var actor = Start(system, new Learner(FaultWorld.Answer(), FaultWorld.Answer(), FaultWorld.Answer()));
        actor.Tell(FaultWorld.Over(FaultWorld.First));
        actor.Tell(FaultWorld.Over(FaultWorld.First + 1));
        Until.True(() => _board.View.Waiting == 0);
        Assert.Null(_board.Outlooks.Of(A, 0));
    }

    [Fact]
    public async Task A_model_that_no_action_may_rest_on_says_so_with_every_word()
    {
        await using var system = ActorSystem.Create("faults");
        var actor = Start(system, new Learner(FaultWorld.Answer(FaultWorld.Model(1, "too few labels"))));
        actor.Tell(FaultWorld.Over(FaultWorld.First));
        Until.True(() => _board.Outlooks.Of(A, 0) is not null);
        Assert.Equal((false, "too few labels"), (_board.Outlooks.Of(A, 0)!.MayAct, _board.Outlooks.Of(A, 0)!.WhyNot));
    }

    [Fact]
    public async Task What_waits_is_bounded_and_the_labels_of_what_went_are_not_lost()
    {
        await using var system = ActorSystem.Create("faults");
        var learner = new Learner(FaultWorld.Answer());
        var actor = Start(system, learner);
        for (var n = 0; n <= FaultActor.MostWaiting + 3; n++)
            actor.Tell(FaultWorld.Over(FaultWorld.First + n, FaultWorld.Label($"l{n}")));
        Until.True(() => _board.View.Dropped == 3);
        Assert.Equal(FaultActor.MostWaiting, _board.View.Waiting);
        for (var i = 0; i <= FaultActor.MostWaiting; i++)
            learner.Answers(FaultWorld.Answer());
        Until.True(() => _board.View.Waiting == 0 && learner.Open == 0);
        Assert.Equal(Enumerable.Range(0, FaultActor.MostWaiting + 4).Select(n => $"l{n}"), learner.Asked.SelectMany(i => i.Labels).Select(l => l.Key));
        Assert.Equal(FaultActor.MostWaiting + 1, learner.Asked.Count(i => i.Closed is not null));
    }

    [Fact]
    public async Task A_disk_that_is_away_is_said_once_and_the_same_step_is_asked_until_it_is_back()
    {
        var clock = new ManualClock();
        await using var system = ActorSystem.Create("faults", new ActorSystemSettings { Clock = clock });
        var learner = new Learner(FaultWorld.Answer());
        var actor = Start(system, learner);
        actor.Tell(FaultWorld.Over(FaultWorld.First));
        for (var i = 0; i < 5; i++)
        {
            Until.True(() => learner.Open == 1);
            learner.Fails(new DependencyException("no space"));
            Until.True(() => _board.View.Trouble == "no space" && system.Counters.Timers > 0);
            clock.Advance(TimeSpan.FromMinutes(2));
        }
        Until.True(() => learner.Open == 1);
        learner.Answers(FaultWorld.Answer());
        Until.True(() => _board.View.Trouble is null);
        Assert.Equal(0, _board.View.Dropped);
        Assert.Equal(Enumerable.Repeat(FaultWorld.First, 6), learner.Asked.Skip(1).Select(i => i.Closed!.Number));
        Assert.Equal(["learning waits: no space"], _said);
    }

    [Fact]
    public async Task A_step_that_fails_by_itself_is_tried_three_times_and_left_out()
    {
        var clock = new ManualClock();
        await using var system = ActorSystem.Create("faults", new ActorSystemSettings { Clock = clock });
        var learner = new Learner(FaultWorld.Answer());
        var actor = Start(system, learner);
        actor.Tell(FaultWorld.Over(FaultWorld.First));
        actor.Tell(FaultWorld.Over(FaultWorld.First + 1));
        for (var i = 1; i <= 3; i++)
        {
            Until.True(() => learner.Open == 1);
            learner.Fails(new InvalidOperationException("a defect"));
            if (i < 3)
            {
                Until.True(() => system.Counters.Timers > 0);
                clock.Advance(TimeSpan.FromMinutes(2));
            }
        }
        Until.True(() => learner.Open == 1 && _board.View.Dropped == 1);
        Assert.Equal(FaultWorld.First + 1, learner.Asked.Last().Closed!.Number);
    }

    [Fact]
    public async Task Going_back_comes_before_what_waits_and_says_whether_it_could()
    {
        await using var system = ActorSystem.Create("faults");
        var learner = new Learner(FaultWorld.Answer(FaultWorld.Model(2)));
        var actor = Start(system, learner);
        actor.Tell(FaultWorld.Over(FaultWorld.First));
        actor.Tell(FaultWorld.Over(FaultWorld.First + 1));
        Until.True(() => learner.Open == 1);
        var asked = actor.Ask<WentBack>(GoBack.One, Probe.Limit);
        Until.True(() => _board.View.Waiting == 1);
        learner.Answers(FaultWorld.Answer(FaultWorld.Model(2)));
        Until.True(() => learner.Asked.Last().RollBack);
        learner.Answers(FaultWorld.Answer(FaultWorld.Model(1), rolledBack: true));
        Assert.Equal(new WentBack(1, null), await asked);
        Until.True(() => _board.Outlooks.Of(A, 0)?.Version == 1);

        asked = actor.Ask<WentBack>(GoBack.One, Probe.Limit);
        learner.Answers(FaultWorld.Answer(FaultWorld.Model(1)));
        Until.True(() => learner.Asked.Last().RollBack);
        learner.Answers(FaultWorld.Answer(FaultWorld.Model(1)));
        Assert.Equal(1, (await asked).Version);
        Assert.NotNull((await asked).Why);
    }

    private IActorRef Start(ActorSystem system, Learner learner)
    {
        var actor = system.ActorOf(Props.Create(() => new FaultActor(FaultWorld.Settings, learner, _board, _said.Enqueue)));
        Until.True(() => _board.View.Status.Versions.Count == 1);
        return actor;
    }

    /// <summary>Answers the first questions at once, and the others when the test says so.</summary>
    private sealed class Learner(params LearnAnswer[] first) : IPort<LearnInput, LearnAnswer>
    {
        private readonly Queue<LearnAnswer> _first = new(first);
        private readonly BlockingCollection<IPortCall<LearnAnswer>> _open = [];

        public string Name => "learner";

        public ConcurrentQueue<LearnInput> Asked { get; } = new();

        public int Open => _open.Count;

        public void Start(LearnInput request, IPortCall<LearnAnswer> call)
        {
            Asked.Enqueue(request);
            if (_first.TryDequeue(out var answer))
                call.Succeed(answer);
            else
                _open.Add(call);
        }

        public void Answers(LearnAnswer answer) => Take().Succeed(answer);

        public void Fails(Exception cause) => Take().Fail(cause);

        private IPortCall<LearnAnswer> Take()
        {
            Assert.True(_open.TryTake(out var call, Probe.Limit), "nothing was asked");
            return call;
        }
    }
}
