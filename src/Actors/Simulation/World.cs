using System.Runtime.ExceptionServices;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Tensors;

namespace Tocsin.Actors.Simulation;

/// <summary>One run of one seed: one thread, virtual time, members and all that happens outside of them. Every choice is drawn from the seed.</summary>
public sealed class World
{
    private readonly Scenario _scenario;
    private readonly SimulationOptions _options;
    private readonly SeededRandom _random;
    private readonly TimerHeap _events = new();
    private readonly SimulatedMember[] _members;
    private readonly Scheduling _scheduling;
    private ExceptionDispatchInfo? _failure;
    private long _order;

    internal World(Scenario scenario, ulong seed, SimulationOptions options)
    {
        _scenario = scenario;
        _options = options;
        _random = new SeededRandom(seed);
        _scheduling = new Scheduling(this);
        _members = [.. Enumerable.Range(0, scenario.Members).Select(i => new SimulatedMember(this, i))];
    }

    /// <summary>Virtual, since the run's start.</summary>
    public TimeSpan Now => VirtualClock.Now;

    public TimeProvider Clock => VirtualClock;

    public IReadOnlyList<SimulatedMember> Members => _members;

    public int Crashes { get; private set; }

    internal VirtualClock VirtualClock { get; } = new();

    internal Trace Trace { get; } = new();

    /// <summary>True while code of an actor or an effect runs: a crash then unwinds.</summary>
    internal bool InStep { get; private set; }

    /// <summary>0..count-1.</summary>
    public int Draw(int count)
    {
        var drawn = _random.NextInt(count);
        Trace.Add((ulong)drawn);
        return drawn;
    }

    /// <summary>0 inclusive to 1 exclusive.</summary>
    public double DrawUnit() => _random.NextFloat();

    /// <summary>0 to <paramref name="max"/>, in microseconds.</summary>
    public TimeSpan DrawSpan(TimeSpan max) => TimeSpan.FromMicroseconds(Math.Floor(max.TotalMicroseconds * _random.NextFloat()));

    /// <summary>Outside of all members: happens whatever crashes meanwhile.</summary>
    public void After(TimeSpan delay, string what, Action act) => At(Now + delay, what, act);

    /// <summary>Somebody outside that actors can tell things to.</summary>
    public IActorRef Outside(string name, TimeSpan maxDelay, Action<object> receive) => new OutsideRef(this, name, maxDelay, receive);

    /// <summary>Into the trace: a state that must be the same in both runs of the seed.</summary>
    public void Note(string what) => Trace.Add(Now, "note", what);

    internal bool Expects(Exception failure) => _scenario.Expects(failure);

    internal ulong DrawBits() => _random.NextBits();

    internal void At(TimeSpan due, string what, Action act) => _events.Add(new Event(this, what, act) { Due = due, Order = ++_order });

    internal void OnCrash(SimulatedMember member)
    {
        Crashes++;
        Trace.Add(Now, member.Name, "crashes");
        After(DrawSpan(_options.MaxDowntime), $"{member.Name} starts", () => Start(member));
    }

    internal void OnActorFailed(string path, Exception failure)
    {
        Trace.Add(Now, path, failure.GetType().Name);
        if (!_scenario.Expects(failure))
            _failure ??= ExceptionDispatchInfo.Capture(failure);
    }

    internal void Begin()
    {
        _scenario.Begin(this);
        foreach (var member in _members)
            Start(member);
    }

    /// <returns>False where nothing is left to happen.</returns>
    internal bool Step()
    {
        Disturb();
        InStep = true;
        try
        {
            var next = NextDue;
            if (!_scheduling.TryRunOne(_members, next is not null) && !Advance(next))
                return false;
        }
        catch (SimulatedCrash)
        {
            // The member is gone already; what it was in the middle of stays undone.
        }
        finally
        {
            InStep = false;
        }
        _failure?.Throw();
        _scenario.Check();
        return true;
    }

    private TimeSpan? NextDue
    {
        get
        {
            var next = _events.First?.Due;
            foreach (var member in _members)
            {
                if (member.NextDue is { } due && (next is null || due < next))
                    next = due;
            }
            return next;
        }
    }

    private bool Advance(TimeSpan? due)
    {
        if (due is not { } next)
            return false;
        VirtualClock.Set(next);
        foreach (var member in _members)
            member.FireDue();
        if (_events.First is { } first && first.Due <= Now)
        {
            _events.Remove(first);
            first.Fire();
        }
        return true;
    }

    private void Disturb()
    {
        if (_options.CrashOneIn > 0 && Crashes < _options.MaxCrashes && Draw(_options.CrashOneIn) == 0)
            _members[Draw(_members.Length)].Crash();
        if (_options.FreezeOneIn > 0 && Draw(_options.FreezeOneIn) == 0)
            _members[Draw(_members.Length)].Freeze(DrawSpan(_options.MaxFreeze));
    }

    private void Start(SimulatedMember member)
    {
        member.Begin();
        Trace.Add(Now, member.Name, "starts");
        _scenario.Start(this, member);
    }

    private sealed class Event(World world, string what, Action act) : TimerNode
    {
        public override void Fire()
        {
            world.Trace.Add(world.Now, "event", what);
            act();
        }
    }
}
