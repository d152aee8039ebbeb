using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;

namespace Tocsin.Actors.Supervision;

public enum PolicyChoice
{
    Adaptive,
    PredictionAware,
    YoungDaly,
    Periodic,
    Paper,
}

/// <summary>How a suspect is kept from new jobs.</summary>
public enum FenceChoice
{
    /// <summary>Drained, until it is given back.</summary>
    Drain,

    /// <summary>By a reservation, which ends by itself.</summary>
    Reservation,
}

/// <param name="Cluster">As in node keys.</param>
/// <param name="OurUser">Who sets reasons when Tocsin does: the user that it runs as.</param>
public sealed record SupervisorOptions(string Cluster, string OurUser)
{
    public PolicyChoice Policy { get; init; } = PolicyChoice.Adaptive;

    public AdaptiveOptions Adaptive { get; init; } = new();

    public Priors Priors { get; init; } = new();

    public BrakeOptions Brakes { get; init; } = new();

    public ActionLimits Limits { get; init; } = new();

    /// <summary>No name of a partition, unlike "all".</summary>
    public const string AllPartitions = "*";

    /// <summary>Partitions in which something is done, or <see cref="AllPartitions"/>; all others are a dry run.</summary>
    public IReadOnlySet<string> Enabled { get; init; } = new HashSet<string>();

    /// <summary>Each action waits for an operator.</summary>
    public bool AsksOperator { get; init; }

    public FenceChoice Fence { get; init; } = FenceChoice.Drain;

    /// <summary>What takes a node out on this site.</summary>
    public ActionKind TakesOut => Fence == FenceChoice.Reservation ? ActionKind.Fence : ActionKind.Drain;

    /// <summary>Between two looks at every job; what an alert changes is looked at at once. 1 s to 10 min.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What is said of a node is said of this time ahead.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Without a word against it a node of ours is checked and given back after this; each failed try doubles it.</summary>
    public TimeSpan ReturnAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Chance within the horizon from which on a node is expected to fail, 0..1.</summary>
    public double WarnAt { get; init; } = 0.15;

    /// <summary>From which on a suspect takes no new jobs, whether or not one of its jobs moves.</summary>
    public double DrainAt { get; init; } = 0.4;

    /// <summary>With which chance a failed node is to find a spare, 0.5 to 0.9999: how many that takes is told, and nothing is kept free.</summary>
    public double SpareChance { get; init; } = 0.95;

    public IPolicy Make(IKnowledge knowledge) => Policy switch
    {
        PolicyChoice.Adaptive => new Adaptive(knowledge, Adaptive),
        PolicyChoice.PredictionAware => new PredictionAware(knowledge),
        PolicyChoice.YoungDaly => new YoungDaly(knowledge),
        PolicyChoice.Periodic => new Periodic(3600),
        PolicyChoice.Paper => new PaperPolicy(new PaperOptions(), knowledge),
        _ => throw new InvalidOperationException($"{Policy} is no policy"),
    };
}
