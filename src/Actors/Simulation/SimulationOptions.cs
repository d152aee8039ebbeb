namespace Tocsin.Actors.Simulation;

/// <summary>What the simulator may do beside reordering and the ports' own faults.</summary>
public sealed record SimulationOptions
{
    /// <summary>A scenario that is not done by then has failed: nothing ends a livelock by itself.</summary>
    public int MaxSteps { get; init; } = 200_000;

    /// <summary>Before each step a member crashes once in so many; 0 = only where the scenario says so.</summary>
    public int CrashOneIn { get; init; }

    public int MaxCrashes { get; init; } = 3;

    /// <summary>A crashed member is back after 0 to this.</summary>
    public TimeSpan MaxDowntime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Before each step a member stands still once in so many, as if the process were stopped: it notices nothing. 0 = never.</summary>
    public int FreezeOneIn { get; init; }

    public TimeSpan MaxFreeze { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What a simulated port may do; all of it drawn from the seed, request by request.</summary>
public sealed record PortFaults
{
    public static readonly PortFaults None = new();

    /// <summary>From the request to the effect, and again from the effect to the answer: 0 to this.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Share of requests (0..1) that fail before they had an effect.</summary>
    public double FailBefore { get; init; }

    /// <summary>Share (0..1) that fail after they had it: the answer says failure, the deed is done.</summary>
    public double FailAfter { get; init; }

    /// <summary>Share (0..1) that never answer, half of them with the effect.</summary>
    public double Silent { get; init; }

    /// <summary>Share (0..1) whose effect happens twice, as when something between repeats what it got no answer for.</summary>
    public double Duplicate { get; init; }

    /// <summary>Share (0..1) of the requests under way in a crash that still have their effect afterwards, as with a database on another machine.</summary>
    public double Linger { get; init; }

    /// <summary>True: effects happen in the order of the requests (one writer thread); false: in any order.</summary>
    public bool InOrder { get; init; }

    /// <summary>Makes the failure that the actor is told.</summary>
    public Func<string, Exception> Failure { get; init; } = static message => new Tocsin.Shared.DependencyException(message);
}
