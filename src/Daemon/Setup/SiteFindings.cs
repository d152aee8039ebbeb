using Tocsin.Daemon.Checking;
using Tocsin.Ingest.Sites;

namespace Tocsin.Daemon.Setup;

/// <summary>What <c>tocsin init</c> found, and what it makes of it.</summary>
internal sealed record SiteFindings
{
    private const string NoName = "hpc";

    /// <summary>Null: none answers.</summary>
    public PrometheusFacts? Prometheus { get; init; }

    /// <summary>Null: none answers, or its programs are not here.</summary>
    public SlurmFacts? Slurm { get; init; }

    public required string Data { get; init; }

    public required int Port { get; init; }

    /// <summary>Slurm's name where it can be one here.</summary>
    public string Cluster => Slurm is { } slurm && Shared.NodeKey.TryParse(slurm.Cluster, "n", out _) ? slurm.Cluster : NoName;

    public bool KnowsCluster => Cluster != NoName;

    /// <summary>Seconds: what the most of the nodes' targets are scraped at; null = not known, or no cadence that is taken.</summary>
    public double? Cadence => Prometheus?.Paces is { Count: > 0 } paces && paces.GroupBy(p => p.Seconds).MaxBy(g => g.Sum(p => Math.Max(1, p.Targets)))!.Key is >= 1 and <= 300 and var seconds ? seconds : null;

    /// <summary>sacct tells this user of others' jobs.</summary>
    public bool SeesJobs => Slurm is { Accounting.Failure: null } slurm && (slurm.SeesAll || !(slurm.AccountingPrivate ?? slurm.Private).Contains("jobs"));

    /// <summary>A line <c>rules: [...]</c> of the identity section, where nodes are called otherwise in Prometheus; null: none is needed, or none is seen.</summary>
    public string? NameRule
    {
        get
        {
            if (Prometheus is not { } prometheus || Slurm is not { } slurm)
                return null;
            var seen = prometheus.Nodes;
            var names = slurm.Nodes.Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
            var guess = Checking.NameRule.Guess(names.Where(n => !seen.Contains(n)), [.. seen.Where(n => !names.Contains(n))]);
            return guess?["identity.".Length..];
        }
    }
}
