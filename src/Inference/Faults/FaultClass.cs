namespace Tocsin.Inference.Faults;

/// <summary>What kind of fault a host has in an interval. The paper's rule labels (FT-MoE, appendix 5) use the first four; network loss has no
/// feature of its own in them and exists as an injected cause only. The numbers are columns of score tables: never renumber.</summary>
public enum FaultClass : byte
{
    None = 0,
    Cpu = 1,
    Ram = 2,
    Disk = 3,
    Network = 4,
}

/// <summary>Why two hosts share an edge in an interval; each kind has its own weight in the models.</summary>
public enum EdgeKind : byte
{
    /// <summary>Tasks moved from one to the other.</summary>
    Migration = 0,

    /// <summary>One job runs on both.</summary>
    Job = 1,

    /// <summary>Both hang on one leaf switch.</summary>
    Switch = 2,

    /// <summary>Both mount one filesystem.</summary>
    Filesystem = 3,
}

/// <param name="From">Host, 0..hosts-1; for the kinds without a direction the lower of the two.</param>
/// <param name="Count">How many tasks moved, or how many jobs, switches or filesystems are shared; above 0.</param>
public readonly record struct HostEdge(int From, int To, EdgeKind Kind, float Count);

/// <summary>Intervals <paramref name="First"/> to <paramref name="End"/> - 1.</summary>
public readonly record struct IntervalRange(int First, int End)
{
    public int Length => End - First;

    public bool Contains(int interval) => interval >= First && interval < End;
}
