using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Simulation;

/// <summary>Chooses who runs next. The seed also chooses the manner: uniform choice finds what few orders reach often; random priorities that
/// change now and then (Burckhardt et al., ASPLOS 2010, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs") starve
/// one actor for long, which uniform choice next to never does. How often time passes while somebody is ready is drawn as well.</summary>
internal sealed class Scheduling
{
    private const int ChangeOneIn = 16;

    private readonly World _world;
    private readonly bool _byPriority;
    private readonly int _lateOneIn;
    private readonly Dictionary<Mailbox, ulong> _priorities = [];

    public Scheduling(World world)
    {
        _world = world;
        _byPriority = world.Draw(2) == 0;
        _lateOneIn = world.Draw(4) switch { 0 => 0, 1 => 100, 2 => 20, _ => 5 };
    }

    /// <returns>False where nobody is ready, or time shall pass first.</returns>
    public bool TryRunOne(SimulatedMember[] members, bool somethingDue)
    {
        var ready = 0;
        foreach (var member in members)
            ready += ReadyOf(member);
        if (ready == 0 || (somethingDue && _lateOneIn > 0 && _world.Draw(_lateOneIn) == 0))
            return false;
        if (_byPriority)
            RunHighest(members);
        else
            RunAny(members, _world.Draw(ready));
        return true;
    }

    private static int ReadyOf(SimulatedMember member) => member is { Up: true, Runs: true } ? member.Dispatcher.Ready : 0;

    private static void RunAny(SimulatedMember[] members, int drawn)
    {
        foreach (var member in members)
        {
            var ready = ReadyOf(member);
            if (drawn < ready)
            {
                member.Dispatcher.Run(drawn);
                return;
            }
            drawn -= ready;
        }
    }

    private void RunHighest(SimulatedMember[] members)
    {
        (SimulatedDispatcher? Of, int Index, ulong Priority) best = (null, 0, 0);
        foreach (var member in members)
        {
            for (var i = 0; i < ReadyOf(member); i++)
            {
                var mailbox = member.Dispatcher.At(i);
                if (!_priorities.TryGetValue(mailbox, out var priority))
                    _priorities.Add(mailbox, priority = _world.DrawBits());
                if (best.Of is null || priority > best.Priority)
                    best = (member.Dispatcher, i, priority);
            }
        }
        if (_world.Draw(ChangeOneIn) == 0)
            _priorities[best.Of!.At(best.Index)] = _world.DrawBits();
        best.Of!.Run(best.Index);
    }
}
