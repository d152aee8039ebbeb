using Tocsin.Inference.Tensors;

namespace Tocsin.Actors.Runtime;

/// <summary>The actors of one process: their dispatchers, their one timer heap, their dead letters, their end.</summary>
public sealed class ActorSystem : IAsyncDisposable
{
    public static readonly TimeSpan DefaultShutdownLimit = TimeSpan.FromSeconds(30);

    private readonly ActorSystemSettings _settings;
    private readonly Dictionary<string, Dispatcher> _dispatchers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<ShutdownReport> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SeededRandom _random;
    private readonly BoundedLog _log;
    private readonly ActorCell _guardian;
    private readonly ShutdownLimit _limit;
    private Exception? _cause;
    private int _terminating;
    private long _alive;
    private long _failures;
    private long _restarts;
    private long _deadLetters;
    private long _unhandled;

    private ActorSystem(string name, ActorSystemSettings settings, Dispatcher? only)
    {
        Name = name;
        _settings = settings;
        Simulated = only is not null;
        _random = new SeededRandom(settings.Seed);
        _log = new BoundedLog(settings.Log);
        _limit = new ShutdownLimit(this);
        DeadLetters = new DeadLetterRef(this);
        Timers = new SystemTimers(settings.Clock, ownAlarm: only is null);
        OnlyDispatcher = only;
        _dispatchers.Add(Dispatcher.Default, only ?? new ThreadPoolDispatcher());
        foreach (var dispatcher in settings.Dispatchers)
            _dispatchers.Add(dispatcher.Name, dispatcher);
        var props = Props.Create(() => new Guardian(settings.GuardianStrategy));
        _guardian = new ActorCell(this, null, "user", props, DispatcherOf(props));
        OnBorn(_guardian);
    }

    public string Name { get; }

    public TimeProvider Clock => _settings.Clock;

    /// <summary>Told to, it counts and drops.</summary>
    public IActorRef DeadLetters { get; }

    public ActorCounters Counters => new(
        Volatile.Read(ref _alive), Volatile.Read(ref _failures), Volatile.Read(ref _restarts),
        Volatile.Read(ref _deadLetters), Volatile.Read(ref _unhandled), Timers.Count);

    /// <summary>Never faulted: what went wrong stands in the report.</summary>
    public Task<ShutdownReport> WhenTerminated => _end.Task;

    internal SystemTimers Timers { get; }

    /// <summary>No thread but the simulator's: what needs tasks or real time refuses.</summary>
    internal bool Simulated { get; }

    internal Dispatcher? OnlyDispatcher { get; }

    public static ActorSystem Create(string name, ActorSystemSettings? settings = null) => new(name, settings ?? new(), null);

    /// <summary>Any thread. Returns at once; see <see cref="IActorContext.ActorOf"/>.</summary>
    /// <param name="name">Null = generated.</param>
    public IActorRef ActorOf(Props props, string? name = null) => _guardian.AddChild(props, name);

    /// <summary>Any thread. See <see cref="IActorContext.Stop"/>.</summary>
    public void Stop(IActorRef actor)
    {
        if (actor is not ActorCell cell || !ReferenceEquals(cell.System, this))
            throw new ArgumentException($"{actor.Path} is no actor of this system: it cannot be stopped", nameof(actor));
        cell.PostSystem(Runtime.Terminate.Instance);
    }

    /// <summary>Stops all actors, children before their parents. Any thread, any number of times; the first limit counts.</summary>
    /// <param name="limit">After it the task completes all the same and the report names what is stuck.</param>
    public Task<ShutdownReport> Terminate(TimeSpan? limit = null)
    {
        if (Interlocked.Exchange(ref _terminating, 1) == 0)
            Timers.Set(_limit, limit ?? DefaultShutdownLimit);
        _guardian.PostSystem(Runtime.Terminate.Instance);
        return _end.Task;
    }

    public async ValueTask DisposeAsync() => await Terminate();

    internal static ActorSystem CreateSimulated(string name, ActorSystemSettings settings, Dispatcher only) => new(name, settings, only);

    internal Dispatcher DispatcherOf(Props props)
    {
        if (OnlyDispatcher is { } only)
            return only;
        return _dispatchers.TryGetValue(props.Dispatcher, out var found)
            ? found
            : throw new ArgumentException($"no dispatcher '{props.Dispatcher}': the settings have {string.Join(", ", _dispatchers.Keys)}", nameof(props));
    }

    /// <summary>False where an exception is nobody's to handle: whoever catches all must let it pass (a simulated crash).</summary>
    internal bool Contains(Exception failure) => OnlyDispatcher?.Contains(failure) != false;

    internal double NextJitter()
    {
        lock (_random)
            return _random.NextFloat();
    }

    internal void PostLater(ActorCell target, object message, TimeSpan delay)
    {
        if (delay == TimeSpan.Zero)
            target.PostSystem(message);
        else
            Timers.Set(new LaterPost(target, message), delay);
    }

    internal void Log(ActorEvent said) => _log.Write(said, Timers.Now);

    internal void OnBorn(ActorCell cell)
    {
        Interlocked.Increment(ref _alive);
        cell.PostSystem(Runtime.Create.Instance);
    }

    internal void OnStopped(ActorCell cell)
    {
        Interlocked.Decrement(ref _alive);
        if (cell.Parent is null)
            End([]);
    }

    internal void OnFailure(Directive directive)
    {
        Interlocked.Increment(ref _failures);
        if (directive == Directive.Restart)
            Interlocked.Increment(ref _restarts);
    }

    /// <summary>What lay in the mailbox of an actor that stopped. A timer, a notice or a wish to stop is no loss.</summary>
    internal void OnUndelivered(Envelope envelope, ActorCell recipient)
    {
        if (envelope.Message is TimerNode node)
            node.Discard();
        else if (envelope.Message is not (Terminated or PoisonPill))
            DeadLetters.Tell(new DeadLetter(envelope.Message, envelope.Sender, recipient), envelope.Sender);
    }

    internal void OnDeadLetter(DeadLetter letter)
    {
        Interlocked.Increment(ref _deadLetters);
        Log(new ActorEvent(ActorEventKind.DeadLetter, letter.Recipient.Path, $"{letter.Message.GetType().Name} from {letter.Sender?.Path ?? "outside"}"));
    }

    internal void OnUnhandled(ActorCell cell, object message)
    {
        Interlocked.Increment(ref _unhandled);
        Log(new ActorEvent(ActorEventKind.Unhandled, cell.Path, $"{message.GetType().Name} is not known to it"));
    }

    internal void OnGuardianFailed(Exception cause)
    {
        _cause ??= cause;
        Terminate();
    }

    internal void OnShutdownLimit() => End(ShutdownLimit.Stuck(_guardian));

    private void End(IReadOnlyList<string> stuck)
    {
        if (!_end.TrySetResult(new ShutdownReport(_cause, stuck)))
            return;
        foreach (var path in stuck)
            Log(new ActorEvent(ActorEventKind.Stuck, path, "had not stopped at the limit of the shutdown"));
        Timers.Dispose();
        foreach (var dispatcher in _dispatchers.Values)
            dispatcher.Shutdown();
    }
}
