namespace Tocsin.Actors.Runtime;

/// <summary>To a watcher: <see cref="ActorRef"/> has stopped. Comes after all that it had sent to the watcher.</summary>
public sealed record Terminated(IActorRef ActorRef);

/// <summary>Stops the actor that handles it, after all that lay before it.</summary>
public sealed class PoisonPill
{
    public static readonly PoisonPill Instance = new();

    private PoisonPill()
    {
    }
}

/// <summary>Answers to an Ask that are no plain value.</summary>
public static class Status
{
    public sealed record Success(object? Value);

    public sealed record Failure(Exception Cause);
}

/// <summary>What a message may do when it reached nobody: give back what it carried (credits). Called once, on any thread, and must not throw.</summary>
public interface IUndeliverable
{
    void Undelivered();
}

internal sealed class Create
{
    public static readonly Create Instance = new();
}

internal sealed class Terminate
{
    public static readonly Terminate Instance = new();
}

internal sealed record Recreate(Exception Cause);

internal sealed record Failed(ActorCell Child, Exception Cause);

internal sealed record ChildGone(ActorCell Child);

internal sealed record Watch(ActorCell Watcher);

internal sealed record Unwatch(ActorCell Watcher);

internal sealed record Gone(ActorCell Target);
