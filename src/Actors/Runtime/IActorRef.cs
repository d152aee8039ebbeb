namespace Tocsin.Actors.Runtime;

/// <summary>Where messages for one actor go. It stays good over restarts; after a stop it leads to the dead letters for ever,
/// also when a new actor takes the same name. Compared by reference.</summary>
public interface IActorRef
{
    /// <summary>"/user/shard-3/cn0421".</summary>
    string Path { get; }

    /// <summary>Never blocks and never throws for what happens at the other end. Messages of one sender to one receiver arrive in order, at most once.
    /// A message must not be changed after it was sent: the receiver reads it on another thread.</summary>
    void Tell(object message, IActorRef? sender);
}

public static class ActorRefs
{
    /// <summary>Tells with the actor whose turn it is as sender; from outside of any actor, with none.</summary>
    public static void Tell(this IActorRef target, object message) => target.Tell(message, ActorCell.Current);

    /// <summary>Hands the message that is being handled on, with its own sender.</summary>
    public static void Forward(this IActorRef target, object message) => target.Tell(message, ActorCell.Current?.SenderOrNull);
}
