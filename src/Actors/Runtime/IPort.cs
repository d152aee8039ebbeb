namespace Tocsin.Actors.Runtime;

/// <summary>Where an actor touches the world outside: disk, database, network, another process. It starts what is asked and answers later,
/// by message (<see cref="IActorContext.Pipe{TRequest,TReply}"/>). Under simulation another port stands in its place, whose delay, failure and
/// duplication are drawn from a seed.</summary>
public interface IPort<in TRequest, TReply>
{
    string Name { get; }

    /// <summary>Any thread, returns at once; what goes wrong is an answer, never an exception.</summary>
    void Start(TRequest request, IPortCall<TReply> call);
}

/// <summary>One thing asked of a port. The first answer counts, later ones are dropped; without one within the limit the actor is told a timeout.</summary>
public interface IPortCall<in TReply>
{
    /// <summary>Any thread.</summary>
    /// <returns>False where it was answered, timed out or given up before.</returns>
    bool Succeed(TReply reply);

    /// <summary>Any thread.</summary>
    bool Fail(Exception cause);

    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    CancellationToken Abandoned { get; }
}

/// <summary>What came of a call: a value, or why there is none. Which failures leave it open whether it happened, the port's own documentation says.</summary>
public readonly record struct PortResult<TReply>
{
    private readonly TReply? _value;

    public PortResult(TReply value)
    {
        _value = value;
        Error = null;
    }

    public PortResult(Exception error)
    {
        _value = default;
        Error = error;
    }

    public Exception? Error { get; }

    public bool IsSuccess => Error is null;

    public TReply Value => Error is null ? _value! : throw new InvalidOperationException("there is no value, but an error", Error);
}
