using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Simulation;

/// <summary>One process of the simulated world: an actor system that can be lost at any step and started anew.</summary>
public sealed class SimulatedMember
{
    private readonly World _world;
    private ActorSystem? _system;
    private TimeSpan _born;

    internal SimulatedMember(World world, int index)
    {
        _world = world;
        Index = index;
        Name = $"member{index}";
        Dispatcher = new SimulatedDispatcher(world, Name);
    }

    public int Index { get; }

    public string Name { get; }

    public bool Up => _system is not null;

    /// <exception cref="InvalidOperationException">It is down.</exception>
    public ActorSystem System => _system ?? throw new InvalidOperationException($"{Name} is down: ask Up first");

    /// <summary>1 from the first start on, one more with every start.</summary>
    public int Life { get; private set; }

    internal SimulatedDispatcher Dispatcher { get; private set; }

    internal TimeSpan FrozenUntil { get; private set; }

    internal bool Runs => _world.Now >= FrozenUntil;

    /// <summary>When its next timer is due, or its freeze ends with something to do.</summary>
    internal TimeSpan? NextDue
    {
        get
        {
            if (_system is null)
                return null;
            if (!Runs && Dispatcher.Ready > 0)
                return FrozenUntil;
            var due = _system.Timers.NextDue + _born;
            return due < FrozenUntil ? FrozenUntil : due;
        }
    }

    /// <summary>Its actors and what its ports have under way are gone, without a last word (kill -9). Called inside one of its own
    /// turns or effects it does not return. It starts again after a drawn downtime.</summary>
    public void Crash()
    {
        if (!Up)
            return;
        _world.OnCrash(this);
        Dispatcher.Dead = true;
        _system = null;
        FrozenUntil = TimeSpan.Zero;
        if (_world.InStep)
            throw new SimulatedCrash(this);
    }

    /// <summary>It stands still for this long and notices nothing of it but the time.</summary>
    public void Freeze(TimeSpan span) => FrozenUntil = _world.Now + span;

    /// <summary>A port of this life. See <see cref="PortFaults"/>.</summary>
    /// <param name="effect">On the world outside, which outlives the member. Its TocsinException, or what the scenario expects,
    /// is the answer's error; anything else fails the run.</param>
    public IPort<TRequest, TReply> Port<TRequest, TReply>(string name, Func<TRequest, TReply> effect, PortFaults faults) =>
        new SimulatedPort<TRequest, TReply>(_world, this, name, effect, faults);

    internal void Begin()
    {
        Dispatcher = new SimulatedDispatcher(_world, Name);
        Life++;
        _born = _world.Now;
        _system = ActorSystem.CreateSimulated(Name, new ActorSystemSettings { Clock = _world.VirtualClock, Seed = _world.DrawBits() }, Dispatcher);
    }

    internal void FireDue()
    {
        if (Runs)
            _system?.Timers.FireDue();
    }
}
