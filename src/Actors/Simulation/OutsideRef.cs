using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Simulation;

/// <summary>Somebody outside of all members (a client, a sink), who outlives their crashes. What is told arrives after a drawn delay, in order.</summary>
internal sealed class OutsideRef(World world, string name, TimeSpan maxDelay, Action<object> receive) : IActorRef
{
    private TimeSpan _last;

    public string Path => "/outside/" + name;

    public void Tell(object message, IActorRef? sender)
    {
        var due = world.Now + world.DrawSpan(maxDelay);
        _last = due > _last ? due : _last;
        world.At(_last, Path, () => receive(message));
    }
}
