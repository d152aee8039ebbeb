using FsCheck;
using FsCheck.Fluent;
using Tocsin.Checkpointing.Actions;

namespace Tocsin.CheckpointingTests.Actions;

/// <summary>Two supervisors, one of them perhaps a zombie, a store that fences, a Slurm that cannot be fenced: whatever the order of their steps, of crashes and of
/// stretches of time, an action that is no signal has one effect at most, and none under a brake or a veto that was there when it was begun.</summary>
public sealed class CrashSpec
{
    private static readonly ActionKind[] Kinds = Enum.GetValues<ActionKind>();

    [Fact]
    public void An_action_has_at_most_one_effect_wherever_the_crash_comes() =>
        Prop.ForAll(Gen.Choose(0, 99).ArrayOf(60).ToArbitrary(), steps =>
        {
            foreach (var kind in Kinds)
            {
                var world = new World(kind);
                foreach (var step in steps)
                    world.Step(step);
                if (kind != ActionKind.Signal && world.Effects > 1)
                    return false;
                if (world.BrakedEffects > 0)
                    return false;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void The_steps_do_reach_effects_crashes_and_recoveries()
    {
        // The property above would hold of a machine that never does anything.
        var random = new Random(1);
        var (effects, recoveries) = (0, 0);
        for (var run = 0; run < 500; run++)
        {
            var world = new World(ActionKind.Drain);
            for (var i = 0; i < 60; i++)
                world.Step(random.Next(100));
            effects += world.Effects;
            recoveries += world.Recoveries;
        }
        Assert.InRange(effects, 100, 500);
        Assert.True(recoveries > 50, $"{recoveries} recoveries");
    }

    private sealed class World(ActionKind kind)
    {
        private long _now = Acting.Now;
        private long _epoch = 1;
        private ActionRecord _stored = Acting.Action(kind);
        private bool _braked;
        private bool _happened;

        /// <summary>A command that was committed and has not run yet: the process that holds it may sleep for long.</summary>
        private (ActionRecord Action, long Epoch)? _pending;

        public int Effects { get; private set; }

        public int BrakedEffects { get; private set; }

        public int Recoveries { get; private set; }

        private SlurmView View => kind switch
        {
            ActionKind.Drain => new SlurmView(_happened ? Acting.Drained("tocsin:8") : Acting.Idle, null),
            ActionKind.Undrain => new SlurmView(_happened ? Acting.Idle : Acting.Drained(), null),
            ActionKind.Fence => new SlurmView(_happened ? Acting.Fenced(8, startMs: Acting.Now) : Acting.Idle, null),
            ActionKind.Unfence => new SlurmView(_happened ? Acting.Idle : Acting.Fenced(), null),
            ActionKind.Requeue => new SlurmView(Acting.Drained(), _happened ? Acting.Running with { Identity = Acting.Job with { Restarts = 1 } } : Acting.Running, Acknowledged: true),
            _ => new SlurmView(null, Acting.Running),
        };

        private Surroundings Around => new(_epoch, long.MaxValue, Enabled: true, _braked ? "braked" : null, null, View);

        public void Step(int step)
        {
            switch (step)
            {
                case < 15:
                    _now += step * 500;
                    break;
                case < 18:
                    _now += 30_000;
                    break;
                case < 35:
                    Commit(ActionRules.Approve(_stored, Around, _now, Acting.Limits));
                    break;
                case < 55:
                    var start = ActionRules.Start(_stored, Around, Acting.Mark, Acting.User, _now, Acting.Limits);
                    Commit(start);
                    if (start.Execute)
                        _pending = (start.Action, _epoch);
                    break;
                case < 75:
                    Run(answered: step % 2 == 0);
                    break;
                case < 85:
                    // A crash: the store gives another epoch, but the process may live on as a zombie with its command in hand.
                    _epoch++;
                    if (step % 2 == 0)
                        _pending = null;
                    break;
                case < 95:
                    var before = _stored.State;
                    Commit(ActionRules.Recover(_stored, Around, _now, Acting.Limits));
                    Recoveries += before is Started && _stored.State is not Started ? 1 : 0;
                    break;
                default:
                    _braked = !_braked;
                    break;
            }
        }

        private void Run(bool answered)
        {
            if (_pending is not { } pending)
                return;
            _pending = null;
            // By its own clock and its own epoch, which a zombie takes for the newest.
            if (!ActionRules.MayRun(pending.Action, pending.Epoch, _now))
                return;
            Effects++;
            _happened = true;
            if (pending.Action.State is not Started)
                BrakedEffects++;
            if (answered && pending.Epoch == _epoch)
                Commit(ActionRules.Finish(_stored, new CommandResult(true, false, "ok"), pending.Epoch, _now));
        }

        private void Commit(ActionTurn turn)
        {
            if (turn.Execute && _braked)
                BrakedEffects++;
            _stored = turn.Action;
        }
    }
}
