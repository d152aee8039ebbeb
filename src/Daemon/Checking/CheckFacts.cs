using Tocsin.Daemon.Config;
using Tocsin.Ingest.Sites;

namespace Tocsin.Daemon.Checking;

/// <param name="Failure">Null: it answered, or took a connection.</param>
internal sealed record SinkSeen(string Key, Uri Url, string? Failure);

/// <param name="Problems">Why it cannot be read or used.</param>
/// <param name="ReadByAll">Every user of this machine can read it.</param>
internal sealed record SecretSeen(string Key, string Path, IReadOnlyList<string> Problems, bool ReadByAll);

/// <summary>This machine.</summary>
internal sealed record HostFacts
{
    public required string User { get; init; }

    /// <summary>Bytes that may still be written under <c>data</c>; null = not known.</summary>
    public long? DiskFree { get; init; }

    /// <summary>E.g. <c>ext4</c>, <c>nfs</c>.</summary>
    public string FileSystem { get; init; } = "";

    public string? FolderProblem { get; init; }

    /// <summary>A process holds the data folder.</summary>
    public bool IsRunning { get; init; }

    public string? PortProblem { get; init; }

    public long Memory { get; init; }

    public int Processors { get; init; }

    public IReadOnlyList<SecretSeen> Secrets { get; init; } = [];
}

/// <summary>All that the rules of <c>tocsin check</c> look at.</summary>
internal sealed record CheckFacts
{
    public required ServeOptions Options { get; init; }

    public required HostFacts Host { get; init; }

    /// <summary>Null: the options name none.</summary>
    public PrometheusFacts? Prometheus { get; init; }

    /// <summary>Null: its programs are not there, and the options do not ask for them.</summary>
    public SlurmFacts? Slurm { get; init; }

    public IReadOnlyList<SinkSeen> Sinks { get; init; } = [];

    public bool KnowsPrometheus => Prometheus is { Failure: null };

    public bool KnowsSlurm => Slurm is { Failure: null };

    /// <summary>Nodes to be watched, as far as it is known: Prometheus' where it answered, else Slurm's.</summary>
    public int Nodes => KnowsPrometheus && Prometheus!.Nodes.Count > 0 ? Prometheus.Nodes.Count : Slurm?.Nodes.Count ?? 0;
}
