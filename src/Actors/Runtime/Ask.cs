namespace Tocsin.Actors.Runtime;

public static class AskExtensions
{
    /// <summary>For code that is no actor (an HTTP handler, a test): tells and waits for one answer, which the actor gives to its Sender.
    /// An actor uses <see cref="IActorContext.Ask{TReply}"/>.</summary>
    /// <exception cref="AskTimeoutException">No answer within the limit: the question may have been handled or not.</exception>
    public static Task<TReply> Ask<TReply>(this IActorRef target, object message, TimeSpan limit, CancellationToken cancel = default)
    {
        if (target is not ActorCell cell)
            throw new ArgumentException($"{target.Path} is no actor of a system here: it cannot be asked", nameof(target));
        if (ActorCell.Current is { } asker)
            throw new InvalidOperationException($"{asker.Path} asks from within its turn: use Context.Ask, whose answer is a message");
        return cell.System.Simulated
            ? throw new InvalidOperationException("no tasks under simulation: use an outside reference or Context.Ask")
            : new AskPromise<TReply>(cell.System, target.Path, limit).Send(target, message, cancel);
    }
}

/// <summary>What an answer means to who wanted a <typeparamref name="TReply"/>.</summary>
internal static class Answer
{
    public static PortResult<TReply> Read<TReply>(object message, string from) => message switch
    {
        Status.Failure failure => new(failure.Cause),
        Status.Success { Value: TReply value } => new(value),
        TReply value => new(value),
        _ => new(new InvalidCastException($"{from} answered with {message.GetType().Name} where {typeof(TReply).Name} was expected")),
    };
}

/// <summary>The sender of an actor's question.</summary>
internal sealed class ReplyRef<TReply>(ActorSystem system, string asker, IPortCall<TReply> call) : IActorRef
{
    public string Path => asker + "/ask";

    public void Tell(object message, IActorRef? sender)
    {
        var answer = Answer.Read<TReply>(message, sender?.Path ?? "somebody");
        if (!(answer.IsSuccess ? call.Succeed(answer.Value) : call.Fail(answer.Error!)))
            system.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);
    }
}

/// <summary>The sender of an outsider's question. Whoever settles the task first (answer, deadline, cancellation) wins; a later answer is a dead letter.</summary>
internal sealed class AskPromise<TReply>(ActorSystem system, string target, TimeSpan limit) : TimerNode, IActorRef
{
    // Continuations elsewhere: an answering actor must not run the asker's code in its turn.
    private readonly TaskCompletionSource<TReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    public string Path => "/ask/" + target;

    public Task<TReply> Send(IActorRef to, object message, CancellationToken cancel)
    {
        system.Timers.Set(this, limit);
        if (cancel.CanBeCanceled)
        {
            _cancellation = cancel.UnsafeRegister(static (promise, token) => ((AskPromise<TReply>)promise!)._answer.TrySetCanceled(token), this);
        }
        to.Tell(message, this);
        return _answer.Task;
    }

    public override void Fire()
    {
        if (_answer.TrySetException(new AskTimeoutException($"{target} gave no answer within {limit.TotalSeconds:0.###} s")))
            _cancellation.Unregister();
    }

    public void Tell(object message, IActorRef? sender)
    {
        var answer = Answer.Read<TReply>(message, target);
        if (answer.IsSuccess ? _answer.TrySetResult(answer.Value) : _answer.TrySetException(answer.Error!))
        {
            system.Timers.Cancel(this);
            _cancellation.Unregister();
        }
        else
        {
            system.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);
        }
    }
}
