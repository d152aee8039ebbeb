namespace Tocsin.Actors.Simulation.Chain;

/// <summary>What goes wrong in a run of the chain beside what <see cref="SimulationOptions"/> do to members.</summary>
public sealed record ChainFaults
{
    /// <summary>Nothing: what comes of the input when all is well.</summary>
    public static readonly ChainFaults None = new();

    public static readonly ChainFaults Usual = new()
    {
        Acquire = new() { FailBefore = 0.03, FailAfter = 0.03, Silent = 0.01, Duplicate = 0.03, Linger = 0.5 },
        // One connection, which repeats nothing by itself: what came of a commit without an answer is for the shard to find out.
        Commit = new() { FailBefore = 0.02, FailAfter = 0.02, Silent = 0.005, Linger = 0.5, InOrder = true },
        Attempt = new() { FailBefore = 0.03, FailAfter = 0.03, Silent = 0.01, Duplicate = 0.05, Linger = 0.5 },
        Compute = new() { FailBefore = 0.05, Silent = 0.01, MaxDelay = TimeSpan.FromMilliseconds(200) },
        Read = new() { FailBefore = 0.03 },
        Append = new() { FailBefore = 0.03, FailAfter = 0.03, Silent = 0.003, Duplicate = 0.05, Linger = 0.5, InOrder = true },
        Mark = new() { FailBefore = 0.03, FailAfter = 0.03, Silent = 0.003, Duplicate = 0.05, Linger = 0.5 },
        ComputeOneIn = 6,
        PressOneIn = 8,
        CrashAtPointOneIn = 400,
        FailAtPointOneIn = 400,
        RefuseOneIn = 8,
        ExpelOneIn = 40,
    };

    public PortFaults Acquire { get; init; } = PortFaults.None;

    public PortFaults Commit { get; init; } = PortFaults.None;

    public PortFaults Attempt { get; init; } = PortFaults.None;

    /// <summary>Of the windows of shards; once in <see cref="ComputeOneIn"/> steps they have some.</summary>
    public PortFaults Compute { get; init; } = PortFaults.None;

    /// <summary>0 = never.</summary>
    public int ComputeOneIn { get; init; }

    /// <summary>Once in so many times that a shard asks, those press who fill the log; 0 = never.</summary>
    public int PressOneIn { get; init; }

    /// <summary>Of what waits in the store.</summary>
    public PortFaults Read { get; init; } = PortFaults.None;

    public PortFaults Append { get; init; } = PortFaults.None with { InOrder = true };

    /// <summary>Of what was brought into the log.</summary>
    public PortFaults Mark { get; init; } = PortFaults.None;

    /// <summary>Once in so many points of the store's writes the member crashes there; 0 = never.</summary>
    public int CrashAtPointOneIn { get; init; }

    /// <summary>Once in so many the store fails there; 0 = never.</summary>
    public int FailAtPointOneIn { get; init; }

    /// <summary>The point of the store's writes, counted from the run's start, at which the member crashes.</summary>
    public int? CrashAtPoint { get; init; }

    /// <summary>Once in so many a sink refuses, and as often its answer is lost; 0 = never.</summary>
    public int RefuseOneIn { get; init; }

    /// <summary>Twice a second a member is declared lost that is not, and a partition revoked, once in so many; 0 = never.</summary>
    public int ExpelOneIn { get; init; }

    /// <summary>What is left out of the product.</summary>
    public ChainFlaw Flaw { get; init; }
}

/// <summary>A rule of the product that a run does without: to show that the simulation would notice.</summary>
public enum ChainFlaw
{
    None,

    /// <summary>The store takes commits of any epoch.</summary>
    AnyEpoch,

    /// <summary>The next offset is one too far.</summary>
    OffsetTooFar,

    /// <summary>A finding is taken for published before the log has answered.</summary>
    PublishedTooSoon,

    /// <summary>A row of the outbox is taken for delivered before the sink has answered.</summary>
    DeliveredTooSoon,
}
