namespace Tocsin.Actors.Runtime;

/// <summary>What an actor may do to the world of actors, in its own turns.</summary>
public interface IActorContext
{
    IActorRef Self { get; }

    /// <summary>The dead letters where the message has no sender.</summary>
    IActorRef Sender { get; }

    /// <summary>The dead letters for the guardian.</summary>
    IActorRef Parent { get; }

    ActorSystem System { get; }

    /// <summary>The system's clock: the only time that an actor may look at.</summary>
    TimeProvider Clock { get; }

    ITimerScheduler Timers { get; }

    /// <summary>A child. It is made in its own first turn, so this returns at once and cannot fail of what the factory does.</summary>
    /// <param name="name">Null = generated.</param>
    /// <exception cref="InvalidActorNameException">Taken, or no name.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    /// <summary>Null where there is none.</summary>
    IActorRef? Child(string name);

    IReadOnlyList<IActorRef> GetChildren();

    /// <summary>Stops an actor of this system after the message that it is handling; what lies in its mailbox goes to the dead letters.</summary>
    void Stop(IActorRef actor);

    /// <summary>A <see cref="Terminated"/> comes when it stops, also when it had stopped before. Ends with this actor's restart.</summary>
    void Watch(IActorRef actor);

    /// <summary>No Terminated comes after this, even if one was under way.</summary>
    void Unwatch(IActorRef actor);

    /// <summary>Asks a port. Exactly one answer comes, as a message made by <paramref name="map"/> in this actor's turn, within
    /// <paramref name="limit"/>; none after a restart or stop. <see cref="PortTimeoutException"/>: it may have happened or not.</summary>
    void Pipe<TRequest, TReply>(IPort<TRequest, TReply> port, TRequest request, TimeSpan limit, Func<PortResult<TReply>, object> map);

    /// <summary>Asks an actor, in the same way: it answers by telling its Sender a <typeparamref name="TReply"/> or a <see cref="Status.Failure"/>.</summary>
    void Ask<TReply>(IActorRef target, object message, TimeSpan limit, Func<PortResult<TReply>, object> map);
}
