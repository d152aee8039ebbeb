namespace Tocsin.Actors.Runtime;

/// <summary>One actor's life: made, running, failed and restarted, stopped. It is its own reference, so it outlives the instances inside;
/// every field here is touched in its own turns only (see <see cref="Mailbox"/>) unless it says otherwise.</summary>
internal sealed class ActorCell(ActorSystem system, ActorCell? parent, string name, Props props, Dispatcher dispatcher)
    : Mailbox(dispatcher), IActorRef
{
    [ThreadStatic]
    private static ActorCell? _current;

    private UntypedActor? _actor;
    private SupervisorStrategy? _strategy;
    private Errands? _errands;
    private DeathWatch? _deaths;
    private Children? _children;
    private object? _handling;
    private Exception? _restartCause;
    private Life _life;

    /// <summary>Whose turn it is on this thread.</summary>
    public static ActorCell? Current => _current;

    public ActorSystem System => system;

    public ActorCell? Parent => parent;

    public string Name => name;

    public string Path => Parent is null ? "/" + Name : Parent.Path + "/" + Name;

    public IActorRef? SenderOrNull { get; private set; }

    /// <summary>Also read by the shutdown's report, on another thread: the reference is set once and locks itself.</summary>
    public Children? Children => Volatile.Read(ref _children);

    public DeathWatch Deaths => _deaths ??= new DeathWatch(this);

    public Errands Errands => _errands ??= new Errands(this);

    /// <summary>What is said of it when it does not stop; read without order, for a human.</summary>
    public string Doing => Volatile.Read(ref _handling) is { } handled ? $"handling {handled.GetType().Name}"
        : _life == Life.Stopping ? "waiting for its children" : "waiting for its turn";

    /// <summary>Kept by the parent, in the parent's turns.</summary>
    public FailureWindow Failures => field ??= new FailureWindow();

    protected override bool Suspended => _life != Life.Running;

    public void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Post(new Envelope(message, sender));
    }

    public override void Execute()
    {
        var outer = _current;
        _current = this;
        try
        {
            base.Execute();
        }
        finally
        {
            _current = outer;
        }
    }

    /// <summary>In the parent's turn; for the guardian any thread.</summary>
    public ActorCell AddChild(Props childProps, string? childName)
    {
        if (Children is null)
            Interlocked.CompareExchange(ref _children, new Children(), null);
        var runsOn = System.DispatcherOf(childProps);
        var child = _children!.Add(childName, chosen => new ActorCell(System, this, chosen, childProps, runsOn));
        System.OnBorn(child);
        return child;
    }

    protected override void Invoke(Envelope envelope)
    {
        SenderOrNull = envelope.Sender;
        var message = envelope.Message;
        try
        {
            // Before it is opened: what maps an answer is user code, too.
            Volatile.Write(ref _handling, message);
            if (message is TimerNode node)
            {
                if (!node.TryOpen(out message))
                    return;
                _handling = message;
            }
            if (message is PoisonPill)
                BeginStop();
            else if (message is not Terminated gone || _deaths?.Tell(gone) == true)
                _actor!.Receive(message);
        }
        catch (Exception e) when (Dispatcher.Contains(e))
        {
            Fail(e, message);
        }
        finally
        {
            SenderOrNull = null;
            if (_life != Life.Failed)
                Volatile.Write(ref _handling, null);
        }
    }

    protected override void InvokeSystem(object message)
    {
        switch (message)
        {
            case Create when _life == Life.Unborn:
                Begin(null);
                break;
            case Terminate:
                BeginStop();
                break;
            case Failed failed when _life is Life.Running or Life.Failed:
                Decide(failed.Child, failed.Cause);
                break;
            case Recreate recreate when _life == Life.Failed:
                BeginRestart(recreate.Cause);
                break;
            case ChildGone gone:
                if (_children!.Remove(gone.Child) == 0)
                    AfterChildren();
                break;
            case Watch watch:
                Deaths.AddWatcher(watch.Watcher);
                break;
            case Unwatch unwatch:
                Deaths.RemoveWatcher(unwatch.Watcher);
                break;
            case Gone gone when _deaths?.IsWatched(gone.Target) == true:
                // Through the mailbox: it stays behind what the stopped one had sent before.
                Post(new Envelope(new Terminated(gone.Target), gone.Target));
                break;
        }
    }

    protected override void Undelivered(Envelope envelope) => System.OnUndelivered(envelope, this);

    protected override void UndeliveredSystem(object message)
    {
        if (message is Watch watch)
            watch.Watcher.PostSystem(new Gone(this));
    }

    private void Begin(Exception? restartCause)
    {
        try
        {
            _actor = props.New();
            if (restartCause is null)
                _actor.Start();
            else
                _actor.AfterRestart(restartCause);
            _life = Life.Running;
        }
        catch (Exception e) when (Dispatcher.Contains(e))
        {
            Fail(e, null);
        }
    }

    private void Fail(Exception cause, object? message)
    {
        _life = Life.Failed;
        _handling = message;
        if (Parent is null)
            System.OnGuardianFailed(cause);
        else
            Parent.PostSystem(new Failed(this, cause));
    }

    private void Decide(ActorCell child, Exception cause)
    {
        var (directive, delay) = Supervision.Decide(System, _strategy ??= Supervision.StrategyOf(this, _actor), child, cause);
        if (directive == Directive.Restart)
            System.PostLater(child, new Recreate(cause), delay);
        else if (directive == Directive.Stop)
            child.PostSystem(Terminate.Instance);
        else if (_life == Life.Running)
            Fail(cause, null);
    }

    private void BeginRestart(Exception cause)
    {
        _life = Life.Restarting;
        _restartCause = cause;
        Supervision.Guard(this, () => _actor?.BeforeRestart(cause, _handling));
        _handling = null;
        _errands?.End();
        _deaths?.UnwatchAll();
        StopChildren();
    }

    private void BeginStop()
    {
        if (_life is Life.Stopping or Life.Stopped)
            return;
        _life = Life.Stopping;
        _errands?.End();
        StopChildren();
    }

    private void StopChildren()
    {
        var children = Children?.Seal() ?? [];
        foreach (var child in children)
            child.PostSystem(Terminate.Instance);
        if (children.Length == 0)
            AfterChildren();
    }

    private void AfterChildren()
    {
        if (_life == Life.Restarting)
        {
            Children?.Unseal();
            _strategy = null;
            _actor = null;
            Begin(_restartCause);
        }
        else if (_life == Life.Stopping)
        {
            Supervision.Guard(this, () => _actor?.Stopped());
            _life = Life.Stopped;
            _deaths?.UnwatchAll();
            _actor = null;
            _handling = null;
            // The name is free before the watchers are told, so that they may use it again.
            Parent?.PostSystem(new ChildGone(this));
            _deaths?.TellWatchers();
            Close();
            System.OnStopped(this);
        }
    }
}
