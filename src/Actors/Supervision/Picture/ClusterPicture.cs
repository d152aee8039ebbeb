using System.Collections.Immutable;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Migration;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision.Picture;

/// <summary>A job that runs, as Slurm told.</summary>
/// <param name="RawId">The number that the job itself knows as its own: of a task of an array another one than its id.</param>
/// <param name="Nodes">Names, sorted.</param>
public sealed record JobPicture(
    JobIdentity Identity, string RawId, uint Uid, string Partition, long StartMs, bool Requeue, Consent Consent, IReadOnlyList<string> Nodes)
{
    public string Id => Identity.JobId;

    /// <summary>Of each of its nodes; nothing where Slurm did not say.</summary>
    public NodeNeed Need { get; init; }

    /// <summary>Jobs of one kind write checkpoints of one size: the same user, partition and number of nodes. FNV-1a, the same everywhere.</summary>
    public int Kind
    {
        get
        {
            var hash = 2166136261u;
            foreach (var c in $"{Uid}/{Partition}/{Nodes.Count}")
                hash = unchecked((hash ^ c) * 16777619u);
            return (int)(hash & int.MaxValue);
        }
    }
}

/// <summary>A node, as Slurm told.</summary>
/// <param name="Partitions">Sorted; empty where it is in none.</param>
public sealed record NodePicture(string Name, SlurmNode State, IReadOnlyList<string> Partitions)
{
    public NodeRoom Room { get; init; }

    /// <summary>The scheduler calls it failed: not drained, not in maintenance.</summary>
    public bool Failed => (State.States.Contains("DOWN") || State.States.Contains("FAIL")) && !State.States.Contains("MAINT") && !State.States.Any(s => s.StartsWith("POWER", StringComparison.Ordinal) || s.StartsWith("REBOOT", StringComparison.Ordinal));

    /// <summary>A job could be put there, on all of it.</summary>
    public bool Free => State.States.Contains("IDLE") && Open;

    /// <summary>A job could be put beside others there.</summary>
    public bool PartlyFree => State.States.Contains("MIXED") && Open;

    private bool Open => !State.TakesNoJobs && State.NotOurs is null && State.Reason.Length == 0;
}

/// <summary>The whole cluster as one answer of Slurm, with the moment that it was asked at. Immutable.</summary>
/// <param name="AtMs">Unix milliseconds.</param>
/// <param name="Jobs">That run, by id.</param>
/// <param name="Nodes">By name.</param>
public sealed record ClusterPicture(long AtMs, IReadOnlyDictionary<string, JobPicture> Jobs, IReadOnlyDictionary<string, NodePicture> Nodes)
{
    /// <summary>Nodes in each partition.</summary>
    public IReadOnlyDictionary<string, int> PartitionNodes { get; } = Nodes.Values.SelectMany(n => n.Partitions).GroupBy(p => p, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    /// <summary>By node its leaf switch; empty where Slurm knows of no topology.</summary>
    public IReadOnlyDictionary<string, string> Switches { get; init; } = ImmutableDictionary<string, string>.Empty;

    public JobPicture? ByRawId(long raw) => Raw.GetValueOrDefault(raw.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private Dictionary<string, JobPicture> Raw { get; } = Jobs.Values.GroupBy(j => j.RawId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
}
