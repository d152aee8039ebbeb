namespace Tocsin.Ingest.Sites;

/// <summary>A node as Slurm has it.</summary>
/// <param name="Type">Nodes of one kind read the same: <c>64 CPUs, 4 GPUs</c>.</param>
/// <param name="Away">Powered down, drained, down or in maintenance: nobody wonders that it says nothing.</param>
public sealed record SlurmNode(string Name, string Type, int Gpus, bool Away);

/// <summary>One question to sacct, as the daemon asks it.</summary>
/// <param name="Failure">Null = it answered.</param>
/// <param name="Users">Whose jobs it showed.</param>
public sealed record AccountingSeen(string? Failure, double Seconds, int Rows, IReadOnlySet<string> Users);

/// <summary>What a Slurm tells this user of a site.</summary>
public sealed record SlurmFacts
{
    /// <summary>Why nothing is known; null = slurmctld answered.</summary>
    public string? Failure { get; init; }

    public string Cluster { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary>slurmctld's clock less ours, whole seconds; null = not told.</summary>
    public double? ClockOffset { get; init; }

    /// <summary>Who asks.</summary>
    public string User { get; init; } = "";

    /// <summary>root or Slurm's own user: nothing is kept from it.</summary>
    public bool IsSlurms { get; init; }

    /// <summary><c>None</c>, <c>Operator</c>, <c>Administrator</c>; null = not told.</summary>
    public string? AdminLevel { get; init; }

    /// <summary>What slurmctld keeps from others: jobs, nodes, users ...</summary>
    public IReadOnlySet<string> Private { get; init; } = new HashSet<string>();

    /// <summary>The same of slurmdbd, whose word holds for sacct; null = not told.</summary>
    public IReadOnlySet<string>? AccountingPrivate { get; init; }

    /// <summary>False: there is no accounting, and sacct tells nothing.</summary>
    public bool HasAccounting { get; init; }

    public IReadOnlyList<SlurmNode> Nodes { get; init; } = [];

    public AccountingSeen? Accounting { get; init; }

    /// <summary>Sees what PrivateData keeps from others.</summary>
    public bool SeesAll => IsSlurms || AdminLevel is "Operator" or "Administrator";
}
