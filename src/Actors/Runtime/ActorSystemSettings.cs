namespace Tocsin.Actors.Runtime;

public sealed record ActorSystemSettings
{
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Of the jitter in backoffs. Members of one cluster take different ones, so that they do not come back together.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>For the actors right below the guardian. Escalating there ends the system.</summary>
    public SupervisorStrategy GuardianStrategy { get; init; } = SupervisorStrategy.Default;

    /// <summary>Beside the default one. The system ends them when it ends.</summary>
    public IReadOnlyList<Dispatcher> Dispatchers { get; init; } = [];

    /// <summary>Called on any thread, at a bounded rate; must not block for long and must not throw.</summary>
    public Action<ActorEvent> Log { get; init; } = static _ => { };
}
