namespace Tocsin.Actors.Runtime;

/// <summary>How an actor is made, again at every restart: the factory must give a new instance each time.</summary>
public sealed class Props
{
    private readonly Func<UntypedActor> _factory;

    private Props(Func<UntypedActor> factory, string dispatcher)
    {
        _factory = factory;
        Dispatcher = dispatcher;
    }

    /// <summary>The name of a dispatcher of the system.</summary>
    public string Dispatcher { get; }

    /// <param name="factory">Runs in the new actor's own first turn, so it may be slow; it may run on another thread than the caller's.</param>
    public static Props Create(Func<UntypedActor> factory) => new(factory, Runtime.Dispatcher.Default);

    public static Props Create<TActor>() where TActor : UntypedActor, new() => Create(static () => new TActor());

    public Props WithDispatcher(string name) => new(_factory, name);

    internal UntypedActor New() => _factory() ?? throw new InvalidOperationException("the factory of an actor gave null");
}
