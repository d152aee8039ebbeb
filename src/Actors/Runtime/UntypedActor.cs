namespace Tocsin.Actors.Runtime;

/// <summary>An actor: handles one message at a time, never two at once, and must not block or wait in a handler
/// (outside work goes through a port, long computing through a dispatcher of its own). Whatever a handler throws is its supervisor's to decide on.</summary>
public abstract class UntypedActor
{
    private readonly ActorContext _context;

    protected UntypedActor()
    {
        _context = new ActorContext(ActorCell.Current ?? throw new InvalidOperationException($"{GetType().Name} is made by Props, not by hand"));
    }

    /// <summary>For use in this actor's own turns only; elsewhere it throws.</summary>
    protected IActorContext Context => _context;

    protected IActorRef Self => _context.Self;

    /// <summary>Who sent the message that is being handled; the dead letters where nobody is.</summary>
    protected IActorRef Sender => _context.Sender;

    protected ITimerScheduler Timers => _context.Timers;

    protected abstract void OnReceive(object message);

    /// <summary>The first turn of every instance, also after a restart (see <see cref="PostRestart"/>).</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>After all children have stopped, and for an instance that gives way to a restart, too (see <see cref="PreRestart"/>).
    /// An exception here is logged and changes nothing.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>On the instance that failed, before its children are stopped.</summary>
    /// <param name="message">What was being handled; it is not handled again. Null where no message was.</param>
    protected virtual void PreRestart(Exception reason, object? message) => PostStop();

    /// <summary>On the new instance.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>What happens to this actor's children when they fail; asked for once an instance.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Runtime.SupervisorStrategy.Default;

    /// <summary>For a message that the actor does not know: counted and logged at a bounded rate. An unknown <see cref="Terminated"/> throws:
    /// who watches and does not look would go on without what it needs.</summary>
    protected void Unhandled(object message)
    {
        if (message is Terminated gone)
            throw new DeathPactException(gone.ActorRef);
        _context.Unhandled(message);
    }

    internal void Receive(object message) => OnReceive(message);

    internal void Start() => PreStart();

    internal void Stopped() => PostStop();

    internal void BeforeRestart(Exception reason, object? message) => PreRestart(reason, message);

    internal void AfterRestart(Exception reason) => PostRestart(reason);

    internal SupervisorStrategy Strategy() => SupervisorStrategy();
}
