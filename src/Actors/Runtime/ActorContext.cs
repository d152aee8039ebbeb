namespace Tocsin.Actors.Runtime;

/// <summary>The door between an actor's code and its cell: lets nobody in outside of the actor's turn, so that a task or a closure that
/// outlived the turn fails where it is wrong instead of racing.</summary>
internal sealed class ActorContext(ActorCell cell) : IActorContext
{
    public IActorRef Self => cell;

    public IActorRef Sender => InTurn.SenderOrNull ?? cell.System.DeadLetters;

    public IActorRef Parent => (IActorRef?)cell.Parent ?? cell.System.DeadLetters;

    public ActorSystem System => cell.System;

    public TimeProvider Clock => cell.System.Clock;

    public ITimerScheduler Timers => InTurn.Errands.Timers;

    private ActorCell InTurn => ReferenceEquals(ActorCell.Current, cell)
        ? cell
        : throw new InvalidOperationException($"{cell.Path}: used outside of its own turn");

    public IActorRef ActorOf(Props props, string? name) => InTurn.AddChild(props, name);

    public IActorRef? Child(string name) => InTurn.Children?.Find(name);

    public IReadOnlyList<IActorRef> GetChildren() => InTurn.Children?.All() ?? [];

    public void Stop(IActorRef actor) => InTurn.System.Stop(actor);

    public void Watch(IActorRef actor) => InTurn.Deaths.Watch(CellOf(actor));

    public void Unwatch(IActorRef actor) => InTurn.Deaths.Unwatch(CellOf(actor));

    public void Pipe<TRequest, TReply>(IPort<TRequest, TReply> port, TRequest request, TimeSpan limit, Func<PortResult<TReply>, object> map)
    {
        var call = new PendingCall<TReply>(InTurn, $"port {port.Name}", limit, map);
        cell.Errands.Await(call, limit);
        port.Start(request, call);
    }

    public void Ask<TReply>(IActorRef target, object message, TimeSpan limit, Func<PortResult<TReply>, object> map)
    {
        var call = new PendingCall<TReply>(InTurn, target.Path, limit, map);
        cell.Errands.Await(call, limit);
        target.Tell(message, new ReplyRef<TReply>(cell.System, cell.Path, call));
    }

    public void Unhandled(object message) => cell.System.OnUnhandled(cell, message);

    private ActorCell CellOf(IActorRef actor)
    {
        if (actor is not ActorCell target || !ReferenceEquals(target.System, cell.System))
            throw new ArgumentException($"{actor.Path} is no actor of this system: it cannot be watched", nameof(actor));
        return ReferenceEquals(target, cell) ? throw new ArgumentException($"{cell.Path} cannot watch itself", nameof(actor)) : target;
    }
}
